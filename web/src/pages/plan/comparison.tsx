import { useState } from "preact/hooks";
import { JobProgress } from "../../jobs/progress";
import { setQuery } from "../../router";
import { difference, type Line } from "./difference";
import { asked, caseWords, compare, here, names, otherWords, there } from "./state";

/** Two runs side by side: another policy, or something closed. */
export function Comparison() {
  const [change, setChange] = useState("");
  const { noLaw } = asked.value;
  const law = noLaw ? "law:on" : "law:off";
  const told = (c: string) => caseWords(c, asked.value);
  return (
    <section class="card" aria-labelledby="plan-compare">
      <h2 id="plan-compare">Compare</h2>
      <form class="row" onSubmit={(e) => (e.preventDefault(), change && void compare(change))}>
        <label class="grow">
          <span>With the case</span>
          <select value={change} onChange={(e) => setChange(e.currentTarget.value)}>
            <option value="">Choose a case</option>
            <optgroup label="Policies">
              {names.value?.cases.map((set) => <option key={set} value={`policy:${set}`}>{told(`policy:${set}`)}</option>)}
              <option value={law}>{told(law)}</option>
            </optgroup>
            {names.value?.closable.map(({ kind, items }) => (
              <optgroup key={kind} label={kind}>
                {items.map((i) => <option key={i.id} value={`closed:${i.id}`}>{told(`closed:${i.id}`)}</option>)}
              </optgroup>
            ))}
          </select>
        </label>
        <button type="submit" disabled={!change || there.busy.value}>Run and compare</button>
      </form>
      <JobProgress run={there} what="The other plan" />
      {here.result.value && there.result.value && (
        <>
          <Differences lines={difference(here.result.value, there.result.value)} there={otherWords.value} />
          <button type="button" onClick={() => (there.clear(), setQuery({ other: undefined, case: undefined, show: undefined }))}>End the comparison</button>
        </>
      )}
    </section>
  );
}

export function Differences({ lines, here: first = "First run", there: other }: { lines: Line[]; here?: string; there: string }) {
  const [all, setAll] = useState(false);
  const differing = lines.filter((l) => l.difference !== "the same");
  const shown = all ? lines : differing;
  return (
    <>
      {differing.length === 0 && <p role="status">Nothing differs in capacity, bottlenecks and investments.</p>}
      {shown.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Differences">
          <table class="plan-differences">
            <thead><tr><th scope="col">Figure</th><th scope="col">{first}</th><th scope="col">{other}</th><th scope="col">Difference</th></tr></thead>
            <tbody>
              {shown.map((l) => (
                <tr key={l.what}>
                  <th scope="row">{l.what}</th>
                  {l.isList && l.difference !== "the same" ? <td colSpan={3}>{l.difference}</td> : (
                    <>
                      <td>{l.here}</td>
                      <td>{l.there}</td>
                      <td class={l.sign > 0 ? "more" : l.sign < 0 ? "less" : ""}>{l.difference}</td>
                    </>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {differing.length < lines.length && (
        <label class="tick"><input type="checkbox" checked={all} onChange={() => setAll(!all)} /><span>Also show what is the same</span></label>
      )}
    </>
  );
}

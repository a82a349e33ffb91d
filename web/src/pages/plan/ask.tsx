import { setQuery } from "../../router";
import { asked, here, loaded, names, run, samples } from "./state";

/** What is planned: study cases, closed facilities, with or without the law. */
export function Ask() {
  const cases = names.value?.cases ?? [];
  const { policies, closed, noLaw } = asked.value;
  const toggle = (set: string) => setQuery({ policies: (policies.includes(set) ? policies.filter((p) => p !== set) : [...policies, set]).join(",") });
  const ready = !here.busy.value && loaded.value?.scenario?.problems.length === 0;
  return (
    <form class="plan-ask" onSubmit={(e) => (e.preventDefault(), void run())}>
      <details open={policies.length > 0 || closed.length > 0 || noLaw}>
        <summary>What applies</summary>
        <div class="inside">
          {cases.length > 0 && (
            <fieldset>
              <legend>Study cases beside the law</legend>
              {cases.map((set) => (
                <label key={set} class="tick">
                  <input type="checkbox" checked={policies.includes(set)} onChange={() => toggle(set)} />
                  <span>{set.replaceAll("-", " ")}</span>
                </label>
              ))}
            </fieldset>
          )}
          <Closed />
          <label class="tick">
            <input type="checkbox" checked={noLaw} onChange={() => setQuery({ law: noLaw ? undefined : "off" })} />
            <span>As if no law applied (every output is marked)</span>
          </label>
          <label>
            <span>Intervals</span>
            <select value={String(samples.value)} onChange={(e) => setQuery({ samples: e.currentTarget.value === "0" ? undefined : e.currentTarget.value })}>
              <option value="0">None: fastest</option>
              <option value="40">From 40 samples of the inputs</option>
              <option value="200">From 200 samples of the inputs</option>
            </select>
          </label>
        </div>
      </details>
      <button type="submit" class="main" disabled={!ready}>{here.result.value ? "Run the plan again" : "Run the plan"}</button>
    </form>
  );
}

function Closed() {
  const { closed } = asked.value;
  const all = names.value?.closable ?? [];
  const set = (list: string[]) => setQuery({ closed: list.join(",") });
  if (!all.length) return null;
  return (
    <div>
      <label>
        <span>Close a facility, a place or a link</span>
        <select value="" onChange={(e) => e.currentTarget.value && set([...closed, e.currentTarget.value])}>
          <option value="">Choose what to close</option>
          {all.map(({ kind, items }) => (
            <optgroup key={kind} label={kind}>
              {items.filter((i) => !closed.includes(i.id)).map((i) => <option key={i.id} value={i.id}>{i.name}</option>)}
            </optgroup>
          ))}
        </select>
      </label>
      {closed.length > 0 && (
        <ul class="chips" aria-label="What is closed">
          {closed.map((id) => {
            const name = names.value?.of(id) ?? id;
            return (
              <li key={id} class="chip danger">
                {name}
                <button type="button" aria-label={`Open ${name} again`} onClick={() => set(closed.filter((c) => c !== id))}>×</button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

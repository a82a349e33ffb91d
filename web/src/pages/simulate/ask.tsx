import { query, setQuery } from "../../router";
import { isReached, loaded, rungs, run, start } from "./state";
import { multiple } from "../../charts/format";

/** Which volume is run, and how often. */
export function Ask() {
  const { volume = "1", replications = "32", derate, plan } = query.value;
  const ready = !run.busy.value && loaded.value?.scenario?.problems.length === 0;
  return (
    <form class="plan-ask" onSubmit={(e) => (e.preventDefault(), void start())}>
      <div class="row">
        <label class="grow">
          <span>Volume</span>
          <select value={volume} onChange={(e) => setQuery({ volume: e.currentTarget.value === "1" ? undefined : e.currentTarget.value })}>
            <option value="1">Today's capacity</option>
            {rungs.value.map((x) => <option key={x} value={String(x)}>{multiple(x)} of it, {isReached(x) ? "as built by the plan" : "which the plan does not reach"}</option>)}
            <option value="asked">The demand as asked for</option>
            <option value="observed">The volume observed last</option>
          </select>
        </label>
        <label class="grow">
          <span>Replications</span>
          <select value={replications} onChange={(e) => setQuery({ replications: e.currentTarget.value === "32" ? undefined : e.currentTarget.value })}>
            {["8", "32", "100", "200"].map((n) => <option key={n} value={n}>{n}</option>)}
          </select>
        </label>
      </div>
      <label class="tick">
        <input type="checkbox" checked={derate === "yes"} onChange={() => setQuery({ derate: derate === "yes" ? undefined : "yes" })} />
        <span>Also find the largest share of the plan that holds</span>
      </label>
      {plan && <p class="soft small">Runs the plan that you made. <button type="button" class="link" onClick={() => setQuery({ plan: undefined })}>Plan anew instead</button></p>}
      <div><button type="submit" class="main" disabled={!ready}>{run.result.value ? "Run the year again" : "Run the year"}</button></div>
    </form>
  );
}

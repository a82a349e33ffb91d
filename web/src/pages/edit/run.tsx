import { multiple, tonnes } from "../../charts/format";
import { JobProgress } from "../../jobs/progress";
import { Differences } from "../plan/comparison";
import { difference } from "../plan/difference";
import { base, before, changed, checkFailure, planned, problems, runAgain } from "./state";

/** Plans the draft, and shows what the changes do. */
export function Run() {
  const plan = planned.result.value;
  // What could not be checked is not run. A check that is under way does not disable the button: a click at that moment would be lost. The server checks what it runs.
  const ready = problems.value.length === 0 && !checkFailure.value && !planned.busy.value && !base.busy.value;
  return (
    <section class="card" aria-labelledby="edit-run">
      <h2 id="edit-run">Run</h2>
      <button type="button" class="main" disabled={!ready} onClick={() => void runAgain()}>{plan ? "Run again" : "Run the plan"}</button>
      {problems.value.length > 0 && <p class="soft">It can be run once the problems are corrected.</p>}
      {checkFailure.value ? <p class="soft">It can be run once it is checked again.</p> : null}
      <JobProgress run={base} what="The plan as it was opened" />
      <JobProgress run={planned} what="The plan" />
      {plan && (
        <p class="verdict" role="status">
          {plan.capacity.reason ? `Nothing can be carried: ${plan.capacity.reason}.` : `${tonnes(plan.capacity.total_t_per_year, plan.unit)} today, ${multiple(plan.capacity.multiple_of_asked)} of what is asked for.`}
        </p>
      )}
      {plan && before.value ? (
        <>
          <h3>Difference</h3>
          <Differences lines={difference(before.value.plan, plan)} here={before.value.words} there="Now" />
        </>
      ) : (
        plan && !base.busy.value && <p class="soft">{changed.value ? "" : "Change something and run again to see the difference."}</p>
      )}
    </section>
  );
}

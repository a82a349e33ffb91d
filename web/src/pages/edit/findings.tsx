import { Failure } from "../../shell/failure";
import { goTo } from "./editor";
import { checkFailure, checking, found, problems, recheck } from "./state";

/** Problems that are listed; the others are counted. */
const LISTED = 100;

/** What the reader finds in the draft: problems with the way to them, and notes. */
export function Findings() {
  const all = problems.value;
  const count = all.length + (found.value?.more_problems ?? 0);
  const words = checkFailure.value ? "Not checked since the last change." : checking.value || !found.value ? "Checking…" : count === 0 ? "No problem found." : count === 1 ? "1 problem" : `${count} problems`;
  return (
    <section class="card" aria-labelledby="edit-findings">
      <h2 id="edit-findings">Check</h2>
      <p role="status">{words}</p>
      {checkFailure.value ? (
        <>
          <Failure of={checkFailure.value} />
          <button type="button" onClick={() => void recheck()}>Check again</button>
        </>
      ) : null}
      <ul class="edit-problems">
        {all.slice(0, LISTED).map(({ problem, file, row, column }, i) => (
          <li key={i}>
            {file && (
              <button type="button" class="link" onClick={() => goTo(file, row, column)}>
                {file.replace(/\.csv$/, "")}{row !== null && row >= 0 ? `, row ${row + 1}` : row === -1 ? ", header" : ""}
              </button>
            )}{" "}
            {problem.message} <code class="soft">{problem.id}</code>
            {problem.hint && <div class="soft">{problem.hint}</div>}
          </li>
        ))}
      </ul>
      {count > LISTED ? <p class="soft">The first {LISTED} are listed; the others follow when these are corrected.</p> : null}
      <Notes />
    </section>
  );
}

function Notes() {
  const notes = found.value?.notes ?? [];
  const more = found.value?.more_notes ?? 0;
  const count = notes.length + more;
  if (count === 0) return null;
  return (
    <details>
      <summary>{count === 1 ? "1 note" : `${count} notes`}</summary>
      <ul class="inside">{notes.map((n, i) => <li key={i}>{typeof n === "string" ? n : n.message}</li>)}</ul>
      {more > 0 ? <p class="soft">and {more} more</p> : null}
    </details>
  );
}

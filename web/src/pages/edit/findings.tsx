import { Failure } from "../../shell/failure";
import { goTo } from "./editor";
import { checkFailure, checking, found, problems, recheck } from "./state";

/** What the reader finds in the draft: problems with the way to them, and notes. */
export function Findings() {
  const all = problems.value;
  const words = checkFailure.value ? "Not checked since the last change." : checking.value || !found.value ? "Checking…" : all.length === 0 ? "No problem found." : all.length === 1 ? "1 problem" : `${all.length} problems`;
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
        {all.slice(0, 100).map(({ problem, file, row, column }, i) => (
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
      <Notes />
    </section>
  );
}

function Notes() {
  const notes = found.value?.notes ?? [];
  if (!notes.length) return null;
  return (
    <details>
      <summary>{notes.length === 1 ? "1 note" : `${notes.length} notes`}</summary>
      <ul class="inside">{notes.map((n, i) => <li key={i}>{typeof n === "string" ? n : n.message}</li>)}</ul>
    </details>
  );
}

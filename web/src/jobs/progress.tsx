import { Failure } from "../shell/failure";
import type { JobRun } from "./run";

const STATE: Record<string, string> = { queued: "Waiting for other runs to end", running: "Running" };

/** How far a run is, with the way to stop it, or why it failed. */
export function JobProgress({ run, what }: { run: JobRun<unknown>; what: string }) {
  const job = run.job.value;
  if (run.failure.value) return <Failure of={run.failure.value} />;
  if (job?.state === "cancelled") return <p class="notice" role="status">{what} was cancelled. Run it again when you like.</p>;
  if (!run.busy.value) return null;
  const progress = job?.progress;
  const share = progress && progress.total > 0 ? progress.done / progress.total : null;
  const words = progress ? `${progress.stage}${progress.total > 1 ? `, ${progress.done} of ${progress.total}` : ""}` : "";
  return (
    <div class="progress-box">
      <p role="status">
        {job ? (STATE[job.state] ?? job.state) : "Starting"}
        {words ? `: ${words}` : "…"}
      </p>
      <div class="progress">
        {share === null ? <progress aria-label={what} /> : <progress aria-label={what} value={share} max={1} />}
        <button type="button" disabled={!job} onClick={() => void run.cancel()}>Cancel</button>
      </div>
    </div>
  );
}

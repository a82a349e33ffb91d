import { computed, signal } from "@preact/signals";
import { ApiError, cancelJob, ENDED, followJob, isAbort, jobResult, startJob, type Job, type ProblemItem } from "../api";

/** One job as a page sees it: started or taken up again, followed, its result fetched. */
export class JobRun<T> {
  readonly job = signal<Job | null>(null);
  readonly result = signal<T | null>(null);
  readonly failure = signal<unknown>(null);
  readonly busy = computed(() => this.pending.value || (this.job.value !== null && !ENDED.has(this.job.value.state)));
  private readonly pending = signal(false);
  private following: AbortController | null = null;

  /** The id of the new job; null if it was refused, with `failure` set. */
  async start(verb: "plan" | "simulate" | "extract", body: unknown): Promise<string | null> {
    this.clear();
    this.pending.value = true;
    try {
      const job = await startJob(verb, body);
      this.job.value = job;
      void this.follow(job.id);
      return job.id;
    } catch (cause) {
      this.failure.value = cause;
      return null;
    } finally {
      this.pending.value = false;
    }
  }

  /** Takes up a job by its id, from the address for example. */
  async follow(id: string): Promise<void> {
    if (this.following && this.job.peek()?.id === id) return;
    const fresh = this.job.peek()?.id === id;
    if (!fresh) this.clear();
    const following = (this.following = new AbortController());
    const { signal } = following;
    try {
      const job = await followJob(id, (now) => signal.aborted || (this.job.value = now), signal);
      if (job.state === "done") {
        const result = await jobResult<T>(id, signal);
        if (!signal.aborted) this.result.value = result;
      } else if (job.state !== "cancelled") this.failure.value = failed(job);
    } catch (cause) {
      if (signal.aborted || isAbort(cause)) return;
      this.failure.value = gone(cause);
      this.job.value = null;
    }
  }

  async cancel(): Promise<void> {
    const id = this.job.peek()?.id;
    if (id) await cancelJob(id);
  }

  clear(): void {
    this.following?.abort();
    this.following = null;
    this.job.value = null;
    this.result.value = null;
    this.failure.value = null;
  }
}

function failed(job: Job): Error {
  const p = job.problem as { title?: string; detail?: string; status?: number; problems?: ProblemItem[] } | null | undefined;
  if (job.state === "interrupted") return new ApiError(0, "Interrupted", "The run was cut off when the server stopped.", [], "Run it again.");
  const detail = p?.detail ?? p?.problems?.[0]?.message ?? "The run failed.";
  // What was asked is wrong, not the scenario: the hint beside it says more.
  const asked = p?.problems?.length && p.problems.every((item) => item.id.startsWith("TM-CLI"));
  const advice = asked ? "Choose otherwise and run it again." : p?.problems?.length ? "Correct the scenario in Edit and run it again." : "Check the scenario in Edit, or ask for less, and run it again.";
  return new ApiError(p?.status ?? 0, p?.title ?? "Failed", detail, p?.problems ?? [], advice);
}

function gone(cause: unknown): unknown {
  if (!(cause instanceof ApiError) || cause.status !== 404) return cause;
  return new ApiError(404, cause.title, "The server no longer has this run.", [], "Run it again.");
}

// Long work: a job is started, followed by server-sent events, and its result fetched.
import { BASE, get, isAbort, json, post } from "./http";
import type { Job } from "./types";

export const ENDED = new Set(["done", "failed", "cancelled", "interrupted"]);

export function startJob(verb: "plan" | "simulate" | "skim" | "extract", body: unknown, signal?: AbortSignal): Promise<Job> {
  return post<Job>(`/${verb}`, body, signal);
}

export function cancelJob(id: string): Promise<Response> {
  return fetch(`${BASE}/jobs/${encodeURIComponent(id)}`, { method: "DELETE" });
}

export function jobResult<T>(id: string, signal?: AbortSignal): Promise<T> {
  return json<T>("GET", `${BASE}/jobs/${encodeURIComponent(id)}/result`, undefined, signal);
}

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Asks again and again: for a stream of events that broke off. */
async function poll(id: string, onJob: (job: Job) => void, signal?: AbortSignal): Promise<Job> {
  for (;;) {
    const job = await get<Job>(`/jobs/${encodeURIComponent(id)}`, {}, signal);
    onJob(job);
    if (ENDED.has(job.state)) return job;
    await wait(1000);
  }
}

/** Follows a job to its end; `onJob` is called on each change. Aborting stops following, not the job. */
export function followJob(id: string, onJob: (job: Job) => void, signal?: AbortSignal): Promise<Job> {
  return new Promise((resolve, reject) => {
    const events = new EventSource(`${BASE}/jobs/${encodeURIComponent(id)}/events`);
    const stop = () => {
      events.close();
      signal?.removeEventListener("abort", abort);
    };
    const abort = () => {
      stop();
      reject(new DOMException("no longer followed", "AbortError"));
    };
    signal?.addEventListener("abort", abort);
    events.addEventListener("job", (event) => {
      const job = JSON.parse((event as MessageEvent<string>).data) as Job;
      onJob(job);
      if (!ENDED.has(job.state)) return;
      stop();
      resolve(job);
    });
    events.onerror = () => {
      stop();
      poll(id, onJob, signal).then(resolve, (cause) => (isAbort(cause) ? undefined : reject(cause)));
    };
  });
}

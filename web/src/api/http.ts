// One wrapper around fetch: JSON in and out, problem+json to an error that says what to do, cancel by
// AbortSignal.
import type { components } from "./schema";

export type ProblemItem = components["schemas"]["Finding"];

/** A failure that can be shown: what went wrong, and what to do about it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly problems: ProblemItem[] = [],
    readonly advice = "",
    /** Problems beyond those of the list. */
    readonly more = 0,
  ) {
    super(detail);
    this.name = "ApiError";
  }
}

export const BASE = "/api/v1";

/** The version of the program and of the world network, as the last answer stated them. */
export const served = { version: "", world: "" };

export type Parameters = Record<string, string | number | boolean | readonly (string | number)[] | undefined>;

export function path(to: string, parameters: Parameters = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) continue;
    search.set(key, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = search.toString();
  return `${BASE}${to}${text ? `?${text}` : ""}`;
}

function advice(status: number, retryAfter: string | null): string {
  if (status === 503) return `The server is busy. Try again in ${retryAfter ?? "a few"} seconds.`;
  if (status === 413) return "Ask for less at once.";
  if (status === 404) return "It may have been removed. Reload the page.";
  if (status === 409) return "Choose another name, or ask to replace what is there.";
  if (status === 401) return "Open `/?token=TOKEN` at this address once, with the token that the server was started with.";
  if (status >= 500) return "This is a defect of the program. The log of `trimodal serve` says more.";
  return "";
}

async function refusal(response: Response): Promise<ApiError> {
  const help = advice(response.status, response.headers.get("retry-after"));
  const type = response.headers.get("content-type") ?? "";
  if (!type.includes("json")) {
    const text = (await response.text()).slice(0, 300);
    return new ApiError(response.status, response.statusText, text || `The server answered ${response.status}.`, [], help);
  }
  const body = (await response.json()) as { title?: string; detail?: string; problems?: ProblemItem[]; more_problems?: number };
  // What a program should send is of no use to the reader of a page.
  const problems = response.status === 401 ? [] : (body.problems ?? []);
  // A conflict says itself what to do.
  const todo = response.status === 409 && problems.some((p) => p.hint) ? "" : help;
  const detail = body.detail ?? problems[0]?.message ?? body.title ?? `The server answered ${response.status}.`;
  return new ApiError(response.status, body.title ?? "", detail, problems, todo, body.more_problems ?? 0);
}

export async function send(method: string, to: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const init: RequestInit = { method, signal: signal ?? null };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "content-type": "application/json" };
  }
  let response: Response;
  try {
    response = await fetch(to, init);
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new ApiError(0, "No answer", "The server does not answer.", [], "Is `trimodal serve` still running? Start it again and repeat.");
  }
  if (!response.ok) throw await refusal(response);
  served.version = response.headers.get("trimodal-version") ?? served.version;
  served.world = response.headers.get("trimodal-world") ?? served.world;
  return response;
}

export async function json<T>(method: string, to: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await send(method, to, body, signal);
  return (await response.json()) as T;
}

export function get<T>(to: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  return json<T>("GET", path(to, parameters), undefined, signal);
}

export function post<T>(to: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return json<T>("POST", path(to), body, signal);
}

export function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "AbortError";
}

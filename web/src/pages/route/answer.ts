// The answer to the question in the address: asked anew when the question changes, the former one cancelled.
import { batch, computed, effect, signal } from "@preact/signals";
import { isAbort, type Itinerary, route, type RouteAnswer, type RouteRequest } from "../../api";
import { overridesCsv } from "../../overrides";
import { page, query, setQuery } from "../../router";
import { readRequest } from "./ask";
import { policyFile } from "./policies";

export const answer = signal<RouteAnswer | null>(null);
/** The question that the answer is of, as text: another may be asked already, or cancelled. */
const answered = signal("");
export const failure = signal<unknown>(null);
export const asking = signal(false);
export const cancelled = signal(false);

/** As text, so that nothing is asked twice. */
const question = computed(() => {
  const request = readRequest(query.value, { overrides: overridesCsv.value, ownPolicies: policyFile.value?.text ?? "" });
  return request ? JSON.stringify(request) : "";
});

/** The last question asked on this page: the network page asks it with and without the overrides. */
export const lastQuestion = signal("");

export const answeredRequest = computed<RouteRequest | null>(() => (answered.value ? (JSON.parse(answered.value) as RouteRequest) : null));
/** Whether what is shown answers the question of the form. */
export const isCurrent = computed(() => answered.value === lastQuestion.value);

export const picked = computed<number>(() => {
  const n = answer.value?.itineraries.length ?? 0;
  const wanted = Math.trunc(Number(query.value.pick ?? 1)) - 1;
  return wanted >= 0 && wanted < n ? wanted : 0;
});

export const itinerary = computed<Itinerary | undefined>(() => answer.value?.itineraries[picked.value]);

export function pick(index: number): void {
  const n = answer.peek()?.itineraries.length ?? 0;
  if (n > 0) setQuery({ pick: String(((index % n) + n) % n + 1) });
}

let running: AbortController | undefined;

export function cancel(): void {
  running?.abort();
  asking.value = false;
  cancelled.value = true;
}

function show(of: RouteAnswer | null, text: string, cause: unknown = null): void {
  batch(() => {
    answer.value = of;
    answered.value = of ? text : "";
    failure.value = cause;
    asking.value = false;
  });
}

async function ask(text: string): Promise<void> {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  asking.value = true;
  cancelled.value = false;
  failure.value = null;
  try {
    const of = await route(JSON.parse(text), mine.signal);
    if (!mine.signal.aborted) show(of, text);
  } catch (cause) {
    if (!mine.signal.aborted && !isAbort(cause)) show(null, "", cause);
  }
}

/** There is no question: nothing of a former one stays. */
function clear(): void {
  running?.abort();
  cancelled.value = false;
  show(null, "");
}

effect(() => {
  if (page.value !== "route") return;
  const text = question.value;
  if (text === lastQuestion.peek()) return;
  lastQuestion.value = text;
  if (text) void ask(text);
  else clear();
});

/** Asks the same again, after a failure or a cancel. */
export function again(): void {
  if (lastQuestion.peek()) void ask(lastQuestion.peek());
}

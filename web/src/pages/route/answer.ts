// The answer to the question in the address: asked anew when the question changes, the former one cancelled.
import { computed, effect, signal } from "@preact/signals";
import { isAbort, type Itinerary, route, type RouteAnswer } from "../../api";
import { overridesCsv } from "../../overrides";
import { page, query, setQuery } from "../../router";
import { readRequest } from "./ask";

export const answer = signal<RouteAnswer | null>(null);
export const failure = signal<unknown>(null);
export const asking = signal(false);

/** As text, so that nothing is asked twice. */
const question = computed(() => {
  const request = readRequest(query.value, overridesCsv.value);
  return request ? JSON.stringify(request) : "";
});

/** The last question asked on this page: the network page asks it with and without the overrides. */
export const lastQuestion = signal("");

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
}

async function ask(text: string): Promise<void> {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  asking.value = true;
  try {
    answer.value = await route(JSON.parse(text), mine.signal);
    failure.value = null;
  } catch (cause) {
    if (isAbort(cause)) return;
    failure.value = cause;
    answer.value = null;
  }
  if (running === mine) asking.value = false;
}

effect(() => {
  if (page.value !== "route") return;
  const text = question.value;
  if (text === lastQuestion.peek()) return;
  lastQuestion.value = text;
  if (text) void ask(text);
  else answer.value = null;
});

/** Asks the same again, after a failure or a cancel. */
export function again(): void {
  if (lastQuestion.peek()) void ask(lastQuestion.peek());
}

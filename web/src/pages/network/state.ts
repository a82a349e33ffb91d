// What of the network is shown, and the link that was chosen: both in the address.
import { computed, effect, signal } from "@preact/signals";
import { isAbort, type LinkDetail, link, MODES, type Mode } from "../../api";
import type { NetworkView } from "../../map/network";
import { page, query, setQuery } from "../../router";

export const SHOW = ["gauge", "electrification", "terminals", "borders", "mended"] as const;
export type Show = (typeof SHOW)[number];

/** What rail can be coloured by, in place of its mode. */
const COLOURS: readonly Show[] = ["gauge", "electrification"];

export const modes = computed<Mode[]>(() => {
  const text = query.value.modes;
  return text === undefined ? [...MODES] : MODES.filter((m) => text.split(",").includes(m));
});

const shown = computed<string[]>(() => (query.value.show ?? "terminals,borders").split(","));
export const shows = (what: Show): boolean => shown.value.includes(what);

export function setModes(next: readonly Mode[]): void {
  setQuery({ modes: next.length === MODES.length ? undefined : next.join(",") || "none" });
}

export function setShow(what: Show, on: boolean): void {
  const other = COLOURS.includes(what) ? COLOURS : []; // rail has one set of colours at a time
  const next = SHOW.filter((s) => (s === what ? on : shows(s) && !(on && other.includes(s))));
  setQuery({ show: next.join(",") || "none" });
}

export const view = computed<NetworkView>(() => ({
  modes: modes.value,
  rail: shows("gauge") ? "gauge" : shows("electrification") ? "electrification" : "mode",
  terminals: shows("terminals"),
  borders: shows("borders"),
  mended: shows("mended"),
}));

export const chosen = signal<LinkDetail | null>(null);
export const failure = signal<unknown>(null);

let running: AbortController | undefined;

effect(() => {
  const id = page.value === "network" ? query.value.link : undefined;
  running?.abort();
  if (!id) {
    chosen.value = null;
    return;
  }
  if (chosen.peek()?.id === id) return;
  const mine = new AbortController();
  running = mine;
  link(id, mine.signal).then(
    (found) => {
      chosen.value = found;
      failure.value = null;
    },
    (cause) => {
      if (isAbort(cause)) return;
      chosen.value = null;
      failure.value = cause;
    },
  );
});

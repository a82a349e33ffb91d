import { signal, type Signal } from "@preact/signals";
import { ApiError, BASE, get, json, post, send } from "../api";
import type { Checked, Files, Listed, Scenario, TableKind } from "./scenario";

export const scenarios = signal<Listed[] | null>(null);
export const scenariosFailure = signal<unknown>(null);

export async function loadScenarios(): Promise<void> {
  try {
    scenarios.value = (await get<{ scenarios: Listed[] }>("/scenarios")).scenarios;
    scenariosFailure.value = null;
  } catch (cause) {
    scenariosFailure.value = cause;
  }
}

export interface Loaded {
  scenario: Scenario | null;
  failure: unknown;
}

const loaded = new Map<string, Signal<Loaded>>();

/** A scenario by name, read once. */
export function scenario(name: string): Signal<Loaded> {
  let known = loaded.get(name);
  if (!known) {
    known = signal<Loaded>({ scenario: null, failure: null });
    loaded.set(name, known);
    void read(name, known);
  }
  return known;
}

/** A scenario that could not be read is read anew when it is chosen again. */
export function retry(name: string): void {
  const known = loaded.get(name);
  if (!known?.peek().failure) return;
  known.value = { scenario: null, failure: null };
  void read(name, known);
}

async function read(name: string, into: Signal<Loaded>): Promise<void> {
  try {
    const found = await json<Scenario>("GET", `${BASE}/scenarios/${encodeURIComponent(name)}`);
    into.value = { scenario: found, failure: null };
  } catch (cause) {
    const missing = cause instanceof ApiError && cause.status === 404;
    into.value = { scenario: null, failure: missing ? new ApiError(404, "", `There is no scenario “${name}” here.`, [], "Choose one from the list.") : cause };
  }
}

/** A scenario as it is now; null where it is gone. */
export async function readAgain(name: string): Promise<Scenario | null> {
  try {
    const now = await json<Scenario>("GET", `${BASE}/scenarios/${encodeURIComponent(name)}`);
    loaded.delete(name);
    return now;
  } catch (cause) {
    if (cause instanceof ApiError && cause.status === 404) return null;
    throw cause;
  }
}

export const check = (files: Files, stop: AbortSignal) => post<Checked>("/scenarios/check", { files }, stop);

export async function save(name: string, files: Files, replace: boolean): Promise<void> {
  await send("PUT", `${BASE}/scenarios/${encodeURIComponent(name)}`, { files, replace });
  loaded.delete(name);
  await loadScenarios();
}

let kinds: Promise<TableKind[]> | null = null;

/** What the tables of a scenario hold, column by column. */
export function tableKinds(): Promise<TableKind[]> {
  kinds ??= get<{ tables: TableKind[] }>("/scenarios/tables").then((answer) => answer.tables, (cause) => {
    kinds = null;
    throw cause;
  });
  return kinds;
}

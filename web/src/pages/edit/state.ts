// The draft, its history, what the reader finds in it, and its runs.
import { batch, computed, effect, signal } from "@preact/signals";
import { ApiError, isAbort } from "../../api";
import { JobRun } from "../../jobs/run";
import { query, setQuery } from "../../router";
import type { Checked, Files, Network, Scenario, TableKind } from "../../scenarios/scenario";
import { check, readAgain, save as put, scenario, tableKinds } from "../../scenarios/store";
import type { Plan } from "../plan/outcome";
import { draftOf, filesOf, locate, SETTINGS, type Draft } from "./draft";
import { differing, digestOf, forget, keep, kept, type Kept } from "./kept";
import { begin, commit, redo as redone, undo as undone, type History } from "./history";
import type { Table } from "./table";

const CHECK_AFTER_MS = 350;

interface Saved {
  name: string;
  bundled: boolean;
  /** Its sheets are edited as tables and saved as a folder of its own. */
  workbook: boolean;
  files: Files;
  draft: Draft;
}

export const kinds = signal<TableKind[]>([]);
/** The scenario as it was opened or saved last; its name is empty for a new corridor. */
export const saved = signal<Saved | null>(null);
export const history = signal<History<Draft> | null>(null);
export const failure = signal<unknown>(null);
export const found = signal<Checked | null>(null);
/** The network as it could be read last: it stays on the map while a cell is wrong. */
export const network = signal<Network | null>(null);
export const checking = signal(false);
export const checkFailure = signal<unknown>(null);
/** The texts that were checked last, to find the rows of problems. */
const checked = signal<Files>({});

export const draft = computed(() => history.value?.now ?? null);
export const files = computed(() => (draft.value ? filesOf(draft.value, saved.value) : null));
export const changed = computed(() => draft.value !== null && draft.value !== saved.value?.draft);
/** A new corridor is not saved even before it is changed. */
export const unsaved = computed(() => changed.value || (draft.value !== null && saved.value?.name === ""));
/** A workbook that cannot be read has no tables. */
export const isWorkbook = computed(() => !!saved.value?.workbook && !Object.keys(saved.value.files).length);
/** Edits from before a reload, and whether the scenario has changed since. */
export const offer = signal<{ files: Files; stale: boolean } | null>(null);
export const problems = computed(() => locate(found.value?.problems ?? [], checked.value));
export const table = computed(() => query.value.table ?? "places.csv");
/** Tables in the order of the reader, then the settings. */
export const tabs = computed(() => [...kinds.value.map((k) => k.file), SETTINGS]);

export async function open(name: string): Promise<void> {
  failure.value = null;
  try {
    kinds.value = await tableKinds();
  } catch (cause) {
    failure.value = cause;
    return;
  }
  if (saved.peek()?.name === name && history.peek()) return;
  const known = scenario(name);
  const stop = effect(() => {
    const now = known.value;
    if (now.failure) failure.value = now.failure;
    if (now.scenario && query.peek().scenario === name) opened(now.scenario, kept(name));
    if (now.failure || now.scenario) queueMicrotask(() => stop());
  });
}

function opened({ name, files: all, bundled, workbook, ...checkedThen }: Scenario, left: Kept | null): void {
  begun({ name, bundled, workbook }, all, left);
  found.value = checkedThen;
  checked.value = all;
  checkFailure.value = null;
}

/** `left`: edits of it that are not saved, to be offered. */
function begun(about: Omit<Saved, "files" | "draft">, all: Files, left: Kept | null): void {
  const first = draftOf(all, kinds.peek());
  const edits = left ? differing(left.files, all) : {};
  batch(() => {
    offer.value = left && Object.keys(edits).length ? { files: edits, stale: left.digest !== digestOf(all) } : null;
    saved.value = { ...about, files: all, draft: first };
    history.value = begin(first);
  });
  before.value = last = null;
  network.value = null;
  planned.clear();
  base.clear();
}

/** A scenario that is not saved yet: of a new corridor. */
export async function openNew(all: Files): Promise<void> {
  kinds.value = await tableKinds();
  begun({ name: "", bundled: false, workbook: false }, all, null);
  void recheck();
}

export function change(next: Draft): void {
  const now = history.peek();
  if (!now) return;
  history.value = commit(now, next);
  later();
}

export function changeTable(file: string, next: Table): void {
  const now = draft.peek();
  if (now) change({ ...now, tables: { ...now.tables, [file]: next } });
}

/** Steps of typing in one text are one step of undo. */
export function changeText(file: string, text: string): void {
  const now = history.peek();
  if (!now) return;
  const next = { ...now.now, texts: { ...now.now.texts, [file]: text } };
  const typing = now.past.at(-1)?.tables === now.now.tables && now.future.length === 0;
  history.value = typing ? { ...now, now: next } : commit(now, next);
  later();
}

/** One step, which can be undone. */
export function bringBack(): void {
  const [now, left] = [draft.peek(), offer.peek()];
  if (!now || !left) return;
  const brought = draftOf(left.files, kinds.peek());
  batch(() => {
    offer.value = null;
    change({ tables: { ...now.tables, ...brought.tables }, texts: { ...now.texts, ...brought.texts } });
  });
}

export const discard = (): void => void (offer.value = null);

export const undo = (): void => step(undone);
export const redo = (): void => step(redone);

function step(to: (history: History<Draft>) => History<Draft>): void {
  const was = history.peek();
  if (!was) return;
  const next = to(was);
  history.value = next;
  showChanged(was.now, next.now);
  later();
}

/** Shows a table that a step changes, where another is open: nothing changes unseen. */
function showChanged(a: Draft, b: Draft): void {
  const files = tabs.peek().filter((file) => a.tables[file] !== b.tables[file] || a.texts[file] !== b.texts[file]);
  if (files.length > 0 && !files.includes(table.peek())) setQuery({ table: files[0] });
}

let timer = 0;
let asking: AbortController | null = null;

function later(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void recheck(), CHECK_AFTER_MS);
}

export async function recheck(): Promise<void> {
  const all = files.peek();
  if (!all) return;
  asking?.abort();
  const mine = (asking = new AbortController());
  checking.value = true;
  try {
    const answer = await check(all, mine.signal);
    found.value = answer;
    checked.value = all;
    checkFailure.value = null;
  } catch (cause) {
    if (isAbort(cause)) return;
    checkFailure.value = cause;
  }
  if (asking === mine) checking.value = false;
}

/** True: saved. 409 is left to the caller, who asks. */
export async function save(name: string, replace: boolean): Promise<void> {
  const all = files.peek();
  const now = draft.peek();
  if (!all || !now) return;
  await put(name, all, replace);
  forget(saved.peek()?.name ?? "");
  saved.value = { name, bundled: false, workbook: false, files: all, draft: now };
  setQuery({ scenario: name }, { push: true });
}

/** Whether the scenario was changed since it was opened or saved here: by another tab, or by hand. */
export async function changedElsewhere(): Promise<boolean> {
  const from = saved.peek();
  const there = from && (await readAgain(from.name));
  return !!there && digestOf(there.files) !== digestOf(from.files);
}

/** Reads the scenario anew; the edits here are offered on top of it. */
export async function reopen(): Promise<void> {
  const [from, now] = [saved.peek(), files.peek()];
  if (!from || !now) return;
  const there = await readAgain(from.name);
  if (there) opened(there, { digest: digestOf(from.files), files: differing(now, from.files) });
}

/** The plan of the draft, and the one before it. */
export const planned = new JobRun<Plan>();
export const base = new JobRun<Plan>();
export const before = signal<{ plan: Plan; words: string } | null>(null);
let last: { plan: Plan; words: string } | null = null;

/** Plans the draft; the difference is to the run before, at first to the scenario as it was opened. */
export async function runAgain(): Promise<void> {
  const all = files.peek();
  const first = saved.peek();
  if (!all || !first) return;
  const previous = planned.result.peek();
  if (previous) before.value = last = { plan: previous, words: "The run before" };
  else if (changed.peek()) void base.start("plan", { files: first.files, samples: 0 });
  await planned.start("plan", { files: all, samples: 0 });
  if (planned.failure.peek() instanceof ApiError) before.value = last;
}

effect(() => {
  const now = found.value;
  if (now?.network) network.value = now.network;
});

effect(() => {
  const plan = base.result.value;
  if (plan) before.value = last = { plan, words: "As it was opened" };
});

effect(() => {
  const [from, now] = [saved.value, files.value];
  if (!from || !now) return;
  if (unsaved.value) keep(from.name, { digest: digestOf(from.files), files: from.name ? differing(now, from.files) : now });
  else if (!offer.value) forget(from.name);
});

/** Leaving asks, from whatever page. */
const ask = (event: BeforeUnloadEvent) => event.preventDefault();
effect(() => {
  if (unsaved.value) addEventListener("beforeunload", ask);
  else removeEventListener("beforeunload", ask);
});

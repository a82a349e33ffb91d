// Links that the user closes or changes: kept in the browser, sent with questions about routes, saved and
// loaded as overrides.csv (docs/reference/tables.md).
import { computed, effect, signal } from "@preact/signals";
import { ApiError } from "./api/http";
import { csv, parseCsv } from "./csv";

export type Action = "close" | "speed" | "cost";

export interface Override {
  link: string;
  action: Action;
  /** `speed`: km/h; `cost`: factor; `close`: blank. */
  value: string;
  author: string;
  reason: string;
}

const KEY = "trimodal.overrides";
const COLUMNS = ["link", "action", "value", "author", "reason"] as const;

export const ACTIONS: Record<Action, string> = { close: "closed", speed: "speed, km/h", cost: "cost, times" };

export function toCsv(list: readonly Override[]): string {
  return csv([COLUMNS, ...list.map((o) => COLUMNS.map((c) => o[c]))]);
}

/** What is wrong with the value of a row, and what to write. */
function valueProblem(action: Action, value: string): string {
  const of = action === "speed" ? "the speed in km/h" : "the factor";
  if (action === "close") return value ? `the value is “${value}”. Leave it blank: a link is closed altogether.` : "";
  if (!value) return `the value is blank. Write ${of}, from 0.001 to 1000.`;
  const x = Number(value);
  return x >= 0.001 && x <= 1000 ? "" : `the value is “${value}”. Write ${of}, from 0.001 to 1000.`;
}

/** Reads overrides.csv; throws with the row, the column and what to do. */
export function fromCsv(text: string): Override[] {
  const [head = [], ...rows] = parseCsv(text);
  const at = COLUMNS.map((name) => head.findIndex((h) => h.trim() === name));
  const missing = COLUMNS.filter((name, i) => name !== "value" && (at[i] ?? -1) < 0);
  if (missing.length > 0) throw new ApiError(0, "", `The file has no column ${missing.join(", ")}.`, [], `The columns are ${COLUMNS.join(", ")}.`);
  return rows.map((row, i) => {
    const cell = (c: number) => (row[at[c] ?? -1] ?? "").trim();
    const action = cell(1) as Action;
    const refuse = (column: (typeof COLUMNS)[number], what: string) => {
      throw new ApiError(0, "", `Row ${i + 2}, column ${column}: ${what}`, [], "Correct the file and load it again. The overrides here are as they were.");
    };
    if (!cell(0)) refuse("link", "the link is blank. Write its id, as the network page shows it.");
    if (!Object.hasOwn(ACTIONS, action)) refuse("action", `the action is “${cell(1)}”. Write close, speed or cost.`);
    const wrong = valueProblem(action, cell(2));
    if (wrong) refuse("value", wrong);
    return { link: cell(0), action, value: cell(2), author: cell(3), reason: cell(4) };
  });
}

function stored(): Override[] {
  try {
    return fromCsv(localStorage.getItem(KEY) ?? COLUMNS.join(","));
  } catch {
    return [];
  }
}

export const overrides = signal<Override[]>(stored());

/** The table as it is sent; empty when there is none. */
export const overridesCsv = computed(() => (overrides.value.length > 0 ? toCsv(overrides.value) : ""));

effect(() => {
  if (overrides.value.length > 0) localStorage.setItem(KEY, toCsv(overrides.value));
  else localStorage.removeItem(KEY);
});

// Another tab of the browser has changed them.
addEventListener("storage", (event) => {
  if (event.key === KEY && (event.newValue ?? "") !== overridesCsv.peek()) overrides.value = stored();
});

/** Adds an override; one of the same link and action is replaced. */
export function addOverride(one: Override): void {
  overrides.value = [...overrides.peek().filter((o) => o.link !== one.link || o.action !== one.action), one];
}

export function removeOverride(one: Override): void {
  overrides.value = overrides.peek().filter((o) => o !== one);
}

// What the page shows, read from the address, and the two runs.
import { computed, signal } from "@preact/signals";
import { JobRun } from "../../jobs/run";
import { query, setQuery } from "../../router";
import { scenario } from "../../scenarios/store";
import type { Box } from "./features";
import { Names } from "./names";
import type { Plan } from "./outcome";
import { largestFlow, stepAt, steps, type Step } from "./steps";

export const here = new JobRun<Plan>();
/** The run that is compared with. */
export const there = new JobRun<Plan>();

const words = (field: string | undefined) => (field ? field.split(",") : []);

/** The case of a run: what differs from the scenario as it stands. */
export interface Case {
  policies: string[];
  closed: string[];
  noLaw: boolean;
}

export const name = computed(() => query.value.scenario ?? "");
export const samples = computed(() => Number(query.value.samples ?? 0) || 0);
export const asked = computed<Case>(() => ({
  policies: words(query.value.policies),
  closed: words(query.value.closed),
  noLaw: query.value.law === "off",
}));

export const loaded = computed(() => (name.value ? scenario(name.value).value : null));
export const names = computed(() => {
  const s = loaded.value?.scenario;
  return s ? new Names(s.files, s.network) : null;
});

/** Which plan the figures show, and the map where there is one only. */
export const shows = computed(() => (there.result.value && query.value.show === "there" ? "there" : "here"));
export const shown = computed(() => (shows.value === "there" ? there.result.value : here.result.value));
export const allSteps = computed(() => (shown.value ? steps(shown.value) : []));
const multiple = computed(() => Number(query.value.x ?? 1) || 1);
export const stepIndex = computed(() => stepAt(allSteps.value, multiple.value));
export const step = computed(() => allSteps.value[stepIndex.value] ?? null);

/** The step of a plan that the slider is at. */
export function stepOf(plan: Plan | null): Step | null {
  const all = plan ? steps(plan) : [];
  return all[stepAt(all, multiple.value)] ?? null;
}

const enough = matchMedia("(min-width: 1100px)");
const wide = signal(enough.matches);
enough.addEventListener("change", () => (wide.value = enough.matches));
/** Whether each of two runs has a map of its own. */
export const sideBySide = computed(() => wide.value && here.result.value !== null && there.result.value !== null);
/** The second run in words. */
export const otherWords = computed(() => caseWords(query.value.case ?? (asked.value.noLaw ? "law:on" : "law:off"), asked.value));
export const largest = computed(() => largestFlow([here.result.value, there.result.value].filter((p) => p !== null)));

/** Where the map was asked to go. */
export const focus = signal<Box | null>(null);

export const chooseStep = (multiple: number) => setQuery({ x: multiple === 1 ? undefined : String(multiple) });
export const chooseFacility = (facility: string | undefined) => setQuery({ facility }, { push: true });

/** What is the usual is left out. */
export function body({ policies, closed, noLaw }: Case) {
  return {
    scenario: name.peek(),
    samples: samples.peek(),
    ...(policies.length ? { policies } : {}),
    ...(closed.length ? { closed } : {}),
    ...(noLaw ? { counterfactual_no_law: true } : {}),
  };
}

export async function run(): Promise<void> {
  there.clear();
  const id = await here.start("plan", body(asked.peek()));
  setQuery({ run: id ?? undefined, other: undefined, case: undefined, show: undefined, facility: undefined }, { push: true });
}

/** A case for the comparison: one change to the first run. */
export async function compare(change: string): Promise<void> {
  const id = await there.start("plan", body(changed(asked.peek(), change)));
  setQuery({ other: id ?? undefined, case: change }, { push: true });
}

/** `policy:SET`, `closed:ID`, `law:off`, `law:on`: added to a case, or taken from it where it is there already. */
export function changed(of: Case, change: string): Case {
  const [what, which = ""] = split(change);
  const toggled = (list: string[]) => (list.includes(which) ? list.filter((w) => w !== which) : [...list, which]);
  if (what === "policy") return { ...of, policies: toggled(of.policies) };
  if (what === "closed") return { ...of, closed: toggled(of.closed) };
  return { ...of, noLaw: which === "off" };
}

const split = (change: string) => {
  const at = change.indexOf(":");
  return [change.slice(0, at), change.slice(at + 1)];
};

/** A case in words. */
export function caseWords(change: string, of: Case): string {
  const [what, which = ""] = split(change);
  if (what === "policy") return `${of.policies.includes(which) ? "Without" : "With"} the study case ${which.replaceAll("-", " ")}`;
  if (what === "closed") return `${names.value?.of(which) ?? which} ${of.closed.includes(which) ? "open" : "closed"}`;
  return which === "off" ? "As if no law applied" : "With the law";
}

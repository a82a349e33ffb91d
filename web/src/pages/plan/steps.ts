import type { AtLimit, Plan, Quantiles, Rung, Solution } from "./outcome";

/** A position of the slider: today's capacity, then each rung of the ladder. */
export interface Step {
  multiple: number;
  capacity: number;
  solution: Solution | null;
  binding: AtLimit[];
  capex: number | null;
  rung: Rung | null;
  /** Investment over the samples, where the plan has them. */
  range: Quantiles | null;
  /** Why the rung cannot be reached. */
  reason: string | null;
}

export function steps(plan: Plan): Step[] {
  const { capacity } = plan;
  const today: Step = {
    multiple: 1,
    capacity: capacity.total_t_per_year,
    solution: capacity.reason ? null : capacity.solution,
    binding: capacity.binding,
    capex: 0,
    rung: null,
    range: null,
    reason: capacity.reason,
  };
  return [today, ...plan.ladder.map((rung) => step(plan, rung))];
}

function step(plan: Plan, rung: Rung): Step {
  const samples = plan.uncertainty?.rungs.find((r) => r.multiple === rung.multiple);
  return {
    multiple: rung.multiple,
    capacity: rung.capacity_t_per_year,
    solution: rung.solution,
    binding: rung.binding,
    capex: rung.capex_usd,
    rung,
    range: samples?.capex_usd ?? null,
    reason: rung.solution ? null : (rung.reason ?? "no solution was found in the time given"),
  };
}

/** The step at a multiple, or the nearest below it. */
export function stepAt(all: Step[], multiple: number): number {
  let at = 0;
  all.forEach((s, i) => s.multiple <= multiple + 1e-9 && (at = i));
  return at;
}

/** Classes of use of capacity, with limits that the map and its legend share. */
export const USE = [
  { key: "low", upTo: 0.6, words: "under 60 %" },
  { key: "high", upTo: 0.999, words: "60 to 100 %" },
  { key: "limit", upTo: Infinity, words: "at its limit" },
  { key: "none", upTo: NaN, words: "no limit (sea)" },
] as const;

export type UseClass = (typeof USE)[number]["key"];

export const useClass = (use: number | null | undefined): UseClass =>
  use == null ? "none" : USE.find((c) => use < c.upTo)!.key;

/** Width of a line on the map, in pixels, by its share of the largest flow. */
export const flowWidth = (tonnes: number, largest: number) => 1.5 + 10.5 * Math.sqrt(tonnes / Math.max(largest, 1));

/** The largest flow of any step, so that widths can be compared between steps. */
export function largestFlow(plans: Plan[]): number {
  let most = 1;
  for (const plan of plans)
    for (const s of steps(plan)) for (const load of s.solution?.links ?? []) most = Math.max(most, load.t_per_year);
  return most;
}

/** Use of a facility at a step; none where it is not used. */
export const useOf = (step: Step, facility: string) =>
  step.solution?.facilities.find((f) => f.facility === facility) ?? null;

/** The parts of the answer of `simulate` that the page reads (docs/reference/simulate.md). */
export interface Outcome {
  scenario: string;
  case: string;
  multiple: number;
  counterfactual_no_law: boolean;
  replications: number;
  verdict: Verdict;
  derate: { share: number; share_ci95: [number, number] | null } | null;
  demand: DemandResult[];
  resources: ResourceResult[];
  closures: { name: string; from_day: number; to_day: number; backlog_t: number; gone_after_days: number | null }[];
  warnings: string[];
  stopped: string | null;
  warm_up: { agrees: boolean; told: string[] };
}

export interface Estimate {
  mean: number;
  ci95_low: number | null;
  ci95_high: number | null;
}

export interface Verdict {
  answer: "holds" | "fails" | "undecided";
  unit: string;
  reason: string;
  planned_per_year: number;
  delivered_per_year: Estimate;
  share_delivered: Estimate;
  probability_reached: number;
  growing: { name: string; growth_per_year: number; unit: string }[];
  never: string[];
  circle: string[];
  replications_to_decide: number | null;
}

export interface DemandResult {
  demand: string;
  name: string;
  unit: string;
  answer: Verdict["answer"];
  planned_per_year: number;
  delivered_per_year: Estimate;
  planned_h: number;
  transit_h: { mean: number; p95: number };
}

export interface ResourceResult {
  id: string;
  name: string;
  utilisation: number;
  queue: number;
  wait_h: { mean: number; p95: number };
  wait_formula_h: number | null;
  time: { busy: number; blocked: number; starved: number; down: number; closed: number; changeover: number; idle: number };
}

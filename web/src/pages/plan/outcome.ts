/** The parts of plan.json that the page reads (docs/reference/plan.md). */
export interface Plan {
  schema: string;
  scenario: string;
  unit: string;
  price_year: number;
  counterfactual_no_law: boolean;
  notices: string[];
  limits_reached: string[];
  policies: { set: string; is_law: boolean; rules: number }[];
  capacity: Capacity;
  ladder: Rung[];
  ceiling: { multiple: number; capacity_t_per_year: number; status: string; binding: AtLimit[] };
  facilities: Facility[];
  not_permitted: { demand: string; name: string; t_per_year: number; rules: { reference: string; procedure: string | null }[] }[];
  not_permitted_t_per_year: number;
  unreachable: { demand: string; name: string; reason: string; t_per_year: number }[];
  uncertainty: Uncertainty | null;
  inputs: { share_assumed: number };
}

export interface Capacity {
  total_t_per_year: number;
  gross_t_per_year: number;
  asked_t_per_year: number;
  multiple_of_asked: number;
  binding: Binding[];
  served: { demand: string; name: string; asked_t_per_year: number; carried_t_per_year: number }[];
  observed: { year: number; t_per_year: number; what: string; source: string }[];
  solution: Solution;
  reason: string | null;
}

export interface AtLimit {
  facility: string;
  name: string;
  can_grow?: boolean;
}

export interface Binding extends AtLimit {
  kind: string;
  one_more: Marginal | null;
  one_less: Marginal | null;
}

export interface Marginal {
  unit: string;
  total_t_per_year: number;
  own_t_per_year: number;
  then_binds: string[];
}

export interface Solution {
  levels: Record<string, number>;
  facilities: { facility: string; occupancy: number; utilisation: number; t_per_year: number }[];
  links: LinkLoad[];
}

export interface LinkLoad {
  link: string;
  t_per_year: number;
  loaded_vehicles_per_year: number;
  empty_vehicles_per_year: number;
  volume_over_capacity: number | null;
}

export interface Rung {
  multiple: number;
  capacity_t_per_year: number;
  status: "optimal" | "feasible" | "infeasible" | "time_limit";
  capex_usd: number | null;
  annual_cost_usd: number | null;
  cost_per_extra_t_usd: number | null;
  co2e_t_per_year: number | null;
  investments: { option: string; name: string; level: number; capex_usd: number; opens_in: { base: number | null } }[];
  binding: AtLimit[];
  economics: { npv_usd: number; bcr: number | null; eirr: number | null } | null;
  solution: Solution | null;
  reason: string | null;
}

export interface Facility {
  facility: string;
  name: string;
  kind: string;
  place: string | null;
  link: string | null;
  servers: number;
  derivation: string[];
  gross_t_per_year: number | null;
  practical_t_per_year: number | null;
  published_t_per_year: number | null;
  source: string;
  confidence: string;
}

export interface Quantiles {
  p10: number;
  p50: number;
  p90: number;
}

export interface Uncertainty {
  samples: number;
  capacity_t_per_year: Quantiles;
  rungs: { multiple: number; share_enough: number; capex_usd: Quantiles | null }[];
  binding_share: { facility: string; name: string; share: number }[];
}

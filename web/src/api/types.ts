// The answers of the API as the pages use them. The full list of fields: docs/reference/route.md, plan.md
// and simulate.md.
export type Mode = "rail" | "sea" | "road" | "barge";
export const MODES: readonly Mode[] = ["rail", "sea", "road", "barge"];
export type Position = [lon: number, lat: number];

export interface Passage {
  id: string;
  kind: string;
  name: string;
  draught_m?: number | null;
  season_closed?: string | null;
  is_closed: boolean;
}

export interface WorldInfo {
  version: string;
  passages: Passage[];
  attribution: string[];
  cargoes: string[];
  ships: { id: string; name: string }[];
  jurisdictions: string[];
  /** Two-letter codes, or with names. */
  countries: (string | { code: string; name: string })[];
  [count: string]: unknown;
}

export interface Place {
  text: string;
  name: string;
  country: string;
  kind: string;
  code?: string | null;
  lat: number;
  lon: number;
  population?: number | null;
}

export interface Snap {
  mode: Mode;
  gauge_mm?: number | null;
  port?: string | null;
  distance_km: number;
}

export interface LinkDetail {
  id: string;
  mode: Mode;
  gauge_mm?: number | null;
  km: number;
  line: Position[];
  countries: string[];
  border?: string | null;
  passage?: string | null;
  ferry?: boolean;
  mended: boolean;
  access: boolean;
  /** Who made the data that it derives from. */
  attribution?: string[];
}

export interface LinkNear {
  id: string;
  mode: Mode;
  gauge_mm?: number | null;
  km: number;
  away_km: number;
  mended: boolean;
}

export interface Stop {
  name: string;
  country: string;
  lat: number;
  lon: number;
  passage?: string | null;
  snap: Snap[];
}

export interface Leg {
  mode: Mode;
  gauge_mm?: number | null;
  access: boolean;
  from: string;
  to: string;
  distance_km: number;
  time_h: number;
  cost_usd: number;
  co2e_kg: number;
  co2e_wtt_kg: number;
  mended_km: number;
  line: Position[];
  ferry?: string | null;
  service?: string | null;
  waterways?: string[];
}

export interface Transfer {
  kind: string;
  place: string;
  id: string;
  after_leg: number;
  time_h: number;
  time_p50_h: number;
  time_p90_h: number;
  cost_usd: number;
  co2e_kg: number;
  note?: string;
}

export interface Itinerary {
  best_at: string[];
  chain: string;
  distance_km: number;
  time_h: number;
  time_p10_h?: number;
  time_p50_h: number;
  time_p90_h: number;
  cost_usd: number;
  co2e_kg: number;
  co2e_wtt_kg: number;
  co2e_ttw_kg: number;
  mended_km: number;
  countries: string[];
  passages: string[];
  borders: string[];
  gauge_changes: string[];
  legs: Leg[];
  transfers: Transfer[];
  warnings?: string[];
}

export interface Rate {
  mode: Mode;
  cargo: string;
  what: string;
  where: string;
  usd: number;
  low?: number | null;
  high?: number | null;
  per: string;
  period: string;
  source: string;
  confidence: string;
}

export interface Factor {
  mode: Mode;
  cargo: string;
  country: string;
  ship: string;
  wtt_g_tkm: number;
  ttw_g_tkm: number;
  fixed_g_t: number;
  class: string;
  year: string;
  uncertainty_pct?: number | null;
  source: string;
  confidence: string;
}

export interface KnownService {
  id: string;
  name: string;
  usd?: number | null;
  usd_low?: number | null;
  usd_high?: number | null;
  per?: string | null;
  period: string;
  rate_confidence: string;
  days_p50?: number | null;
  days_confidence: string;
  departures_per_week?: number | null;
  source: string;
}

export interface RouteAnswer {
  schema: string;
  version: string;
  origin: Stop;
  destination: Stop;
  via: Stop[];
  cargo: string;
  tonnes: number;
  by: string;
  tolerance?: number;
  cut_short: boolean;
  stopped?: string | null;
  itineraries: Itinerary[];
  unreachable?: { reason: string; message: string; remedy: string[] } | null;
  avoided: string[];
  too_small: string[];
  closed_on_the_day?: string[];
  counterfactual_no_law?: boolean;
  law: string[];
  notes?: { message: string; at?: { file: string; row: number; column: number } | null }[];
  basis?: { rates: Rate[]; factors: Factor[]; services: KnownService[] };
  attribution: string[];
}

export interface RouteRequest {
  from: string;
  to: string;
  via?: string[];
  by?: string;
  alternatives?: number;
  tolerance?: number;
  cargo?: string;
  tonnes?: number;
  teu?: number;
  modes?: string[];
  avoid?: string[];
  only_via?: string[];
  avoid_areas?: GeoJSON.Polygon | GeoJSON.MultiPolygon;
  no_mended?: boolean;
  ship?: string;
  draught_m?: number;
  hs?: string[];
  goods_origin?: string;
  jurisdictions?: string[];
  policies?: string[];
  date?: string;
  counterfactual_no_law?: boolean;
  overrides?: string;
  continuous?: boolean;
  time_limit_s?: number;
}

export type JobState = "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";

export interface Job {
  id: string;
  verb: string;
  state: JobState;
  title: string;
  created: string;
  started?: string | null;
  finished?: string | null;
  progress?: { stage: string; done: number; total: number } | null;
  problem?: unknown;
}

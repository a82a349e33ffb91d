import type { Mode } from "../../api/types";

export { MODES } from "../../api/types";

/** A recorded replication, `trimodal/trace/1`. */
export interface Trace {
  schema: string;
  version?: string;
  /** First day of the period, `YYYY-MM-DD`. */
  start?: string;
  hours: number;
  places: TracePlace[];
  paths: TracePath[];
  vehicles: TraceVehicle[];
  resources: TraceResource[];
  stocks: TraceStock[];
  /** Day with the longest queues, from 0. */
  worst_day?: number | null;
  attribution?: string[];
}

export interface TracePlace {
  id: string;
  name: string;
  lat?: number | null;
  lon?: number | null;
}

export interface TracePath {
  mode: Mode;
  from: number;
  to: number;
  line?: [number, number][] | null;
}

/** `[path, hour of departure, hour of arrival, tonnes]`. */
export type Move = [number, number, number, number];

export interface TraceVehicle {
  class: string;
  mode: Mode;
  moves: Move[];
}

export interface TraceResource {
  id: string;
  name: string;
  place?: number | null;
  /** Share of the day in which it is held, a day. */
  busy: number[];
  /** Mean number waiting, a day. */
  queue: number[];
}

export interface TraceStock {
  name: string;
  place?: number | null;
  unit: string;
  level: number[];
}

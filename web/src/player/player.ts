import type { PackedTrace } from "./pack";
import type { Trace } from "../api/types";
import { span, type Stretch } from "../map/span";

/** Vehicles on the move at one time. The arrays are reused from frame to frame; only the first `count` entries hold. */
export interface Frame {
  hour: number;
  count: number;
  lon: Float64Array;
  lat: Float64Array;
  /** Direction of travel, radians clockwise from north. */
  heading: Float32Array;
  /** Twice the position of the mode in `MODES`, plus one if loaded. */
  kind: Uint8Array;
  /** Position of the vehicle in the trace. */
  vehicle: Uint32Array;
}

export interface Queue {
  place: number;
  name: string;
  lon: number;
  lat: number;
  waiting: number;
}

/** What a vehicle does at a time, for a label. */
export interface Doing {
  vehicle: string;
  from: string;
  to: string;
  tonnes: number;
  arrives: number;
}

interface Course {
  lon: Float64Array;
  lat: Float64Array;
  /** Distance from the start to each point; the unit does not matter. */
  along: Float64Array;
}

/**
 * Plays a trace: where every vehicle is and who waits where at any hour.
 * It needs a trace only, so that a page without a server can use it too.
 */
export class Player {
  readonly hours: number;
  readonly days: number;
  private readonly courses: (Course | null)[];
  /** The move of each vehicle found last: time mostly goes forward in small steps. */
  private readonly at: Uint32Array;
  private readonly frameNow: Frame;

  constructor(readonly trace: PackedTrace) {
    this.hours = trace.hours;
    this.days = Math.max(1, Math.round(trace.hours / 24));
    this.courses = trace.paths.map((path) => course(path, trace));
    const n = trace.classOf.length;
    this.at = trace.first.slice(0, n);
    this.frameNow = {
      hour: 0,
      count: 0,
      lon: new Float64Array(n),
      lat: new Float64Array(n),
      heading: new Float32Array(n),
      kind: new Uint8Array(n),
      vehicle: new Uint32Array(n),
    };
  }

  /** Vehicles on the move at `hour`. */
  frame(hour: number): Frame {
    const frame = this.frameNow;
    frame.hour = hour;
    frame.count = 0;
    for (let v = 0; v < this.at.length; v++) {
      const move = this.moveAt(v, hour);
      if (move >= 0) this.put(frame, v, move, hour);
    }
    return frame;
  }

  private put(frame: Frame, v: number, move: number, hour: number): void {
    const { depart, arrive, tonnes, path, modeOf } = this.trace;
    const course = this.courses[path[move]!];
    if (!course) return;
    const { lon, lat, along } = course;
    const share = (hour - depart[move]!) / Math.max(arrive[move]! - depart[move]!, 1e-9);
    const s = Math.min(Math.max(share, 0), 1) * along[along.length - 1]!;
    const i = segment(along, s);
    const f = (s - along[i]!) / Math.max(along[i + 1]! - along[i]!, 1e-12);
    const east = lon[i + 1]! - lon[i]!;
    const north = lat[i + 1]! - lat[i]!;
    const k = frame.count++;
    frame.lon[k] = lon[i]! + f * east;
    frame.lat[k] = lat[i]! + f * north;
    frame.heading[k] = Math.atan2(east * Math.cos((lat[i]! * Math.PI) / 180), north);
    frame.kind[k] = 2 * modeOf[v]! + (tonnes[move]! > 0 ? 1 : 0);
    frame.vehicle[k] = v;
  }

  /** The move that a vehicle is on; -1: none. */
  private moveAt(v: number, hour: number): number {
    const { first, depart, arrive } = this.trace;
    const [from, to] = [first[v]!, first[v + 1]!];
    let i = this.at[v]!;
    const near = i < to && depart[i]! <= hour && (i + 1 === to || hour < depart[i + 1]!);
    if (!near) {
      i = lastBy(depart, from, to, hour);
      if (i < from) return -1;
      this.at[v] = i;
    }
    return hour < arrive[i]! ? i : -1;
  }

  doing(vehicle: number, hour: number): Doing | null {
    const move = vehicle < this.at.length ? this.moveAt(vehicle, hour) : -1;
    const path = this.trace.paths[this.trace.path[move] ?? -1];
    if (move < 0 || !path) return null;
    const name = (place: number) => this.trace.places[place]?.name ?? "an unnamed place";
    const type = this.trace.classes[this.trace.classOf[vehicle]!] ?? "Vehicle";
    return { vehicle: type, from: name(path.from), to: name(path.to), tonnes: this.trace.tonnes[move]!, arrives: this.trace.arrive[move]! };
  }

  /** Vehicles waiting at each place, those with none left out. Between the middles of two days it is interpolated. */
  queues(hour: number): Queue[] {
    const waiting = new Map<number, number>();
    for (const r of this.trace.resources) {
      if (r.place == null) continue;
      const w = byDay(r.queue, hour);
      if (w > 0.005) waiting.set(r.place, (waiting.get(r.place) ?? 0) + w);
    }
    const queues: Queue[] = [];
    for (const [place, w] of waiting) {
      const p = this.trace.places[place];
      if (p?.lon != null && p.lat != null) queues.push({ place, name: p.name, lon: p.lon, lat: p.lat, waiting: w });
    }
    return queues.sort((a, b) => b.waiting - a.waiting);
  }

  /** The longest queue of any place on any day, for the scale of the circles. */
  longestQueue(): number {
    const byPlace = new Map<number, Float64Array>();
    for (const r of this.trace.resources) {
      if (r.place == null) continue;
      const sum = byPlace.get(r.place) ?? new Float64Array(this.days);
      r.queue.forEach((q, day) => day < sum.length && (sum[day]! += q));
      byPlace.set(r.place, sum);
    }
    let most = 0;
    for (const sum of byPlace.values()) for (const q of sum) most = Math.max(most, q);
    return most;
  }

  /** Corners of all places and paths: west, south, east, north. Beyond 180 degrees where the paths go there. */
  bounds(): [number, number, number, number] | null {
    const ends = (values: Float64Array): Stretch => [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    const drawn = this.courses.filter((c) => c !== null);
    if (!drawn.length) return null;
    const [west, east] = span(drawn.map((c) => ends(c.lon)));
    const lats = drawn.map((c) => ends(c.lat));
    return [west, Math.min(...lats.map(([south]) => south)), east, Math.max(...lats.map(([, north]) => north))];
  }

  /** Lines of the paths for the map, longitudes continuous. */
  lines(): { mode: string; line: [number, number][] }[] {
    return this.courses.flatMap((c, i) =>
      c ? [{ mode: this.trace.paths[i]!.mode, line: Array.from(c.lon, (x, k): [number, number] => [x, c.lat[k]!]) }] : [],
    );
  }
}

/** The date of an hour, for a reader: `3 March 2025, 14:00`, or `day 62, 14:00` where the trace has no first day. */
export function dateOf(trace: { start?: string; hours: number }, hour: number): string {
  const whole = Math.min(Math.floor(hour), Math.max(0, Math.ceil(trace.hours) - 1));
  const clock = `${String(whole % 24).padStart(2, "0")}:00`;
  if (!trace.start) return `day ${Math.floor(whole / 24) + 1}, ${clock}`;
  const date = new Date(Date.parse(`${trace.start}T00:00:00Z`) + whole * 3_600_000);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return `${day}, ${clock}`;
}

/** A value given a day, at an hour: interpolated between the middles of two days. */
export function byDay(values: number[], hour: number): number {
  const x = hour / 24 - 0.5;
  const day = Math.floor(x);
  const last = values.length - 1;
  if (last < 0) return 0;
  const a = values[Math.min(Math.max(day, 0), last)]!;
  const b = values[Math.min(Math.max(day + 1, 0), last)]!;
  return a + (x - day) * (b - a);
}

function course(path: Trace["paths"][number], trace: PackedTrace): Course | null {
  const points = path.line.length > 1 ? path.line : straight(path, trace);
  if (!points) return null;
  const n = points.length;
  const lon = new Float64Array(n);
  const lat = new Float64Array(n);
  const along = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    lat[i] = points[i]![1]!;
    // Without a jump at 180 degrees, so that a ship there does not cross the whole map.
    lon[i] = i ? lon[i - 1]! + wrap(points[i]![0]! - lon[i - 1]!) : points[i]![0]!;
    if (i) {
      const east = (lon[i]! - lon[i - 1]!) * Math.cos((lat[i]! * Math.PI) / 180);
      along[i] = along[i - 1]! + Math.hypot(east, lat[i]! - lat[i - 1]!);
    }
  }
  return { lon, lat, along };
}

function straight(path: Trace["paths"][number], trace: PackedTrace): [number, number][] | null {
  const [a, b] = [trace.places[path.from], trace.places[path.to]];
  if (a?.lon == null || a.lat == null || b?.lon == null || b.lat == null) return null;
  return [
    [a.lon, a.lat],
    [b.lon, b.lat],
  ];
}

const wrap = (degrees: number) => degrees - 360 * Math.round(degrees / 360);

/** The last of `sorted[from..to]` that is at most `x`; `from - 1`: none. */
function lastBy(sorted: Float32Array, from: number, to: number, x: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const mid = (low + high) >> 1;
    if (sorted[mid]! <= x) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}

/** The segment of a course that holds the distance `s`. */
function segment(along: Float64Array, s: number): number {
  let [low, high] = [0, along.length - 2];
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (along[mid]! <= s) low = mid;
    else high = mid - 1;
  }
  return Math.max(low, 0);
}

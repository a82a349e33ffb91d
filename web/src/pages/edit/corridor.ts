// A new corridor: a box that is drawn, typed or made from places, and the part of the world in it.
import { computed, effect, signal } from "@preact/signals";
import { JobRun } from "../../jobs/run";
import { query, setQuery } from "../../router";
import { span } from "../../map/span";
import type { Files } from "../../scenarios/scenario";
import { openNew, unsaved } from "./state";

/** West is greater than east where it crosses 180 degrees. */
export type Box = [west: number, south: number, east: number, north: number];
export interface Chosen {
  text: string;
  lat: number;
  lon: number;
}

export const extract = new JobRun<{ files: Files; left_out?: unknown }>();
export const making = computed(() => query.value.new !== undefined);
/** The box, from the address so that it can be sent. */
export const box = computed<Box | null>(() => {
  const sides = (query.value.box ?? "").split(",").map(Number);
  return sides.length === 4 && sides.every(Number.isFinite) ? (sides as Box) : null;
});
export const setBox = (sides: Box | null) => setQuery({ box: sides?.map((x) => Number(x.toFixed(3))).join(",") });

/** The first corner of a box that is being drawn. */
export const corner = signal<[number, number] | null>(null);
export const drawing = signal(false);
export const chosen = signal<Chosen[]>([]);

/** A click while drawing: the first corner, then the second. Of the two boxes around the globe it is the narrower. */
export function drawn(lon: number, lat: number): void {
  const first = corner.peek();
  if (!first) {
    corner.value = [lon, lat];
    return;
  }
  setBox(boxAround([first[0], lon], [first[1], lat], 0));
  corner.value = null;
  drawing.value = false;
}

/** Degrees around places, so that their surroundings are in. */
const AROUND = 0.6;

export function choosePlaces(places: Chosen[]): void {
  chosen.value = places;
  if (!places.length) return;
  setBox(boxAround(places.map((p) => p.lon), places.map((p) => p.lat), AROUND));
}

function boxAround(lons: number[], lats: number[], more: number): Box {
  const [west, east] = span(lons.map((lon) => [lon - more, lon + more]));
  return [west, Math.max(Math.min(...lats) - more, -90), east > 180 ? east - 360 : east, Math.min(Math.max(...lats) + more, 90)];
}

export const crosses = ([west, , east]: Box): boolean => west > east;
/** For a map: east is always beyond west. */
export const unrolled = ([west, south, east, north]: Box): Box => [west, south, west > east ? east + 360 : east, north];

/** Why a box cannot be extracted. */
export function boxProblem([west, south, east, north]: Box): string | null {
  if ([south, north].some((x) => Math.abs(x) > 90) || [west, east].some((x) => Math.abs(x) > 180)) return "The sides are degrees: west and east from -180 to 180, south and north from -90 to 90.";
  if (west === east) return "West and east must differ.";
  if (south >= north) return "South must be less than north.";
  return null;
}

export async function make(terminals: number): Promise<void> {
  if (unsaved.peek() && !confirm("Changes are not saved. Leave them for the new corridor?")) return;
  await extract.start("extract", { box: box.peek(), terminals });
}

effect(() => {
  const result = extract.result.value;
  if (!result) return;
  setQuery({ new: undefined, scenario: undefined, table: undefined }, { push: true });
  void openNew(result.files).then(() => extract.clear());
});

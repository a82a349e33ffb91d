import type { FeatureCollection, LineString, Point, Position } from "geojson";
import { isOnLand, type Link, type Network } from "../../scenarios/scenario";
import type { Facility, Plan } from "./outcome";
import { span } from "../../map/span";
import { flowWidth, useClass, type Step } from "./steps";

export interface FlowProperties {
  id: string;
  name: string;
  mode: string;
  width: number;
  /** A class of `USE`, or `unused`. */
  use: string;
  tonnes: number;
}

/** Links of the network with the flow and use of a step. */
export function flowFeatures(network: Network, step: Step, largest: number): FeatureCollection<LineString, FlowProperties> {
  const loads = new Map(step.solution?.links.map((load) => [load.link, load]));
  const features = network.links.flatMap((link) => {
    const coordinates = lineOf(link, network);
    if (!coordinates) return [];
    const load = loads.get(link.id);
    const properties = {
      id: link.id,
      name: link.name,
      mode: link.mode,
      width: load ? flowWidth(load.t_per_year, largest) : 1,
      use: load ? useClass(load.volume_over_capacity) : "unused",
      tonnes: load?.t_per_year ?? 0,
    };
    return [{ type: "Feature" as const, properties, geometry: { type: "LineString" as const, coordinates } }];
  });
  // The busiest last, so that they lie on top.
  features.sort((a, b) => a.properties.tonnes - b.properties.tonnes);
  return { type: "FeatureCollection", features };
}

export interface PlaceProperties {
  id: string;
  name: string;
  binds: boolean;
  built: boolean;
}

/** Places with facilities; those that bind and those where a step builds are marked. */
export function placeFeatures(network: Network, plan: Plan, step: Step, built: Set<string>): FeatureCollection<Point, PlaceProperties> {
  const facilities = new Map(plan.facilities.map((f) => [f.facility, f]));
  const binding = new Set(step.binding.map((b) => facilities.get(b.facility)?.place));
  const features = network.places.flatMap((place) => {
    if (!isOnLand(place)) return [];
    const properties = { id: place.id, name: place.name, binds: binding.has(place.id), built: built.has(place.id) };
    return [{ type: "Feature" as const, properties, geometry: { type: "Point" as const, coordinates: [place.lon, place.lat] } }];
  });
  features.sort((a, b) => Number(a.properties.binds) - Number(b.properties.binds));
  return { type: "FeatureCollection", features };
}

export function lineOf(link: Link, network: Network): Position[] | null {
  const line = ends(link, network);
  if (!line) return null;
  // Longitudes go on past 180 degrees, so that a line does not cross the whole map.
  let before = line[0]![0]!;
  return line.map(([lon, lat]) => {
    before += lon! - before - 360 * Math.round((lon! - before) / 360);
    return [before, lat!];
  });
}

function ends(link: Link, network: Network): Position[] | null {
  const at = (id: string) => network.places.find((p) => p.id === id);
  const [a, b] = [at(link.from), at(link.to)];
  return a?.lon != null && a.lat != null && b?.lon != null && b.lat != null ? [[a.lon, a.lat], [b.lon, b.lat]] : null;
}

/** The box around what carries something, or around everything. */
export function boundsOf(network: Network, used: Set<string>): Box | undefined {
  const lines = network.links.filter((l) => !used.size || used.has(l.id)).flatMap((l) => [lineOf(l, network) ?? []]).filter((l) => l.length > 0);
  return boxOf(lines.length ? lines : network.places.flatMap((p) => (p.lon != null && p.lat != null ? [[[p.lon, p.lat]]] : [])));
}

export type Box = [west: number, south: number, east: number, north: number];

function boxOf(lines: Position[][]): Box | undefined {
  if (!lines.length) return undefined;
  const ends = (of: number[]): [number, number] => [of.reduce((a, b) => Math.min(a, b)), of.reduce((a, b) => Math.max(a, b))];
  const [west, east] = span(lines.map((line) => ends(line.map((p) => p[0]!))));
  const [south, north] = ends(lines.flat().map((p) => p[1]!));
  return [west, south, east, north];
}

/** Facilities at a place, or the sections of a link. */
export function facilitiesOf(plan: Plan, { place, link }: { place?: string; link?: string }): Facility[] {
  return plan.facilities.filter((f) => (place ? f.place === place : f.link === link));
}

/** The surroundings of a facility. */
export function boxOfFacility(network: Network, facility: Facility): Box | null {
  const place = network.places.find((p) => p.id === facility.place);
  const link = network.links.find((l) => l.id === facility.link);
  const points = link ? lineOf(link, network) : place?.lon != null && place.lat != null ? [[place.lon, place.lat]] : null;
  const box = points && boxOf([points]);
  return box ? [box[0] - 0.3, box[1] - 0.2, box[2] + 0.3, box[3] + 0.2] : null;
}

// The question as the address has it.
import type { RouteRequest } from "../../api";
import { MODES } from "../../api";
import { type Query, setQuery } from "../../router";

export type Ring = [lon: number, lat: number][];

const list = (text: string | undefined): string[] => (text ? text.split(",").filter(Boolean) : []);
/** Places may have commas (`Paris, FR`), so lists of places are divided by `;`. */
const places = (text: string | undefined): string[] => (text ? text.split(";").filter(Boolean) : []);

function positive(text: string | undefined): number | undefined {
  const x = Number(text);
  return text && Number.isFinite(x) && x > 0 ? x : undefined;
}

/** `lon,lat;lon,lat;…|…`, one ring an area. */
export function readAreas(text: string | undefined): Ring[] {
  if (!text) return [];
  const point = (pair: string) => pair.split(",").map(Number) as [number, number];
  const rings = text.split("|").map((ring) => ring.split(";").map(point));
  return rings.filter((ring) => ring.length >= 3 && ring.every((p) => p.length === 2 && p.every(Number.isFinite)));
}

export function writeAreas(rings: readonly Ring[]): string {
  return rings.map((ring) => ring.map(([lon, lat]) => `${lon.toFixed(3)},${lat.toFixed(3)}`).join(";")).join("|");
}

export function areasGeometry(rings: readonly Ring[]): GeoJSON.MultiPolygon {
  return { type: "MultiPolygon", coordinates: rings.map((ring) => [[...ring, ring[0] as [number, number]]]) };
}

/** Nothing until both ends are known. Words of the address that the server does not know, it refuses. */
export function readRequest(q: Query, overrides: string): RouteRequest | null {
  if (!q.from || !q.to) return null;
  const areas = readAreas(q.area);
  const modes = list(q.modes);
  const request: RouteRequest = { from: q.from, to: q.to, continuous: true };
  const put = <K extends keyof RouteRequest>(key: K, value: RouteRequest[K] | undefined) => {
    if (value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0)) request[key] = value as RouteRequest[K];
  };
  put("via", places(q.via));
  put("by", q.by as RouteRequest["by"]);
  put("alternatives", positive(q.alternatives));
  put("cargo", q.cargo as RouteRequest["cargo"]);
  put("tonnes", q.teu ? undefined : positive(q.tonnes));
  put("teu", positive(q.teu));
  put("modes", modes.length < MODES.length ? (modes as RouteRequest["modes"]) : undefined);
  put("avoid", list(q.avoid));
  put("only_via", list(q.force));
  put("avoid_areas", areas.length > 0 ? areasGeometry(areas) : undefined);
  put("no_mended", q.nomended === "1" || undefined);
  put("ship", q.ship);
  put("hs", list(q.hs));
  put("goods_origin", q.goods);
  put("jurisdictions", list(q.law));
  put("policies", list(q.policies));
  put("date", q.date);
  put("counterfactual_no_law", q.nolaw === "1" || undefined);
  put("overrides", overrides);
  return request;
}

/** Adds an element to a list in the address, or takes it away. */
export function toggle(q: Query, field: string, element: string, on?: boolean): void {
  const now = list(q[field]);
  const has = now.includes(element);
  const next = (on ?? !has) ? [...now.filter((e) => e !== element), element] : now.filter((e) => e !== element);
  setQuery({ [field]: next.join(","), pick: undefined }, { push: true });
}

export { list, places };

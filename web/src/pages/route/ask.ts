// The question as the address has it.
import type { RouteRequest } from "../../api";
import { MODES } from "../../api";
import { type Query, setQuery } from "../../router";
import { areaProblem, areasGeometry, readAreas, ringsOf } from "./areas";

const list = (text: string | undefined): string[] => (text ? text.split(",").filter(Boolean) : []);
/** Places may have commas (`Paris, FR`), so lists of places are divided by `;`. */
const places = (text: string | undefined): string[] => (text ? text.split(";").filter(Boolean) : []);

/** A number, or what was typed in its place: the server says what is wrong with that. */
function figure(text: string | undefined): number | undefined {
  if (!text) return undefined;
  return Number.isFinite(Number(text)) ? Number(text) : (text as unknown as number);
}

/** What comes from files and from the network page rather than from the address. */
export interface Tables {
  overrides: string;
  ownPolicies: string;
}

/** Nothing until both ends are known and all areas can be read. What the server does not know, it refuses. */
export function readRequest(q: Query, { overrides, ownPolicies }: Tables): RouteRequest | null {
  const areas = readAreas(q.area);
  if (!q.from || !q.to || areaProblem(areas)) return null;
  const modes = list(q.modes);
  const request: RouteRequest = { from: q.from, to: q.to, continuous: true };
  const put = <K extends keyof RouteRequest>(key: K, value: RouteRequest[K] | undefined) => {
    if (value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0)) request[key] = value as RouteRequest[K];
  };
  put("via", places(q.via));
  put("by", q.by as RouteRequest["by"]);
  put("alternatives", figure(q.alternatives));
  put("cargo", q.cargo as RouteRequest["cargo"]);
  put("tonnes", q.teu ? undefined : figure(q.tonnes));
  put("teu", figure(q.teu));
  put("modes", modes.length < MODES.length ? (modes as RouteRequest["modes"]) : undefined);
  put("avoid", list(q.avoid));
  put("only_via", list(q.force));
  put("avoid_areas", areas.length > 0 ? areasGeometry(ringsOf(areas)) : undefined);
  put("no_mended", q.nomended === "1" || undefined);
  put("ship", q.ship);
  put("hs", list(q.hs));
  put("goods_origin", q.goods);
  put("jurisdictions", list(q.law));
  put("policies", list(q.policies));
  put("date", q.date);
  put("counterfactual_no_law", q.nolaw === "1" || undefined);
  put("own_policies", ownPolicies);
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

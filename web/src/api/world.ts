// Look-ups and routes.
import { signal } from "@preact/signals";
import { BASE, get, json, path, post, send } from "./http";
import type { LinkDetail, Mode, Near, PlacesFound, Place, RouteAnswer, RouteRequest, WorldInfo } from "./types";

export async function findPlaces(q: string, signal?: AbortSignal, limit = 8): Promise<Place[]> {
  return (await get<PlacesFound>("/places", { q, limit }, signal)).places;
}

/** What is near a point; links of these modes only, if any are given. */
export function nearest(lat: number, lon: number, km = 5, modes: readonly Mode[] = []): Promise<Near> {
  return get<Near>("/nearest", { lat, lon, km, modes });
}

export function link(id: string, signal?: AbortSignal): Promise<LinkDetail> {
  return json<LinkDetail>("GET", `${BASE}/links/${encodeURIComponent(id)}`, undefined, signal);
}

export function route(request: RouteRequest, signal?: AbortSignal): Promise<RouteAnswer> {
  return post<RouteAnswer>("/route", request, signal);
}

/** The lines of the answer as GeoJSON, as `trimodal route --geojson` writes them. */
export async function routeGeoJson(request: RouteRequest): Promise<string> {
  return (await send("POST", path("/route"), { ...request, format: "geojson" })).text();
}

/** What the network has, for lists to choose from: loaded once. */
export const worldInfo = signal<WorldInfo | null>(null);

export async function loadWorldInfo(): Promise<void> {
  worldInfo.value ??= await get<WorldInfo>("/world/info");
}

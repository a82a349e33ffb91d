// Look-ups and routes.
import { signal } from "@preact/signals";
import { BASE, get, json, post } from "./http";
import type { LinkDetail, Place, RouteAnswer, RouteRequest, Snap, WorldInfo } from "./types";

export async function findPlaces(q: string, signal?: AbortSignal, limit = 8): Promise<Place[]> {
  return (await get<{ places: Place[] }>("/places", { q, limit }, signal)).places;
}

export interface Near {
  point: string;
  snap: Snap[];
  links: { id: string; mode?: string; distance_km?: number }[];
}

export function nearest(lat: number, lon: number, km = 5, signal?: AbortSignal): Promise<Near> {
  return get<Near>("/nearest", { lat, lon, km }, signal);
}

export function link(id: string, signal?: AbortSignal): Promise<LinkDetail> {
  return json<LinkDetail>("GET", `${BASE}/links/${encodeURIComponent(id)}`, undefined, signal);
}

export function route(request: RouteRequest, signal?: AbortSignal): Promise<RouteAnswer> {
  return post<RouteAnswer>("/route", request, signal);
}

/** What the network has, for lists to choose from: loaded once. */
export const worldInfo = signal<WorldInfo | null>(null);

export async function loadWorldInfo(): Promise<void> {
  worldInfo.value ??= await get<WorldInfo>("/world/info");
}

// What the route page draws: the itinerary by mode, the others faintly, its stops, and areas to avoid.
import type { FilterSpecification } from "maplibre-gl";
import type { Itinerary, Leg, RouteAnswer } from "../../api";
import { MODES } from "../../api/types";
import { FONT } from "../../map/basemap";
import type { Overlay, OverlayLayer } from "../../map/overlays";
import { DASH } from "../../map/modes";
import { type Palette } from "../../map/palette";
import { areasGeometry, type Ring } from "./areas";
import { transferTitle } from "./timeline";

type Features = GeoJSON.FeatureCollection;
const collection = (features: GeoJSON.Feature[]): Features => ({ type: "FeatureCollection", features });

function line(leg: Leg): GeoJSON.Feature {
  return { type: "Feature", properties: { mode: leg.mode, access: leg.access }, geometry: { type: "LineString", coordinates: leg.line } };
}

/** Of a transfer: where the leg before it ends. */
function position(of: Itinerary, afterLeg: number): number[] | undefined {
  return of.legs[afterLeg - 1]?.line.at(-1) ?? of.legs[0]?.line[0];
}

function stops(answer: RouteAnswer, of: Itinerary | undefined): Features {
  const point = (at: number[], kind: string, text: string): GeoJSON.Feature => ({ type: "Feature", properties: { kind, text }, geometry: { type: "Point", coordinates: at } });
  const shown = (of?.transfers ?? []).filter((t) => !["load", "unload", "wait"].includes(t.kind));
  const between = shown.flatMap((t) => {
    const at = of && position(of, t.after_leg);
    return at ? [point(at, t.kind, `${transferTitle(t)}: ${t.place}`)] : [];
  });
  const first = of?.legs[0]?.line[0] ?? [answer.origin.lon, answer.origin.lat];
  const last = of?.legs.at(-1)?.line.at(-1) ?? [answer.destination.lon, answer.destination.lat];
  return collection([...between, point(first, "end", answer.origin.name), point(last, "end", answer.destination.name)]);
}

function modeLayers(p: Palette): OverlayLayer[] {
  const casing: OverlayLayer = { id: "route-casing", type: "line", layout: { "line-join": "round" }, paint: { "line-color": p["map-halo"], "line-width": 8, "line-opacity": 0.85 } };
  const layers = MODES.map((mode): OverlayLayer => {
    const dash = DASH[mode];
    return {
      id: `route-${mode}`, type: "line", filter: ["==", ["get", "mode"], mode], layout: { "line-join": "round" },
      paint: { "line-color": p[mode], "line-width": mode === "rail" ? 5 : 4, ...(dash ? { "line-dasharray": dash } : {}) },
    };
  });
  return [casing, ...layers];
}

function names(id: string, filter: FilterSpecification, always: boolean, p: Palette): OverlayLayer {
  return {
    id, filter, type: "symbol",
    layout: {
      "text-field": ["get", "text"], "text-font": FONT, "text-size": 13, "text-allow-overlap": always,
      "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.8,
    },
    paint: { "text-color": p.ink, "text-halo-color": p["map-halo"], "text-halo-width": 2 },
  };
}

function stopLayers(p: Palette): OverlayLayer[] {
  return [
    {
      id: "route-stops", type: "circle",
      paint: {
        "circle-radius": ["match", ["get", "kind"], "end", 7, 5], "circle-color": ["match", ["get", "kind"], "end", p.ink, p.panel],
        "circle-stroke-color": ["match", ["get", "kind"], "end", p.panel, ["border", "gauge_change"], p.avoid, p.ink], "circle-stroke-width": 2,
      },
    },
    names("route-names", ["!=", ["get", "kind"], "end"], false, p),
    // The ends have their names whatever lies there.
    names("route-ends", ["==", ["get", "kind"], "end"], true, p),
  ];
}

const cached = new WeakMap<object, Map<string, Features>>();

/** The same object for the same itinerary, so that the map does not draw it anew. */
function of(key: object, name: string, make: () => Features): Features {
  const known = cached.get(key) ?? new Map<string, Features>();
  cached.set(key, known);
  const found = known.get(name) ?? make();
  known.set(name, found);
  return found;
}

export function routeOverlays(answer: RouteAnswer | null, n: number, p: Palette): Overlay[] {
  if (!answer) return [];
  const chosen = answer.itineraries[n];
  const others = () => collection(answer.itineraries.filter((_, i) => i !== n).flatMap((it) => it.legs.map(line)));
  return [
    { id: "others", data: of(answer, `others ${n}`, others), layers: [{ id: "others", type: "line", paint: { "line-color": p.soft, "line-width": 2, "line-opacity": 0.6, "line-dasharray": [1, 2] } }] },
    { id: "route", data: of(answer, `route ${n}`, () => collection(chosen?.legs.map(line) ?? [])), layers: modeLayers(p) },
    { id: "stops", data: of(answer, `stops ${n}`, () => stops(answer, chosen)), layers: stopLayers(p), top: true },
  ];
}

/** Areas to avoid, and the one that is being drawn. */
export function areaOverlays(rings: readonly Ring[], drawn: Ring | null, p: Palette): Overlay[] {
  const overlays: Overlay[] = [];
  if (rings.length > 0) {
    overlays.push({ id: "areas", data: areasGeometry(rings), layers: [
      { id: "areas-fill", type: "fill", paint: { "fill-color": p.avoid, "fill-opacity": 0.15 } },
      { id: "areas-line", type: "line", paint: { "line-color": p.avoid, "line-width": 2, "line-dasharray": [3, 2] } },
    ] });
  }
  if (drawn && drawn.length > 0) {
    const data: Features = collection([
      { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: drawn.length > 2 ? [...drawn, drawn[0] as [number, number]] : drawn } },
      ...drawn.map((at): GeoJSON.Feature => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: at } })),
    ]);
    overlays.push({ id: "drawn", data, top: true, layers: [
      { id: "drawn-line", type: "line", paint: { "line-color": p.avoid, "line-width": 2 } },
      { id: "drawn-points", type: "circle", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5, "circle-color": p.avoid } },
    ] });
  }
  return overlays;
}

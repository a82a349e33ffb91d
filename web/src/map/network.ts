// The world network from the vector tiles of the server: links by mode, terminals and border crossings.
import type { ExpressionSpecification, FilterSpecification, Map as MapLibre } from "maplibre-gl";
import { MODES, type Mode } from "../api/types";
import { BELOW_NAMES, FONT } from "./basemap";
import { DASH } from "./modes";
import { type Palette } from "./palette";

export const SOURCE = "network";
export const POINT_LAYERS = ["net-terminals", "net-borders"];
export const linkLayer = (mode: Mode) => `net-${mode}`;
export const LINK_LAYERS = MODES.map(linkLayer);

/** What of the network is drawn. */
export interface NetworkView {
  modes: readonly Mode[];
  /** Colour of rail: by mode, by gauge, or by whether it is electrified. */
  rail?: "mode" | "gauge" | "electrification";
  terminals?: boolean;
  borders?: boolean;
  /** Links that are mended or closed stand out. */
  mended?: boolean;
  /** Drawn faintly, as the ground of something else. */
  faint?: boolean;
}

const WIDTH: Record<Mode, ExpressionSpecification> = {
  rail: ["interpolate", ["linear"], ["zoom"], 2, 0.8, 6, 1.6, 10, 3],
  sea: ["interpolate", ["linear"], ["zoom"], 2, 0.5, 6, 1.1, 10, 2],
  road: ["interpolate", ["linear"], ["zoom"], 2, 0.4, 6, 0.8, 10, 1.8],
  barge: ["interpolate", ["linear"], ["zoom"], 2, 1, 6, 2, 10, 3.4],
};

/** Far out the sea is a dense mesh and roads a felt: faint there, so that railways can be seen. */
const OPACITY: Record<Mode, [far: number, near: number]> = { rail: [0.85, 0.95], sea: [0.16, 0.6], road: [0.35, 0.85], barge: [0.8, 0.95] };

function opacity(mode: Mode, view: NetworkView | undefined): ExpressionSpecification {
  const share = view?.faint ? 0.4 : (view?.rail ?? "mode") !== "mode" && mode !== "rail" ? 0.5 : 1;
  const [far, near] = OPACITY[mode];
  return ["interpolate", ["linear"], ["zoom"], 3, far * share, 8, near * share];
}

function railColour(p: Palette, by: NetworkView["rail"]): string | ExpressionSpecification {
  if (by === "electrification") return ["match", ["get", "electrification"], "electrified", p.wired, "none", p.unwired, "unknown", p["wire-unknown"], p.rail];
  if (by !== "gauge") return p.rail;
  return [
    "match", ["get", "gauge"],
    1435, p["gauge-1435"], 1520, p["gauge-1520"], 1000, p["gauge-1000"], 1067, p["gauge-1067"],
    [1676, 1668, 1600], p["gauge-1676"], p["gauge-other"],
  ];
}

/** Told apart by dash too: solid, long dashes, dots. Ferries are none of these. */
const WIRE_DASH: ExpressionSpecification = [
  "match", ["get", "electrification"], "electrified", ["literal", [1, 0]], "none", ["literal", [4, 1.5]], "unknown", ["literal", [1, 1.5]], ["literal", [1, 0]],
];

function addLinks(map: MapLibre, p: Palette): void {
  for (const mode of ["sea", "road", "barge", "rail"] as const) {
    const dash = mode === "road" ? undefined : DASH[mode]; // short links of road would look dotted
    map.addLayer({
      id: linkLayer(mode), type: "line", source: SOURCE, "source-layer": "links",
      filter: ["==", ["get", "mode"], mode] as FilterSpecification,
      layout: { visibility: "none" },
      paint: { "line-color": p[mode], "line-width": WIDTH[mode], ...(dash ? { "line-dasharray": dash } : {}) },
    }, BELOW_NAMES);
  }
  map.addLayer({
    id: "net-mended", type: "line", source: SOURCE, "source-layer": "links", layout: { visibility: "none" },
    filter: ["any", ["==", ["get", "mended"], true], ["==", ["get", "closed"], true]],
    paint: { "line-color": p.avoid, "line-width": 3, "line-gap-width": 3, "line-opacity": 0.85 },
  }, BELOW_NAMES);
}

function addPoints(map: MapLibre, p: Palette): void {
  map.addLayer({
    id: "net-terminals", type: "circle", source: SOURCE, "source-layer": "terminals", minzoom: 5, layout: { visibility: "none" },
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 1.8, 10, 6],
      "circle-color": ["match", ["get", "kind"], "port", p.sea, "gauge change", p.avoid, p.rail],
      "circle-stroke-color": p["map-halo"], "circle-stroke-width": 1,
    },
  });
  map.addLayer({
    id: "net-borders", type: "circle", source: SOURCE, "source-layer": "borders", minzoom: 5.5, layout: { visibility: "none" },
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 1.8, 10, 5],
      "circle-color": p["map-halo"], "circle-stroke-color": p.avoid, "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 5, 1, 10, 2],
    },
  });
  map.addLayer({
    id: "net-names", type: "symbol", source: SOURCE, "source-layer": "terminals", minzoom: 7, layout: {
      visibility: "none", "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-anchor": "top", "text-offset": [0, 0.6], "text-optional": true,
    },
    paint: { "text-color": p["map-ink"], "text-halo-color": p["map-halo"], "text-halo-width": 1.2 },
  });
}

export function addNetwork(map: MapLibre, p: Palette): void {
  map.addSource(SOURCE, {
    type: "vector", tiles: [`${location.origin}/api/v1/tiles/{z}/{x}/{y}`], minzoom: 0, maxzoom: 10, promoteId: { links: "id" },
  });
  addLinks(map, p);
  addPoints(map, p);
}

export function showNetwork(map: MapLibre, view: NetworkView | undefined, p: Palette): void {
  const visible = (id: string, on: boolean) => map.setLayoutProperty(id, "visibility", on ? "visible" : "none");
  for (const mode of MODES) {
    const id = linkLayer(mode);
    visible(id, view?.modes.includes(mode) ?? false);
    map.setPaintProperty(id, "line-color", mode === "rail" ? railColour(p, view?.rail) : p[mode]);
    map.setPaintProperty(id, "line-opacity", opacity(mode, view));
    if (mode === "rail") map.setPaintProperty(id, "line-dasharray", view?.rail === "electrification" ? WIRE_DASH : DASH.rail);
  }
  visible("net-mended", view?.mended ?? false);
  visible("net-terminals", view?.terminals ?? false);
  visible("net-names", view?.terminals ?? false);
  visible("net-borders", view?.borders ?? false);
  paintPoints(map, p);
}

function paintPoints(map: MapLibre, p: Palette): void {
  map.setPaintProperty("net-mended", "line-color", p.avoid);
  map.setPaintProperty("net-terminals", "circle-color", ["match", ["get", "kind"], "port", p.sea, "gauge change", p.avoid, p.rail]);
  map.setPaintProperty("net-terminals", "circle-stroke-color", p["map-halo"]);
  map.setPaintProperty("net-borders", "circle-color", p["map-halo"]);
  map.setPaintProperty("net-borders", "circle-stroke-color", p.avoid);
  map.setPaintProperty("net-names", "text-color", p["map-ink"]);
  map.setPaintProperty("net-names", "text-halo-color", p["map-halo"]);
}

// Land, borders and names of countries: Natural Earth, made by scripts/basemap.mjs. No glyph files: MapLibre
// draws the names with the font of the page.
import type { FilterSpecification, Map as MapLibre, StyleSpecification } from "maplibre-gl";
import type { Palette } from "./palette";

/** From this zoom on the finer coast is drawn. */
const FINE = 5;

export const FONT = ["Noto Sans"];

const NONE: FilterSpecification = ["in", ["get", "code"], ["literal", []]];

export function baseStyle(p: Palette): StyleSpecification {
  const file = (name: string) => ({ type: "geojson" as const, data: `${location.origin}/basemap/${name}.json`, tolerance: 0.4 });
  return {
    version: 8,
    sources: {
      "land-50m": file("land-50m"),
      "land-10m": file("land-10m"),
      "borders-50m": file("borders-50m"),
      "borders-10m": file("borders-10m"),
      names: file("names"),
    },
    layers: [
      { id: "water", type: "background", paint: { "background-color": p.water } },
      { id: "land-50m", type: "fill", source: "land-50m", maxzoom: FINE, paint: { "fill-color": p.land, "fill-antialias": false } },
      { id: "land-10m", type: "fill", source: "land-10m", minzoom: FINE, paint: { "fill-color": p.land, "fill-antialias": false } },
      { id: "shade", type: "fill", source: "land-50m", filter: NONE, paint: { "fill-color": p.avoid, "fill-opacity": 0.16 } },
      { id: "borders-50m", type: "line", source: "borders-50m", maxzoom: FINE, paint: { "line-color": p["country-line"], "line-width": 0.8 } },
      { id: "borders-10m", type: "line", source: "borders-10m", minzoom: FINE, paint: { "line-color": p["country-line"], "line-width": 1.2 } },
      {
        id: "names",
        type: "symbol",
        source: "names",
        maxzoom: 8,
        // Large countries first: a name appears when there is room for it.
        filter: [">", ["get", "rank"], ["step", ["zoom"], 5.9, 3, 5.2, 4, 4.4, 5, 0]],
        layout: {
          "text-field": ["get", "name"],
          "text-font": FONT,
          "text-size": ["interpolate", ["linear"], ["zoom"], 1, 10, 6, 15],
          "symbol-sort-key": ["-", ["get", "rank"]],
          "text-max-width": 7,
        },
        paint: { "text-color": p["map-ink"], "text-halo-color": p["map-halo"], "text-halo-width": 1.4 },
      },
    ],
  };
}

/** Layers are inserted below the names of countries. */
export const BELOW_NAMES = "names";

export const LAND_LAYERS = ["land-50m", "land-10m"];

export function paintBase(map: MapLibre, p: Palette): void {
  map.setPaintProperty("water", "background-color", p.water);
  for (const id of LAND_LAYERS) map.setPaintProperty(id, "fill-color", p.land);
  map.setPaintProperty("shade", "fill-color", p.avoid);
  for (const id of ["borders-50m", "borders-10m"]) map.setPaintProperty(id, "line-color", p["country-line"]);
  map.setPaintProperty("names", "text-color", p["map-ink"]);
  map.setPaintProperty("names", "text-halo-color", p["map-halo"]);
}

export function shadeCountries(map: MapLibre, codes: readonly string[]): void {
  map.setFilter("shade", ["in", ["get", "code"], ["literal", [...codes]]]);
}

// Land, borders and names of countries: Natural Earth, made by scripts/basemap.mjs. No glyph files: MapLibre
// draws the names with the font of the page.
import type { FillLayerSpecification, FilterSpecification, LineLayerSpecification, Map as MapLibre, StyleSpecification } from "maplibre-gl";
import type { Palette } from "./palette";

/** From this zoom on the finer coast is drawn. */
const FINE = 5;

export const FONT = ["Noto Sans"];

const NONE: FilterSpecification = ["in", ["get", "code"], ["literal", []]];

const file = (name: string) => ({ type: "geojson" as const, data: `${location.origin}/basemap/${name}.json`, tolerance: 0.4 });

function landLayer(id: string, p: Palette): FillLayerSpecification {
  return { id, type: "fill", source: id, paint: { "fill-color": p.land, "fill-antialias": false } };
}

function borderLayer(id: string, p: Palette): LineLayerSpecification {
  return { id, type: "line", source: id, paint: { "line-color": p["country-line"], "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.8, 6, 1.2] } };
}

/** The finer coast and borders: fetched when they are first needed, and shown once they are there. */
export function refine(map: MapLibre, p: Palette): void {
  if (map.getSource("land-10m") || map.getZoom() < FINE) return;
  map.addSource("land-10m", file("land-10m"));
  map.addSource("borders-10m", file("borders-10m"));
  map.addLayer({ ...landLayer("land-10m", p), minzoom: FINE }, "shade");
  map.addLayer({ ...borderLayer("borders-10m", p), minzoom: FINE }, "borders-50m");
  const ready = () => {
    if (!map.isSourceLoaded("land-10m") || !map.isSourceLoaded("borders-10m")) return;
    for (const id of ["land-50m", "borders-50m"]) map.setLayerZoomRange(id, 0, FINE);
    map.off("sourcedata", ready);
  };
  map.on("sourcedata", ready);
}

export function baseStyle(p: Palette): StyleSpecification {
  return {
    version: 8,
    sources: {
      "land-50m": file("land-50m"),
      "borders-50m": file("borders-50m"),
      names: file("names"),
    },
    layers: [
      { id: "water", type: "background", paint: { "background-color": p.water } },
      landLayer("land-50m", p),
      { id: "shade", type: "fill", source: "land-50m", filter: NONE, paint: { "fill-color": p.avoid, "fill-opacity": 0.16 } },
      borderLayer("borders-50m", p),
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

export function paintBase(map: MapLibre, p: Palette): void {
  map.setPaintProperty("water", "background-color", p.water);
  for (const id of ["land-50m", "land-10m"]) if (map.getLayer(id)) map.setPaintProperty(id, "fill-color", p.land);
  map.setPaintProperty("shade", "fill-color", p.avoid);
  for (const id of ["borders-50m", "borders-10m"]) if (map.getLayer(id)) map.setPaintProperty(id, "line-color", p["country-line"]);
  map.setPaintProperty("names", "text-color", p["map-ink"]);
  map.setPaintProperty("names", "text-halo-color", p["map-halo"]);
}

export function shadeCountries(map: MapLibre, codes: readonly string[]): void {
  map.setFilter("shade", ["in", ["get", "code"], ["literal", [...codes]]]);
}

// What a page draws over the map: GeoJSON with its layers. A page gives a list of overlays; this file
// brings the map into that state.
import type { FilterSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from "maplibre-gl";
import { BELOW_NAMES } from "./basemap";

type WithoutSource<T> = T extends { source: string } ? Omit<T, "source" | "id" | "filter"> & { id: string; filter?: FilterSpecification } : never;

/** A layer of MapLibre without its source, which is the overlay. Ids are unique over all overlays of a page. */
export type OverlayLayer = WithoutSource<LayerSpecification>;

export interface Overlay {
  id: string;
  /** A new object is drawn anew; the same object is left alone. */
  data: GeoJSON.FeatureCollection | GeoJSON.Feature | GeoJSON.Geometry;
  layers: OverlayLayer[];
  /** Over the names of countries instead of below. */
  top?: boolean;
}

interface Drawn {
  overlay: Overlay;
  /** Layers as text: they are replaced only when they differ (another theme, another width). */
  layers: string;
}

const drawn = new WeakMap<MapLibre, Map<string, Drawn>>();

function remove(map: MapLibre, was: Drawn): void {
  for (const layer of was.overlay.layers) if (map.getLayer(layer.id)) map.removeLayer(layer.id);
}

function add(map: MapLibre, overlay: Overlay): void {
  for (const layer of overlay.layers) {
    map.addLayer({ ...layer, source: overlay.id } as LayerSpecification, overlay.top ? undefined : BELOW_NAMES);
  }
}

export function drawOverlays(map: MapLibre, overlays: readonly Overlay[]): void {
  const before = drawn.get(map) ?? new Map<string, Drawn>();
  const after = new Map<string, Drawn>();
  for (const [id, was] of before) {
    if (overlays.some((overlay) => overlay.id === id)) continue;
    remove(map, was);
    map.removeSource(id);
  }
  for (const overlay of overlays) {
    const was = before.get(overlay.id);
    const layers = JSON.stringify(overlay.layers);
    if (!was) map.addSource(overlay.id, { type: "geojson", data: overlay.data });
    else if (was.overlay.data !== overlay.data) map.getSource<GeoJSONSource>(overlay.id)?.setData(overlay.data);
    if (was?.layers !== layers) {
      if (was) remove(map, was);
      add(map, overlay);
    }
    after.set(overlay.id, { overlay, layers });
  }
  drawn.set(map, after);
}

import { useMemo } from "preact/hooks";
import { MODES } from "../../api/types";
import { FONT } from "../../map/basemap";
import { MapView, type MapClick } from "../../map/map";
import type { Overlay } from "../../map/overlays";
import { DASH } from "../../map/modes";
import { palette, type Palette } from "../../map/palette";
import type { Network } from "../../scenarios/scenario";
import { boundsOf, lineOf } from "../plan/features";
import { box, boxProblem, corner, drawing, drawn, making, unrolled } from "./corridor";
import { goTo } from "./editor";
import { draft, network as readable } from "./state";

/** The network of the draft; a click leads to its row. For a new corridor, the box. */
export function EditMap() {
  const network = making.value ? null : readable.value;
  const p = palette.value;
  const sides = making.value && box.value && !boxProblem(box.value) ? unrolled(box.value) : null;
  const first = corner.value;
  const overlays = useMemo(() => [...(network ? networkOverlays(network, p) : []), ...boxOverlays(sides, first, p)], [network, p, sides?.join(), first]);
  const fit = useMemo(() => sides ?? (network ? boundsOf(network, new Set()) : undefined), [network, sides?.join()]);
  const click = (at: MapClick) => {
    if (drawing.peek()) return drawn(at.lon, at.lat);
    const hit = at.features.find((f) => f.source.startsWith("edit-"));
    if (hit) toRow(hit.source === "edit-places" ? "places.csv" : "links.csv", String(hit.properties.id));
  };
  return <MapView label={making.value ? "Map for the box of a new corridor" : "Map of the scenario"} overlays={overlays} fit={fit} cursor={drawing.value ? "crosshair" : undefined} network={making.value ? { modes: ["rail", "road", "sea", "barge"], faint: true } : undefined} onClick={click} />;
}

function toRow(file: string, id: string): void {
  const table = draft.peek()?.tables[file];
  const at = table?.header.indexOf("id") ?? -1;
  const row = table?.rows.findIndex((r) => r.cells[at] === id) ?? -1;
  if (row >= 0) goTo(file, row, 0);
}

function networkOverlays(network: Network, p: Palette): Overlay[] {
  const lines = network.links.flatMap((link) => {
    const coordinates = lineOf(link, network);
    return coordinates ? [{ type: "Feature" as const, properties: { id: link.id, mode: link.mode }, geometry: { type: "LineString" as const, coordinates } }] : [];
  });
  const places = network.places.flatMap((a) =>
    a.lon != null && a.lat != null ? [{ type: "Feature" as const, properties: { id: a.id, name: a.country?.startsWith("X") ? "" : a.name }, geometry: { type: "Point" as const, coordinates: [a.lon, a.lat] } }] : [],
  );
  return [
    {
      id: "edit-links",
      data: { type: "FeatureCollection", features: lines },
      layers: MODES.map((mode) => ({
        id: `edit-${mode}`,
        type: "line" as const,
        filter: ["==", ["get", "mode"], mode] as ["==", ["get", string], string],
        paint: { "line-color": p[mode], "line-width": 2.5, ...(DASH[mode] ? { "line-dasharray": DASH[mode] } : {}) },
      })),
    },
    {
      id: "edit-places",
      data: { type: "FeatureCollection", features: places },
      top: true,
      layers: [
        { id: "edit-dots", type: "circle", paint: { "circle-radius": 4.5, "circle-color": p.panel, "circle-stroke-color": p.ink, "circle-stroke-width": 1.5 } },
        {
          id: "edit-names",
          type: "symbol",
          layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["left", "right", "bottom"], "text-radial-offset": 0.8 },
          paint: { "text-color": p.ink, "text-halo-color": p["map-halo"], "text-halo-width": 1.5 },
        },
      ],
    },
  ];
}

function boxOverlays(sides: [number, number, number, number] | null, first: [number, number] | null, p: Palette): Overlay[] {
  const overlays: Overlay[] = [];
  if (sides) {
    const [w, s, e, n] = sides;
    overlays.push({
      id: "edit-box",
      data: { type: "Polygon", coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] },
      layers: [
        { id: "edit-box-fill", type: "fill", paint: { "fill-color": p.accent, "fill-opacity": 0.15 } },
        { id: "edit-box-line", type: "line", paint: { "line-color": p.accent, "line-width": 2 } },
      ],
    });
  }
  if (first)
    overlays.push({
      id: "edit-corner",
      data: { type: "Point", coordinates: first },
      top: true,
      layers: [{ id: "edit-corner-dot", type: "circle", paint: { "circle-radius": 6, "circle-color": p.accent, "circle-stroke-color": p.panel, "circle-stroke-width": 2 } }],
    });
  return overlays;
}

import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { Map as MapLibre } from "maplibre-gl";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { MODES } from "../../api/types";
import { FONT } from "../../map/basemap";
import { map, MapView, type Box, type MapClick } from "../../map/map";
import type { Overlay } from "../../map/overlays";
import { DASH } from "../../map/modes";
import { palette, type Palette } from "../../map/palette";
import { Bar } from "../../player/bar";
import { countWords, Now } from "../../player/now";
import type { Playback } from "../../player/playback";
import type { Player } from "../../player/player";
import { Stage } from "../../player/stage";
import type { View } from "../../player/view";
import { boundsOf } from "../plan/features";
import { loaded, playback, redraw } from "./state";

/** The map with the vehicles on it, and the bar of the player below. */
export function PlaybackMap() {
  const now = playback.value;
  const p = palette.value;
  const network = loaded.value?.scenario?.network;
  const overlays = useMemo(() => (now ? tracks(now.player, p) : []), [now, p]);
  const fit = useMemo(() => now?.player.bounds() ?? (network ? boundsOf(network, new Set()) : undefined), [now, network]);
  const picked = useSignal<number | null>(null);
  const click = (at: MapClick) => now && pick(now, at, picked);
  return (
    <div class="sim-map">
      <div class="sim-stage">
        <MapView label="Map of moving trains, ships and trucks" overlays={overlays} fit={(fit ?? undefined) as Box | undefined} onClick={click} />
        {now && <Vehicles key={now.player.trace.hours} now={now} picked={picked} />}
      </div>
      {now && <Bar playback={now} />}
    </div>
  );
}

const colours = (p: Palette) => ({ modes: MODES.map((m) => p[m]), ink: p.ink, halo: p["map-halo"], queue: p["use-full"] });

function viewOf(m: MapLibre): View {
  const [at, canvas] = [m.getCenter(), m.getCanvas()];
  return { lon: at.lng, lat: at.lat, zoom: m.getZoom(), width: canvas.clientWidth, height: canvas.clientHeight };
}

const stage: { now: Stage | null } = { now: null };

/** The canvas over the map. It is drawn when time or the map moves, and for another theme. */
function Vehicles({ now, picked }: { now: Playback; picked: Signal<number | null> }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const counts = useSignal("");
  useEffect(() => {
    const m = map.value;
    if (!m || !canvas.current) return;
    const drawn = (stage.now = new Stage(canvas.current, now.player, colours(palette.peek())));
    let told = 0;
    redraw.now = () => {
      const frame = drawn.draw(now.clock.now, viewOf(m));
      if (performance.now() - told < 250 && now.clock.playing.peek()) return;
      told = performance.now();
      counts.value = countWords(frame);
    };
    m.on("move", redraw.now);
    m.on("resize", redraw.now);
    redraw.now();
    return () => {
      m.off("move", redraw.now);
      m.off("resize", redraw.now);
      redraw.now = () => {};
      stage.now = null;
    };
  }, [now, map.value]);
  useSignalEffect(() => {
    stage.now?.paint(colours(palette.value));
    redraw.now();
  });
  return (
    <>
      <canvas ref={canvas} class="sim-canvas" role="img" aria-label="Vehicles on the move and queues; the figures are in words and charts beside it" />
      <Now playback={now} counts={counts} picked={picked} />
    </>
  );
}

function pick(now: Playback, { lon, lat }: MapClick, picked: Signal<number | null>): void {
  const m = map.peek();
  if (!m || !stage.now) return;
  const at = m.project([lon, lat]);
  const vehicle = stage.now.vehicleAt(at.x, at.y, viewOf(m));
  picked.value = vehicle;
  const queue = vehicle == null ? stage.now.queueAt(at.x, at.y, viewOf(m)) : null;
  if (queue) now.choosePlace(now.player.trace.places[queue.place]!.id);
}

/** Paths below the vehicles, and the names of places. */
function tracks(player: Player, p: Palette): Overlay[] {
  const features = player.lines().map(({ mode, line }) => ({ type: "Feature" as const, properties: { mode }, geometry: { type: "LineString" as const, coordinates: line } }));
  const used = new Set(player.trace.resources.map((r) => r.place));
  const places = player.trace.places.flatMap((place, i) =>
    used.has(i) && place.lon != null && place.lat != null ? [{ type: "Feature" as const, properties: { name: place.name }, geometry: { type: "Point" as const, coordinates: [place.lon, place.lat] } }] : [],
  );
  return [
    {
      id: "sim-tracks",
      data: { type: "FeatureCollection", features },
      layers: MODES.map((mode) => ({
        id: `sim-${mode}`,
        type: "line" as const,
        filter: ["==", ["get", "mode"], mode] as ["==", ["get", string], string],
        paint: { "line-color": p[mode], "line-width": 1.5, "line-opacity": 0.55, ...(DASH[mode] ? { "line-dasharray": DASH[mode] } : {}) },
      })),
    },
    {
      id: "sim-places",
      data: { type: "FeatureCollection", features: places },
      top: true,
      layers: [
        { id: "sim-dots", type: "circle", paint: { "circle-radius": 3.5, "circle-color": p.panel, "circle-stroke-color": p.ink, "circle-stroke-width": 1.25 } },
        {
          id: "sim-names",
          type: "symbol",
          layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["left", "right", "bottom"], "text-radial-offset": 0.8 },
          paint: { "text-color": p.ink, "text-halo-color": p["map-halo"], "text-halo-width": 1.5 },
        },
      ],
    },
  ];
}

// Route: a question about one shipment, its itineraries, and the map.
import { computed, effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Box, boxOf, type MapClick, MapView } from "../../map/map";
import { Legend } from "../../map/legend";
import type { NetworkView } from "../../map/network";
import { palette } from "../../map/palette";
import { query } from "../../router";
import { answer, picked } from "./answer";
import { readAreas, ringsOf } from "./areas";
import { list } from "./ask";
import { addCorner, drawing, stopDrawing } from "./drawing";
import { Form } from "./form";
import { DrawingBar } from "./limits";
import { clickedAt, Menu } from "./menu";
import { areaOverlays, routeOverlays } from "./overlays";
import { Result } from "./result";
import "./route.css";

const NETWORK: NetworkView = { modes: ["rail", "barge", "road"], faint: true, terminals: true, borders: true };

const areas = computed(() => ringsOf(readAreas(query.value.area)));
const overlays = computed(() => [
  ...areaOverlays(areas.value, drawing.value, palette.value),
  ...routeOverlays(answer.value, picked.value, palette.value),
]);
const shade = computed(() => list(query.value.avoid).filter((e) => /^[A-Z]{2}$/.test(e)));

const ends = (): string => `${query.peek().from} – ${query.peek().to}`;

/** The ends that the map was moved to; those of an address that says where to look count. */
let shown = query.peek().at ? ends() : "";

/** The map moves to an answer between other ends; another condition or itinerary leaves it where it is. */
const box = signal<Box | undefined>(undefined);

effect(() => {
  const of = answer.value;
  if (!of || ends() === shown) return;
  shown = ends();
  // Lines may pass 180 degrees, the places do not: they count only where there is no line.
  const lines = of.itineraries.flatMap((i) => i.legs.flatMap((l) => l.line));
  box.value = boxOf(lines.length > 0 ? lines : [of.origin, of.destination].map((stop) => [stop.lon, stop.lat]));
});

function click(at: MapClick): void {
  if (drawing.peek()) addCorner(at.lon, at.lat);
  else clickedAt.value = clickedAt.peek() ? null : at;
}

function key(event: KeyboardEvent): void {
  if (!drawing.peek()) return;
  if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) stopDrawing(true);
  else if (event.key === "Escape") stopDrawing(false);
}

export default function RoutePage() {
  useEffect(() => {
    addEventListener("keydown", key);
    return () => {
      removeEventListener("keydown", key);
      clickedAt.value = null;
    };
  }, []);
  return (
    <div class="split">
      <section class="side" aria-label="Question and answer">
        <Form />
        <Result />
      </section>
      <div class="map-side">
        <MapView
          label="Map of the route" overlays={overlays.value} network={NETWORK} fit={box.value} shade={shade.value}
          cursor={drawing.value ? "crosshair" : undefined} onClick={click} onDoubleClick={drawing.value ? () => stopDrawing(true) : undefined}
        />
        {drawing.value ? <DrawingBar /> : <Legend />}
        {clickedAt.value ? <Menu at={clickedAt.value} /> : null}
      </div>
    </div>
  );
}

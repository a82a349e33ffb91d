import type { Map as MapLibre } from "maplibre-gl";

/** Maps that are being moved by another. */
const led = new Set<MapLibre>();

export const follows = (m: MapLibre): boolean => led.has(m);

/** Two maps show the same part of the world: each follows the other, the second at first. */
export function link(first: MapLibre, second: MapLibre): () => void {
  const lead = (from: MapLibre, to: MapLibre) => () => {
    if (follows(from)) return;
    led.add(to);
    to.jumpTo({ center: from.getCenter(), zoom: from.getZoom() });
    led.delete(to);
  };
  const [there, back] = [lead(first, second), lead(second, first)];
  there();
  const all = [first.on("move", there), second.on("move", back)];
  return () => all.forEach((listener) => listener.unsubscribe());
}

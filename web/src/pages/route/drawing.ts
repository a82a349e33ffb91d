// The area that is being drawn on the map: its corners, or null when none is.
import { signal } from "@preact/signals";
import { map } from "../../map/map";
import { query, setQuery } from "../../router";
import { readAreas, type Ring, writeAreas } from "./ask";

export const drawing = signal<Ring | null>(null);

export function startDrawing(): void {
  drawing.value = [];
  map.peek()?.getCanvas().focus(); // so that Enter and Escape end it
}

export function addCorner(lon: number, lat: number): void {
  const now = drawing.peek();
  const last = now?.at(-1);
  // The second click of a double click is no corner of its own.
  if (!now || (last && Math.abs(last[0] - lon) < 1e-3 && Math.abs(last[1] - lat) < 1e-3)) return;
  drawing.value = [...now, [lon, lat]];
}

export function stopDrawing(keep: boolean): void {
  const ring = drawing.peek();
  drawing.value = null;
  if (!keep || !ring || ring.length < 3) return;
  setQuery({ area: writeAreas([...readAreas(query.peek().area), ring]), pick: undefined }, { push: true });
}

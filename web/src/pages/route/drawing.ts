// The area that is being drawn on the map: its corners, or null when none is.
import { signal } from "@preact/signals";
import { map } from "../../map/map";
import { query, setQuery } from "../../router";
import { beside, joined, readAreas, type Ring, writeRing } from "./areas";

export const drawing = signal<Ring | null>(null);

export function startDrawing(): void {
  drawing.value = [];
  map.peek()?.getCanvas().focus(); // so that Enter and Escape end it
}

/** A corner lies within 180 degrees of the one before, so that an area can cross 180 degrees. */
export function addCorner(clicked: number, lat: number): void {
  const now = drawing.peek();
  const last = now?.at(-1);
  const lon = last ? beside(clicked, last[0]) : clicked;
  // The second click of a double click is no corner of its own.
  if (!now || (last && Math.abs(last[0] - lon) < 1e-3 && Math.abs(last[1] - lat) < 1e-3)) return;
  drawing.value = [...now, [lon, lat]];
}

export function stopDrawing(keep: boolean): void {
  const ring = drawing.peek();
  drawing.value = null;
  if (!keep || !ring || ring.length < 3) return;
  setQuery({ area: joined([...readAreas(query.peek().area).map((a) => a.text), writeRing(ring)]), pick: undefined }, { push: true });
}

// Views of the world in web Mercator, as maps on the web have them.

const TILE = 512;

/** What part of the world a canvas shows; north is up. */
export interface View {
  lon: number;
  lat: number;
  zoom: number;
  width: number;
  height: number;
}

/** Pixels of a view, with the copy of the world that is nearest to its middle. */
export function projection(view: View) {
  const world = TILE * 2 ** view.zoom;
  const [cx, cy] = [view.width / 2, view.height / 2];
  const middle = northing(view.lat);
  return {
    world,
    x: (lon: number) => {
      const d = lon - view.lon;
      return cx + ((d - 360 * Math.round(d / 360)) / 360) * world;
    },
    y: (lat: number) => cy + (northing(lat) - middle) * world,
  };
}

/** How far south of the top of a square world, from 0 to 1. */
const northing = (lat: number) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
const latitude = (y: number) => (360 / Math.PI) * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - 90;

/** The view that just holds a box, with room for names around it. */
export function fitted([west, south, east, north]: [number, number, number, number], width: number, height: number): View {
  const [top, bottom] = [northing(north), northing(south)];
  const room = (length: number) => Math.max(length - 2 * Math.min(60, length / 8), 1);
  const world = Math.min(room(width) / Math.max((east - west) / 360, 1e-6), room(height) / Math.max(bottom - top, 1e-6));
  const zoom = Math.min(Math.log2(world / TILE), 9);
  return { lon: (west + east) / 2, lat: latitude((top + bottom) / 2), zoom, width, height };
}

/** A view after its picture was scaled by `k` and then moved by `x` and `y` pixels. */
export function transformed(view: View, { k, x, y }: { k: number; x: number; y: number }): View {
  const world = TILE * 2 ** view.zoom;
  const [cx, cy] = [view.width / 2, view.height / 2];
  const lon = view.lon + (((cx - x) / k - cx) / world) * 360;
  const lat = latitude(northing(view.lat) + ((cy - y) / k - cy) / world);
  return { ...view, lon, lat, zoom: view.zoom + Math.log2(k) };
}

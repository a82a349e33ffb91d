import { MODES, type Mode } from "../api/types";
import { DASH } from "../map/modes";
import type { Player } from "./player";
import { projection, type View } from "./view";

/** A closed line of land, longitudes and latitudes. */
export type Ring = [number, number][];

export type Ink = Record<Mode | "land" | "water" | "panel" | "ink" | "map-halo", string>;

/** What lies below vehicles where there is no other map: land, paths, and places with their names. */
export class Ground {
  private readonly lines;
  private readonly places;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    { trace, ...player }: Pick<Player, "trace"> & { lines: ReturnType<Player["lines"]> },
    private readonly land: Ring[],
  ) {
    this.lines = player.lines;
    const used = new Set(trace.resources.map((r) => r.place));
    this.places = trace.places.filter((_, i) => used.has(i));
  }

  draw(view: View, ink: Ink): void {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(view.width * ratio);
    this.canvas.height = Math.round(view.height * ratio);
    const c = this.canvas.getContext("2d")!;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.fillStyle = this.land.length ? ink.water : ink.land;
    c.fillRect(0, 0, view.width, view.height);
    c.fillStyle = ink.land;
    for (const ring of this.land) {
      trail(c, ring, view);
      c.fill();
    }
    this.drawLines(c, view, ink);
    this.drawPlaces(c, view, ink);
  }

  private drawLines(c: CanvasRenderingContext2D, view: View, ink: Ink): void {
    const width = 1.5;
    c.lineWidth = width;
    c.lineJoin = "round";
    c.globalAlpha = 0.6;
    for (const mode of MODES) {
      c.strokeStyle = ink[mode];
      c.setLineDash(DASH[mode]?.map((x) => x * width) ?? []);
      for (const l of this.lines) {
        if (l.mode !== mode) continue;
        trail(c, l.line, view);
        c.stroke();
      }
    }
    c.setLineDash([]);
    c.globalAlpha = 1;
  }

  private drawPlaces(c: CanvasRenderingContext2D, view: View, ink: Ink): void {
    const at = projection(view);
    const spots = this.places.map((p) => ({ name: p.name, x: at.x(p.lon), y: at.y(p.lat) }));
    c.lineWidth = 1.25;
    c.fillStyle = ink.panel;
    c.strokeStyle = ink.ink;
    for (const { x, y } of spots) {
      c.beginPath();
      c.arc(x, y, 3.5, 0, 2 * Math.PI);
      c.fill();
      c.stroke();
    }
    c.font = "12px system-ui, sans-serif";
    c.textBaseline = "middle";
    c.lineWidth = 3;
    c.lineJoin = "round";
    c.strokeStyle = ink["map-halo"];
    c.fillStyle = ink.ink;
    const taken: Rectangle[] = spots.map(({ x, y }) => [x - 5, y - 5, x + 5, y + 5]);
    for (const { name, x, y } of spots) {
      const wide = c.measureText(name).width;
      const room = [x + 9, x - 9 - wide].find((left) => taken.every((t) => apart(t, [left, y - 7, left + wide, y + 7])) && left > 0 && left + wide < view.width);
      if (room === undefined) continue;
      taken.push([room, y - 7, room + wide, y + 7]);
      c.strokeText(name, room, y);
      c.fillText(name, room, y);
    }
  }
}

type Rectangle = [left: number, top: number, right: number, bottom: number];
const apart = (a: Rectangle, b: Rectangle) => a[2] < b[0] || b[2] < a[0] || a[3] < b[1] || b[3] < a[1];

/** A line as a path of the canvas, on each copy of the world that may be in view. */
function trail(c: CanvasRenderingContext2D, line: readonly [number, number][], view: View): void {
  const { world, y } = projection(view);
  const near = Math.round(view.lon / 360);
  c.beginPath();
  for (const copy of [near - 1, near, near + 1])
    line.forEach(([lon, lat], i) => {
      const x = view.width / 2 + ((lon + 360 * copy - view.lon) / 360) * world;
      if (i) c.lineTo(x, y(lat));
      else c.moveTo(x, y(lat));
    });
}

import type { Frame, Player, Queue } from "./player";
import { projection, type View } from "./view";

export interface Colours {
  /** By the position of the mode in `MODES`. */
  modes: string[];
  ink: string;
  halo: string;
  queue: string;
}

const SIZE = 18;
/** Outlines around the middle, heading north: train, ship, truck, barge. Shape tells modes apart as well as colour. */
export const SHAPES: [number, number][][] = [
  [[-2.5, -7], [2.5, -7], [2.5, 7], [-2.5, 7]],
  [[0, -8], [4, -2], [4, 6], [-4, 6], [-4, -2]],
  [[0, -5], [4, 4], [0, 2], [-4, 4]],
  [[-4, -4], [4, -4], [4, 4], [-4, 4]],
];

/** Draws vehicles and queues of a player on a canvas that lies over any north-up Mercator map. */
export class Stage {
  private sprites: HTMLCanvasElement[] = [];
  private frame: Frame | null = null;
  private queues: Queue[] = [];
  private readonly most: number;
  private ratio = 1;

  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly player: Player,
    private colours: Colours,
  ) {
    this.most = Math.max(player.longestQueue(), 1);
    this.paint(colours);
  }

  /** Other colours, for another theme. */
  paint(colours: Colours): void {
    this.colours = colours;
    this.ratio = Math.min(devicePixelRatio || 1, 2);
    this.sprites = SHAPES.flatMap((shape, mode) => [false, true].map((loaded) => sprite(shape, colours.modes[mode]!, colours, loaded, this.ratio)));
  }

  draw(hour: number, view: View): Frame {
    const { canvas, ratio } = this;
    const [w, h] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    const c = canvas.getContext("2d")!;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, w, h);
    this.frame = this.player.frame(hour);
    this.queues = this.player.queues(hour);
    this.drawQueues(c, view);
    this.drawVehicles(c, view, this.frame);
    return this.frame;
  }

  private drawVehicles(c: CanvasRenderingContext2D, view: View, frame: Frame): void {
    const { ratio } = this;
    const at = projection(view);
    const half = (SIZE * ratio) / 2;
    for (let k = 0; k < frame.count; k++) {
      const x = at.x(frame.lon[k]!);
      const y = at.y(frame.lat[k]!);
      if (x < -SIZE || y < -SIZE || x > view.width + SIZE || y > view.height + SIZE) continue;
      const angle = frame.heading[k]!;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      c.setTransform(cos, sin, -sin, cos, x * ratio, y * ratio);
      c.drawImage(this.sprites[frame.kind[k]!]!, -half, -half);
    }
  }

  private drawQueues(c: CanvasRenderingContext2D, view: View): void {
    const at = projection(view);
    const { ratio, colours } = this;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.font = "600 13px 'Noto Sans', system-ui, sans-serif";
    c.textAlign = "center";
    c.textBaseline = "middle";
    const told: [number, number][] = [];
    for (const q of this.queues) {
      const [x, y, r] = [at.x(q.lon), at.y(q.lat), this.radius(q.waiting)];
      c.beginPath();
      c.arc(x, y, r, 0, 2 * Math.PI);
      c.globalAlpha = 0.3;
      c.fillStyle = colours.queue;
      c.fill();
      c.globalAlpha = 1;
      c.lineWidth = 1.5;
      c.strokeStyle = colours.queue;
      c.stroke();
      // The longest queues come first; a number that has no room is left out.
      if (q.waiting < 0.95 || told.some(([a, b]) => Math.hypot(a - x, b - y + r + 8) < 18)) continue;
      told.push([x, y - r - 8]);
      c.lineWidth = 3;
      c.strokeStyle = colours.halo;
      const words = String(Math.round(q.waiting));
      c.strokeText(words, x, y - r - 8);
      c.fillStyle = colours.ink;
      c.fillText(words, x, y - r - 8);
    }
  }

  /** The area of a circle grows with the number that wait. */
  private readonly radius = (waiting: number) => 3 + 30 * Math.sqrt(waiting / this.most);

  /** The vehicle nearest to a point of the canvas, within reach of a finger. */
  vehicleAt(x: number, y: number, view: View, reach = 14): number | null {
    if (!this.frame) return null;
    const at = projection(view);
    let [best, near] = [null as number | null, reach];
    for (let k = 0; k < this.frame.count; k++) {
      const d = Math.hypot(at.x(this.frame.lon[k]!) - x, at.y(this.frame.lat[k]!) - y);
      if (d < near) [best, near] = [this.frame.vehicle[k]!, d];
    }
    return best;
  }

  queueAt(x: number, y: number, view: View): Queue | null {
    const at = projection(view);
    return this.queues.find((q) => Math.hypot(at.x(q.lon) - x, at.y(q.lat) - y) < this.radius(q.waiting) + 4) ?? null;
  }
}

/** A vehicle as a picture: filled when loaded, an outline when empty. */
function sprite(shape: [number, number][], colour: string, { halo }: Colours, loaded: boolean, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * ratio;
  const c = canvas.getContext("2d")!;
  c.setTransform(ratio, 0, 0, ratio, (SIZE * ratio) / 2, (SIZE * ratio) / 2);
  c.beginPath();
  shape.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
  c.closePath();
  c.lineJoin = "round";
  c.lineWidth = 3.5;
  c.strokeStyle = halo;
  c.stroke();
  c.fillStyle = loaded ? colour : halo;
  c.fill();
  c.lineWidth = 1.5;
  c.strokeStyle = colour;
  c.stroke();
  return canvas;
}

import { useSignal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import { select } from "d3-selection";
import { zoom, zoomIdentity, zoomTransform, type D3ZoomEvent } from "d3-zoom";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { MODES } from "../api/types";
import { Ground, type Ink, type Ring } from "./ground";
import { countWords, Now } from "./now";
import type { Playback } from "./playback";
import { Stage } from "./stage";
import { fitted, transformed, type View } from "./view";

interface Props {
  playback: Playback;
  land: Ring[];
  /** Colours of the present theme. */
  ink: ReadonlySignal<Ink & { queue: string }>;
  /** Set to what draws a frame. */
  redraw: { now: () => void };
}

const BOX: [number, number, number, number] = [-170, -60, 190, 75];
const COUNT_EVERY_MS = 250;

/** A page is scrolled over the map: the wheel zooms with Ctrl only, and one finger does not move the map. */
const meant = (e: MouseEvent | TouchEvent | WheelEvent) =>
  e.type === "wheel" ? e.ctrlKey || e.metaKey : "touches" in e ? e.touches.length > 1 : e.button === 0;

/** The map of a page that has no other: it is drawn from the trace alone. */
export function CanvasMap({ playback, land, ink, redraw }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const counts = useSignal("");
  const picked = useSignal<number | null>(null);
  useEffect(() => {
    const tell = (words: string) => (counts.value = words);
    const d = (drawing.current = new Drawing(host.current!, below.current!, above.current!, { playback, land, ink, tell }));
    redraw.now = () => d.frame();
    return () => {
      redraw.now = () => {};
      d.end();
    };
  }, []);
  useSignalEffect(() => drawing.current?.paint(ink.value));
  const pick = (e: MouseEvent) => {
    const { vehicle, place } = drawing.current!.at(e.offsetX, e.offsetY);
    picked.value = vehicle;
    if (place) playback.choosePlace(place);
  };
  const keys = useMemo(() => keyTable(drawing), []);
  return (
    <div class="sim-stage">
      <div ref={host} class="sim-ground" tabIndex={0} role="application" aria-label="Map of moving trains, ships and trucks. Arrow keys move it, plus and minus zoom, 0 shows all." onClick={pick}
        onKeyDown={(e) => e.key in keys && (e.preventDefault(), keys[e.key]!())}>
        <canvas ref={below} class="sim-canvas" aria-hidden="true" />
        <canvas ref={above} class="sim-canvas" role="img" aria-label="Vehicles on the move and queues; the figures are in words and charts below" />
      </div>
      <Now playback={playback} counts={counts} picked={picked} />
      <div class="sim-zoom" role="group" aria-label="Zoom">
        <button type="button" aria-label="Zoom in" onClick={keys["+"]}>+</button>
        <button type="button" aria-label="Zoom out" onClick={keys["-"]}>−</button>
        <button type="button" aria-label="Show all" onClick={keys["0"]}>⤢</button>
      </div>
    </div>
  );
}

function keyTable(drawing: { current: Drawing | null }): Record<string, () => void> {
  const step = (x: number, y: number) => () => drawing.current?.move(x, y);
  const scale = (by: number) => () => drawing.current?.scale(by);
  return {
    ArrowLeft: step(60, 0), ArrowRight: step(-60, 0), ArrowUp: step(0, 60), ArrowDown: step(0, -60),
    "+": scale(1.5), "=": scale(1.5), "-": scale(1 / 1.5), "0": () => drawing.current?.whole(),
  };
}

/** The two canvases, and what part of the world they show. */
class Drawing {
  private readonly stage: Stage;
  private readonly ground: Ground;
  private readonly behaviour = zoom<HTMLDivElement, unknown>().filter(meant).scaleExtent([0.5, 64]);
  private readonly resized: ResizeObserver;
  private fit: View;
  private view: View;
  private told = 0;

  constructor(
    private readonly host: HTMLDivElement,
    below: HTMLCanvasElement,
    above: HTMLCanvasElement,
    private readonly given: { playback: Playback; land: Ring[]; ink: Props["ink"]; tell: (words: string) => void },
  ) {
    const { player } = given.playback;
    this.stage = new Stage(above, player, stageColours(given.ink.peek()));
    this.ground = new Ground(below, { trace: player.trace, lines: player.lines() }, given.land);
    this.view = this.fit = this.fitNow();
    this.behaviour.on("zoom", (e: D3ZoomEvent<HTMLDivElement, unknown>) => {
      this.view = transformed(this.fit, e.transform);
      this.all();
    });
    select(host).call(this.behaviour).on("dblclick.zoom", null);
    this.resized = new ResizeObserver(() => {
      this.fit = this.fitNow();
      this.whole();
    });
    this.resized.observe(host);
  }

  private fitNow(): View {
    const { clientWidth: w, clientHeight: h } = this.host;
    return fitted(this.given.playback.player.bounds() ?? BOX, Math.max(w, 1), Math.max(h, 1));
  }

  paint(ink: Ink & { queue: string }): void {
    this.stage.paint(stageColours(ink));
    this.all();
  }

  private all(): void {
    this.ground.draw(this.view, this.given.ink.peek());
    this.frame();
  }

  frame(): void {
    const { clock } = this.given.playback;
    const frame = this.stage.draw(clock.now, this.view);
    if (clock.playing.peek() && performance.now() - this.told < COUNT_EVERY_MS) return;
    this.told = performance.now();
    this.given.tell(countWords(frame));
  }

  move(x: number, y: number): void {
    const { k } = zoomTransform(this.host);
    select(this.host).call(this.behaviour.translateBy, x / k, y / k);
  }

  scale(by: number): void {
    select(this.host).call(this.behaviour.scaleBy, by);
  }

  whole(): void {
    select(this.host).call(this.behaviour.transform, zoomIdentity);
  }

  at(x: number, y: number): { vehicle: number | null; place: string | null } {
    const vehicle = this.stage.vehicleAt(x, y, this.view);
    const queue = vehicle == null ? this.stage.queueAt(x, y, this.view) : null;
    return { vehicle, place: queue ? this.given.playback.player.trace.places[queue.place]!.id : null };
  }

  end(): void {
    this.resized.disconnect();
    select(this.host).on(".zoom", null);
  }
}

const stageColours = (ink: Ink & { queue: string }) => ({ modes: MODES.map((m) => ink[m]), ink: ink.ink, halo: ink["map-halo"], queue: ink.queue });

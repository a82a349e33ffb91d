// The player in a page of its own, as `trimodal simulate --html` writes it: README.md in this folder.
import { signal } from "@preact/signals";
import { render } from "preact";
import type { Trace } from "../api/types";
import "../style/tokens.css";
import "../style/controls.css";
import "./player.css";
import "./standalone.css";
import { Bar } from "./bar";
import { Beside } from "./beside";
import { CanvasMap } from "./canvas_map";
import { Clock } from "./clock";
import type { Ink, Ring } from "./ground";
import { pack } from "./pack";
import type { Playback } from "./playback";
import { Player } from "./player";

const TOKENS = ["rail", "sea", "road", "barge", "land", "water", "panel", "ink", "map-halo"] as const;

function inkOf(root: HTMLElement): Ink & { queue: string } {
  const style = getComputedStyle(root);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return { ...(Object.fromEntries(TOKENS.map((name) => [name, token(name)])) as Ink), queue: token("use-full") };
}

/** The colours of the page's theme: that of `data-theme`, or of the system. */
function themed(root: HTMLElement) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const asked = root.dataset.theme;
  const apply = () => (root.dataset.theme = asked ?? (dark.matches ? "dark" : "light"));
  apply();
  const ink = signal(inkOf(root));
  dark.addEventListener("change", () => {
    apply();
    ink.value = inkOf(root);
  });
  return ink;
}

function data<T>(id: string): T | null {
  const text = document.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as T) : null;
}

function playbackOf(trace: Trace, redraw: { now: () => void }): Playback {
  const player = new Player(pack(trace));
  const clock = new Clock(player.hours, () => redraw.now());
  const place = signal("");
  return {
    player,
    clock,
    place,
    choosePlace: (id) => (place.value = id),
    chooseSpeed: (hours) => (clock.speed.value = hours),
    rested: () => {},
  };
}

function begin(root: HTMLElement, trace: Trace): void {
  const redraw = { now: () => {} };
  const playback = playbackOf(trace, redraw);
  render(
    <>
      <CanvasMap playback={playback} land={data<Ring[]>("land") ?? []} ink={themed(root)} redraw={redraw} />
      <Bar playback={playback} />
      <div class="sim-beside"><Beside playback={playback} /></div>
    </>,
    root,
  );
}

const root = document.getElementById("player");
const trace = data<Trace>("trace");
if (root && trace) begin(root, trace);

import type { ReadonlySignal, Signal } from "@preact/signals";
import { MODES } from "../api/types";
import type { Playback } from "./playback";
import { dateOf, type Doing, type Frame } from "./player";
import { SHAPES } from "./stage";

interface Props {
  playback: Playback;
  counts: ReadonlySignal<string>;
  /** The vehicle that was chosen, by its position in the trace. */
  picked: Signal<number | null>;
}

/** What moves now, in words, over a corner of the map. */
export function Now({ playback, counts, picked }: Props) {
  return (
    <div class="sim-now">
      <p class="sim-counts">{counts}</p>
      <Legend />
      {picked.value != null && <Picked playback={playback} vehicle={picked.value} onClose={() => (picked.value = null)} />}
    </div>
  );
}

/** What the shapes stand for. */
function Legend() {
  return (
    <details class="sim-counts sim-legend">
      <summary>Legend</summary>
      <ul>
        {WORDS.map((word, i) => <li key={word}><Shape mode={i} loaded /><Shape mode={i} />{word}, loaded and empty</li>)}
        <li><i class="sim-queue" aria-hidden="true" />queue: vehicles that wait at a place</li>
      </ul>
    </details>
  );
}

const Shape = ({ mode, loaded }: { mode: number; loaded?: boolean }) => (
  <svg class={`sim-shape mode-${MODES[mode]} ${loaded ? "loaded" : ""}`} width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">
    <polygon points={SHAPES[mode]!.join(" ")} />
  </svg>
);

const WORDS = ["train", "ship", "truck", "barge"];

/** `On the move: 12 trains, 1 ship`. */
export function countWords(frame: Frame): string {
  const of = WORDS.map(() => 0);
  for (let k = 0; k < frame.count; k++) of[frame.kind[k]! >> 1]!++;
  const parts = of.flatMap((n, i) => (n ? [`${n.toLocaleString("en-GB")} ${WORDS[i]}${n === 1 ? "" : "s"}`] : []));
  return parts.length ? `On the move: ${parts.join(", ")}` : "Nothing moves at this hour";
}

function Picked({ playback: { player, clock }, vehicle, onClose }: { playback: Playback; vehicle: number; onClose: () => void }) {
  const doing = player.doing(vehicle, clock.hour.value);
  return (
    <p class="sim-picked">
      {doing ? doingWords(doing, dateOf(player.trace, doing.arrives)) : "It stands still now."}{" "}
      <button type="button" class="plain" aria-label="Close" onClick={onClose}>×</button>
    </p>
  );
}

const doingWords = (d: Doing, arrives: string) =>
  `${d.vehicle}, ${d.tonnes ? `${Math.round(d.tonnes).toLocaleString("en-GB")} t` : "empty"}, from ${d.from} to ${d.to}; there on ${arrives}.`;

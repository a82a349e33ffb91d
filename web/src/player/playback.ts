import type { ReadonlySignal } from "@preact/signals";
import type { Clock } from "./clock";
import type { Player } from "./player";

/** A year that is played, and what its reader chose. */
export interface Playback {
  player: Player;
  clock: Clock;
  /** Id of the place whose charts are shown; empty: those of all places. */
  place: ReadonlySignal<string>;
  choosePlace(id: string): void;
  chooseSpeed(hours: number): void;
  /** Called when time stands still after a choice of the reader. */
  rested(): void;
}

export function toWorstDay({ player, clock, rested }: Playback): void {
  const day = player.trace.worst_day;
  if (day == null) return;
  clock.pause();
  clock.seek((day + 0.5) * 24);
  rested();
}

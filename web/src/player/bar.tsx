import { useComputed } from "@preact/signals";
import { SPEEDS } from "./clock";
import { toWorstDay, type Playback } from "./playback";
import { dateOf } from "./player";

/** Play, pause, speed, and the time of the year. */
export function Bar({ playback }: { playback: Playback }) {
  const { player, clock } = playback;
  const date = useComputed(() => dateOf(player.trace, clock.hour.value));
  const slider = useComputed(() => String(Math.floor(clock.hour.value)));
  const playing = clock.playing.value;
  const toggle = () => {
    if (!playing) return clock.play();
    clock.pause();
    playback.rested();
  };
  return (
    <div class="sim-bar" role="group" aria-label="Playback" onKeyDown={(e) => e.key === " " && (e.target as Element).tagName === "INPUT" && (e.preventDefault(), toggle())}>
      <button type="button" class="main sim-play" onClick={toggle}>{playing ? "Pause" : "Play"}</button>
      <label class="sim-time">
        <span class="sim-date">{date}</span>
        <input type="range" min={0} max={Math.floor(player.hours)} step={1} value={slider} aria-label="Time of the year" aria-valuetext={date}
          onInput={(e) => clock.seek(Number(e.currentTarget.value))} onChange={() => playback.rested()} />
      </label>
      <label class="sim-speed">
        <span class="hidden">Speed</span>
        <select aria-label="Speed" value={String(clock.speed.value)} onChange={(e) => playback.chooseSpeed(Number(e.currentTarget.value))}>
          {SPEEDS.map((s) => <option key={s.hours} value={String(s.hours)}>{s.words}</option>)}
        </select>
      </label>
      {player.trace.worst_day == null
        ? <span class="soft small">Nothing ever waits.</span>
        : <button type="button" onClick={() => toWorstDay(playback)}>Worst day</button>}
    </div>
  );
}

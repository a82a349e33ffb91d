import { signal } from "@preact/signals";

/** Hours of the year that pass in a second. */
export const SPEEDS = [
  { hours: 1, words: "1 hour a second" },
  { hours: 6, words: "6 hours a second" },
  { hours: 24, words: "1 day a second" },
  { hours: 72, words: "3 days a second" },
  { hours: 168, words: "1 week a second" },
] as const;

/** What is beside the map follows at most so often. */
const EVERY_MS = 50;

/** The time of a playback. `now` is exact; `hour` follows it for what need not be drawn at every frame. */
export class Clock {
  readonly hour = signal(0);
  readonly playing = signal(false);
  readonly speed = signal<number>(24);
  now = 0;
  private before = 0;
  private told = 0;
  private request = 0;

  constructor(
    readonly end: number,
    private readonly onFrame: () => void,
  ) {}

  play(): void {
    if (this.playing.peek()) return;
    if (this.now >= this.end) this.now = 0;
    this.playing.value = true;
    this.before = performance.now();
    this.request = requestAnimationFrame(this.tick);
  }

  pause(): void {
    cancelAnimationFrame(this.request);
    this.playing.value = false;
    this.hour.value = this.now;
  }

  seek(hour: number): void {
    this.now = Math.min(Math.max(hour, 0), this.end);
    this.hour.value = this.now;
    this.onFrame();
  }

  private readonly tick = (at: number): void => {
    // A page that was hidden goes on where it was.
    const passed = Math.min(Math.max(at - this.before, 0), 250) / 1000;
    this.before = at;
    this.now = Math.min(this.now + passed * this.speed.peek(), this.end);
    if (at - this.told >= EVERY_MS) {
      this.told = at;
      this.hour.value = this.now;
    }
    this.onFrame();
    if (this.now >= this.end) this.pause();
    else this.request = requestAnimationFrame(this.tick);
  };
}

// What the page shows, read from the address; the run, its trace and the clock of the playback.
import { computed, effect, signal } from "@preact/signals";
import { ApiError, BASE, jobResult } from "../../api";
import { JobRun } from "../../jobs/run";
import { query, setQuery } from "../../router";
import { scenario } from "../../scenarios/store";
import { Clock } from "../../player/clock";
import type { PackedTrace } from "../../player/pack";
import type { Playback } from "../../player/playback";
import { Player } from "../../player/player";
import type { Plan } from "../plan/outcome";
import type { Outcome } from "./outcome";
import type { Told } from "./trace_worker";

export const run = new JobRun<Outcome>();
export const name = computed(() => query.value.scenario ?? "");
export const loaded = computed(() => (name.value ? scenario(name.value).value : null));

/** Multiples that the scenario plans for. */
const planned = computed(() => {
  const toml = loaded.value?.scenario?.files["scenario.toml"] ?? "";
  const list = /^\s*rungs\s*=\s*\[([^\]]*)\]/m.exec(toml)?.[1];
  return list ? list.split(",").map(Number).filter((x) => x > 1) : [1.25, 1.5, 2, 3, 5, 10];
});

/** Rungs that the plan of the address reached; null where there is none, or it is not known. */
const reached = signal<number[] | null>(null);
const givenPlan = computed(() => query.value.plan);

effect(() => {
  const plan = givenPlan.value;
  reached.value = null;
  if (!plan) return;
  const stop = new AbortController();
  jobResult<Plan>(plan, stop.signal).then(
    (of) => (reached.value = of.ladder.filter((rung) => rung.solution).map((rung) => rung.multiple)),
    () => {}, // the run itself says what is wrong with the plan
  );
  return () => stop.abort();
});

/** Multiples to choose from: those that can be run, and the one of the address. */
export const rungs = computed(() => {
  const all = reached.value ?? planned.value;
  const asked = Number(query.value.volume);
  return asked > 1 && !all.includes(asked) ? [...all, asked].sort((a, b) => a - b) : all;
});
export const isReached = (rung: number): boolean => reached.value?.includes(rung) ?? true;

export const playback = signal<Playback | null>(null);
const chosenPlace = computed(() => query.value.place ?? "");
export const traceFailure = signal<unknown>(null);
/** Redraws the map; set by what draws there. */
export const redraw = { now: () => {} };

export async function start(): Promise<void> {
  const { volume = "1", replications = "32", plan, derate } = query.peek();
  const body = {
    scenario: name.peek(),
    plan,
    volume,
    replications: Number(replications) || 32,
    derate: derate === "yes",
    trace: true,
  };
  const id = await run.start("simulate", body);
  setQuery({ run: id ?? undefined, t: undefined, place: undefined }, { push: true });
}

let worker: Worker | null = null;

/** The trace of a run that has ended, read by a worker. */
function readTrace(id: string): void {
  worker?.terminate();
  worker = new Worker(new URL("./trace_worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Told>) => {
    worker?.terminate();
    if ("packed" in data) begin(data.packed);
    else traceFailure.value = new ApiError(data.status, "", `The trace cannot be shown: ${data.detail}.`, [], "Run the simulation again.");
  };
  worker.onerror = () => (traceFailure.value = new ApiError(0, "", "The trace cannot be read.", [], "Reload the page and run the simulation again."));
  worker.postMessage(new URL(`${BASE}/jobs/${encodeURIComponent(id)}/trace`, location.href).href);
}

function begin(trace: PackedTrace): void {
  const player = new Player(trace);
  const clock = new Clock(player.hours, () => redraw.now());
  const { t, speed } = query.peek();
  clock.speed.value = Number(speed) || 24;
  clock.seek(t === undefined ? 0 : Number(t) || 0);
  playback.value = {
    player,
    clock,
    place: chosenPlace,
    choosePlace: (place) => setQuery({ place }),
    chooseSpeed: (hours) => {
      clock.speed.value = hours;
      setQuery({ speed: String(hours) });
    },
    // The address keeps the time once it stands still.
    rested: () => setQuery({ t: clock.now ? String(Math.round(clock.now)) : undefined }),
  };
}

effect(() => {
  const [result, id] = [run.result.value, run.job.value?.id];
  playback.peek()?.clock.pause();
  playback.value = null;
  traceFailure.value = null;
  if (result && id) readTrace(id);
});

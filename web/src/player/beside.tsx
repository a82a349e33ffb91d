import { useComputed } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import { amount, percent, rounded } from "../charts/format";
import { LineChart } from "../charts/line_chart";
import { byDay } from "./player";
import type { Trace } from "../api/types";
import { LeftOut } from "./left_out";
import type { Playback } from "./playback";

type Resource = Trace["resources"][number];
type Stock = Trace["stocks"][number];

/** Charts of one kind shown at first: those that say most. */
const FIRST = 5;

/** Queues, use and stocks over the year, with the cursor of the playback. */
export function Beside({ playback }: { playback: Playback }) {
  const { trace } = playback.player;
  const place = playback.place.value;
  const at = trace.places.findIndex((p) => p.id === place);
  const here = <T extends { place?: number | null }>(all: T[]) => (at < 0 ? all : all.filter((x) => x.place === at));
  const queues = useMemo(() => most(here(trace.resources), (r) => peak(r.queue)).filter((r) => peak(r.queue) > 0.05), [trace, at]);
  const busy = useMemo(() => most(here(trace.resources), (r) => mean(r.busy)), [trace, at]);
  return (
    <>
      <LeftOut of={trace.left_out} />
      <Places playback={playback} chosen={at < 0 ? "" : place} />
      <Charts heading="Queues" all={queues} empty="Nothing waits here." draw={(r: Resource) => <Daily playback={playback} name={r.name} values={r.queue} what="waiting" show={rounded} />} />
      <Charts heading="Use" all={busy} empty="There is no facility here." draw={(r: Resource) => <Daily playback={playback} name={r.name} values={r.busy} what="in use" show={percent} top={1} />} />
      <Charts heading="Stocks" all={here(trace.stocks)} empty="There is no stock here." draw={(s: Stock) => <Daily playback={playback} name={s.name} values={s.level} what="in stock" show={(v) => amount(v, s.unit)} />} />
    </>
  );
}

const peak = (values: number[]) => values.reduce((a, b) => Math.max(a, b), 0);
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / Math.max(values.length, 1);
const most = <T,>(all: T[], by: (x: T) => number) => [...all].sort((a, b) => by(b) - by(a));

function Places({ playback, chosen }: { playback: Playback; chosen: string }) {
  const { trace } = playback.player;
  const used = new Set(trace.resources.map((r) => r.place));
  const places = trace.places.filter((_, i) => used.has(i)).sort((a, b) => a.name.localeCompare(b.name));
  return (
    <label class="sim-place">
      <span>Charts of</span>
      <select value={chosen} onChange={(e) => playback.choosePlace(e.currentTarget.value)}>
        <option value="">The whole corridor</option>
        {places.map((p) => <option key={p.id} value={p.id}>{p.name}</option>)}
      </select>
    </label>
  );
}

function Charts<T extends { name: string }>({ heading, all, empty, draw }: { heading: string; all: T[]; empty: string; draw: (x: T) => preact.ComponentChild }) {
  const rest = all.slice(FIRST);
  return (
    <section class="card" aria-label={heading}>
      <h2>{heading}</h2>
      {all.length === 0 && <p class="soft">{empty}</p>}
      {all.slice(0, FIRST).map((x) => <div key={x.name}>{draw(x)}</div>)}
      {rest.length > 0 && <More rest={rest} draw={draw} />}
    </section>
  );
}

/** Drawn when it is opened only. */
function More<T extends { name: string }>({ rest, draw }: { rest: T[]; draw: (x: T) => preact.ComponentChild }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{rest.length} more</summary>
      {open && rest.slice(0, 40).map((x) => <div key={x.name}>{draw(x)}</div>)}
    </details>
  );
}

interface DailyProps {
  playback: Playback;
  name: string;
  values: number[];
  what: string;
  show: (v: number) => string;
  top?: number;
}

function Daily({ playback, name, values, what, show, top }: DailyProps) {
  const { player, clock } = playback;
  const series = useMemo(() => [{ name, values }], [name, values]);
  const marks = useMemo(() => months(player.trace), [player]);
  const now = useComputed(() => show(byDay(values, clock.hour.value)));
  const seek = (hour: number) => (clock.seek(hour), playback.rested());
  const highest = peak(values);
  return (
    <figure class="sim-chart">
      <figcaption><span>{name}</span><span class="num">{now}</span></figcaption>
      <LineChart label={`${name}, ${what} by day: ${show(mean(values))} on average, at most ${show(highest)}`} series={series} to={player.hours} marks={marks} show={short(show)} cursor={clock.hour} onSeek={seek} height={74} {...(top ? { top } : {})} />
    </figure>
  );
}

/** Words of an axis have no room for units. */
const short = (show: (v: number) => string) => (v: number) => show(v).replace(/\s(t|TEU|vehicles)$/, "");

const NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function months({ start, hours }: { start?: string; hours: number }) {
  const begin = Date.parse(`${start ?? "2025-01-01"}T00:00:00Z`);
  const marks: { at: number; text: string }[] = [];
  for (let h = 0; h < hours; h += 24) {
    const date = new Date(begin + h * 3_600_000);
    if (date.getUTCDate() === 1) marks.push({ at: h, text: NAMES[date.getUTCMonth()]! });
  }
  return marks;
}

// The Pareto set: a chart of time against cost with CO2e as size, and the same as a table. Arrow keys move
// through both.
import { ticks } from "d3-array";
import type { Itinerary } from "../../api";
import { count, duration, kg, km, usd } from "../../format";
import { answer, pick, picked } from "./answer";

const W = 420;
const H = 200;
const LEFT = 58;
const BOTTOM = 34;
const TOP = 22;
const RIGHT = 18;

/** A range with room around it. */
function room(values: number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low || high || 1) * 0.15;
  return [Math.max(0, low - margin), high + margin];
}

function key(event: KeyboardEvent): void {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const n = answer.peek()?.itineraries.length ?? 0;
  if (by) pick(picked.peek() + by);
  else if (event.key === "Home") pick(0);
  else if (event.key === "End") pick(n - 1);
  else return;
  event.preventDefault();
}

function Axes({ x, y, times, costs }: { x: (v: number) => number; y: (v: number) => number; times: [number, number]; costs: [number, number] }) {
  const inDays = times[1] >= 48;
  const unit = inDays ? 24 : 1;
  return (
    <g class="axes" aria-hidden="true">
      {ticks(times[0] / unit, times[1] / unit, 5).map((t) => (
        <g key={t}>
          <line x1={x(t * unit)} x2={x(t * unit)} y1={TOP} y2={H - BOTTOM} />
          <text x={x(t * unit)} y={H - BOTTOM + 14} text-anchor="middle">{count(t) === String(t) ? t : t.toFixed(1)}</text>
        </g>
      ))}
      {ticks(costs[0], costs[1], 4).map((c) => (
        <g key={c}>
          <line x1={LEFT} x2={W - RIGHT} y1={y(c)} y2={y(c)} />
          <text x={LEFT - 6} y={y(c) + 4} text-anchor="end">{count(c)}</text>
        </g>
      ))}
      <text x={W - RIGHT} y={H - 4} text-anchor="end">time, {inDays ? "days" : "hours"}</text>
      <text x={4} y={11}>USD</text>
    </g>
  );
}

function spoken(i: Itinerary): string {
  return `${i.chain}: ${duration(i.time_h)}, ${usd(i.cost_usd)}, ${kg(i.co2e_kg)} CO2e`;
}

function Chart({ all }: { all: readonly Itinerary[] }) {
  const times = room(all.map((i) => i.time_h));
  const costs = room(all.map((i) => i.cost_usd));
  const most = Math.max(...all.map((i) => i.co2e_kg), 1);
  const x = (v: number) => LEFT + ((v - times[0]) / (times[1] - times[0])) * (W - LEFT - RIGHT);
  const y = (v: number) => H - BOTTOM - ((v - costs[0]) / (costs[1] - costs[0])) * (H - BOTTOM - TOP);
  const radius = (i: Itinerary) => 4 + 12 * Math.sqrt(i.co2e_kg / most);
  return (
    <svg class="pareto" viewBox={`0 0 ${W} ${H}`} role="listbox" tabindex={0} onKeyDown={key}
      aria-label="Itineraries by time and cost; the size is CO2e. Arrow keys choose." aria-activedescendant={`dot-${picked.value}`}>
      <Axes x={x} y={y} times={times} costs={costs} />
      {all.map((i, n) => (
        <g key={n} id={`dot-${n}`} role="option" aria-selected={n === picked.value} aria-label={`${n + 1}. ${spoken(i)}`}
          class={n === picked.value ? "dot on" : "dot"} onClick={() => pick(n)}>
          <circle cx={x(i.time_h)} cy={y(i.cost_usd)} r={radius(i)} />
          <text x={x(i.time_h)} y={y(i.cost_usd) + 4} text-anchor="middle">{n + 1}</text>
        </g>
      ))}
    </svg>
  );
}

function Row({ of, n }: { of: Itinerary; n: number }) {
  const on = n === picked.value;
  return (
    <tr class={on ? "on" : undefined} onClick={() => pick(n)}>
      <td>
        <label class="tick">
          <input type="radio" name="itinerary" checked={on} onChange={() => pick(n)} aria-label={`Itinerary ${n + 1}: ${spoken(of)}`} />
          <span>{n + 1}</span>
        </label>
      </td>
      <td>
        {of.chain}
        {of.best_at.length > 0 ? <div class="small soft">best by {of.best_at.map((b) => (b === "co2e" ? "CO2e" : b)).join(", ")}</div> : null}
      </td>
      <td class="num">
        {duration(of.time_h)}
        {of.time_p10_h ? <div class="small soft">{duration(of.time_p10_h)}–{duration(of.time_p90_h)}</div> : null}
      </td>
      <td class="num">{count(of.cost_usd)}</td>
      <td class="num">{count(of.co2e_kg)}</td>
      <td class="num">{km(of.distance_km)}</td>
    </tr>
  );
}

export function Pareto({ all }: { all: readonly Itinerary[] }) {
  return (
    <section aria-labelledby="itineraries">
      <h2 id="itineraries">{all.length === 1 ? "One itinerary" : `${all.length} itineraries`}</h2>
      {all.length > 1 ? <Chart all={all} /> : null}
      <div class="scroll">
        <table class="itineraries">
          <thead>
            <tr>
              <th scope="col"><span class="hidden">Number</span></th>
              <th scope="col">Modes</th>
              <th scope="col" class="num">Time (p10–p90)</th>
              <th scope="col" class="num">USD</th>
              <th scope="col" class="num">kg CO2e</th>
              <th scope="col" class="num">Distance</th>
            </tr>
          </thead>
          <tbody>{all.map((one, n) => <Row key={n} of={one} n={n} />)}</tbody>
        </table>
      </div>
    </section>
  );
}

import { max, ticks } from "d3-array";
import { money, multiple } from "./format";
import { useWidth } from "./use_width";
import "./charts.css";

export interface Rung {
  multiple: number;
  usd: number | null;
  /** The same over the samples: one in ten is below `low`, one in ten above `high`. */
  low?: number | null;
  high?: number | null;
}

interface Props {
  ladders: { name: string; rungs: Rung[]; ceiling: number }[];
  /** Multiple of the rung that is chosen. */
  chosen: number;
  onChoose: (multiple: number) => void;
}

const LEFT = 58;
/** Between the axis and its labels: a dot at 0 lies on the axis. */
const GAP = 14;
const RIGHT = 16;
const ABOVE = 14;
const BELOW = 42;
const HEIGHT = 238;

/** Capacity as a multiple of today's against the money that it takes. */
export function LadderChart({ ladders, chosen, onChoose }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const inner = Math.max(60, width - LEFT - RIGHT);
  const all = ladders.flatMap((l) => l.rungs.filter((r) => r.usd != null));
  const dear = (max(all, (r) => Math.max(r.usd!, r.high ?? 0)) || 1) * 1.05;
  const tall = Math.max(1.5, max(all, (r) => r.multiple) ?? 1, ...ladders.map((l) => Math.min(l.ceiling, 12)));
  const x = (usd: number) => LEFT + (usd / dear) * inner;
  const y = (m: number) => HEIGHT - BELOW - ((m - 1) / (tall * 1.08 - 1)) * (HEIGHT - ABOVE - BELOW);
  return (
    <div ref={ref} class="chart">
      <svg width={width} height={HEIGHT} role="group" aria-label="Multiple of today's capacity against investment">
        {ticks(1, tall, 5).map((t) => (
          <g key={t}>
            <line class="chart-grid" x1={LEFT} x2={LEFT + inner} y1={y(t)} y2={y(t)} />
            <text class="chart-text" x={LEFT - GAP} y={y(t) + 4} text-anchor="end">{multiple(t)}</text>
          </g>
        ))}
        {ticks(0, dear, Math.max(2, Math.floor(inner / 120))).map((t) => (
          <text key={t} class="chart-text" x={x(t)} y={HEIGHT - BELOW + 24} text-anchor="middle">{t === 0 ? "0" : short(t)}</text>
        ))}
        <text class="chart-text" x={LEFT + inner} y={HEIGHT - 4} text-anchor="end">investment, USD</text>
        {ladders.map((ladder, i) => (
          <Ladder key={ladder.name} {...{ ladder, tone: i + 1, x, y, right: LEFT + inner, chosen, onChoose }} />
        ))}
      </svg>
      {ladders.length > 1 && <Legend names={ladders.map((l) => l.name)} />}
    </div>
  );
}

interface LadderProps {
  ladder: Props["ladders"][number];
  tone: number;
  x: (usd: number) => number;
  y: (m: number) => number;
  right: number;
  chosen: number;
  onChoose: (multiple: number) => void;
}

function Ladder({ ladder, tone, x, y, right, chosen, onChoose }: LadderProps) {
  const reached = ladder.rungs.filter((r) => r.usd != null);
  const steps = reached.map((r, i) => (i ? `H${x(r.usd!)}V${y(r.multiple)}` : `M${x(r.usd!)},${y(r.multiple)}`)).join("");
  const beyond = ladder.rungs.some((r) => r.usd == null);
  return (
    <g>
      {beyond && (
        <g>
          <line class={`chart-limit tone-${tone}`} x1={LEFT} x2={right} y1={y(ladder.ceiling)} y2={y(ladder.ceiling)} />
          <text class="chart-text" x={right} y={y(ladder.ceiling) - 4} text-anchor="end">{`the most with all options: ${multiple(ladder.ceiling)}`}</text>
        </g>
      )}
      <path class={`chart-line tone-${tone}`} d={steps} />
      {reached.map((r) => (
        <g key={r.multiple}>
          {r.low != null && r.high != null && <Interval {...{ tone, from: x(r.low), to: x(r.high), at: y(r.multiple) }} />}
          <Point {...{ name: ladder.name, rung: r, tone, cx: x(r.usd!), cy: y(r.multiple), on: r.multiple === chosen, onChoose }} />
        </g>
      ))}
    </g>
  );
}

function Interval({ tone, from, to, at }: { tone: number; from: number; to: number; at: number }) {
  return <path class={`chart-interval tone-${tone}`} d={`M${from},${at}H${to}M${from},${at - 5}v10M${to},${at - 5}v10`} />;
}

interface PointProps {
  name: string;
  rung: Rung;
  tone: number;
  cx: number;
  cy: number;
  on: boolean;
  onChoose: (multiple: number) => void;
}

function Point({ name, rung, tone, cx, cy, on, onChoose }: PointProps) {
  const interval = rung.low != null && rung.high != null ? `; eight in ten samples between ${money(rung.low)} and ${money(rung.high)}` : "";
  const words = `${name}: ${multiple(rung.multiple)} for ${money(rung.usd!)}${interval}`;
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onChoose(rung.multiple);
  };
  return (
    <g class="chart-point" role="button" tabindex={0} aria-label={words} aria-pressed={on} onClick={() => onChoose(rung.multiple)} onKeyDown={key}>
      <circle class="chart-target" cx={cx} cy={cy} r={14} />
      {tone === 1 ? <circle class={`chart-dot tone-1 ${on ? "on" : ""}`} cx={cx} cy={cy} r={on ? 7 : 5} /> : <rect class={`chart-dot tone-2 ${on ? "on" : ""}`} x={cx - 5} y={cy - 5} width={10} height={10} />}
      <title>{words}</title>
    </g>
  );
}

const short = (usd: number) => (usd >= 1e9 ? `${usd / 1e9} billion` : usd >= 1e6 ? `${usd / 1e6} million` : usd.toLocaleString("en-GB"));

/** Names of tones, told apart by shape as well as by colour. */
export function Legend({ names }: { names: string[] }) {
  return (
    <ul class="chart-legend">
      {names.map((name, i) => (
        <li key={name}>
          <svg width="22" height="12" aria-hidden="true">
            <path class={`chart-line tone-${i + 1}`} d="M0,6H22" />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

import { computed, type ReadonlySignal } from "@preact/signals";
import { max, ticks } from "d3-array";
import { useMemo } from "preact/hooks";
import { useWidth } from "./use_width";
import "./charts.css";

export interface Series {
  name: string;
  /** Equally spaced over the axis, each for its interval. */
  values: number[];
  /** A band around it, where there are several replications. */
  low?: number[];
  high?: number[];
}

interface Props {
  /** What the chart shows, in words: it is read out in place of the picture. */
  label: string;
  series: Series[];
  /** End of the axis, which begins at 0. */
  to: number;
  /** Names of positions on the axis. */
  marks: { at: number; text: string }[];
  /** Upper end of the values, where it is known. */
  top?: number;
  show: (value: number) => string;
  cursor?: ReadonlySignal<number>;
  onSeek?: (at: number) => void;
  height?: number;
}

const LEFT = 52;
const RIGHT = 8;
const ABOVE = 6;
const BELOW = 18;

/** Values over time, with a cursor that moves without drawing the chart anew. */
export function LineChart({ label, series, to, marks, top, show, cursor, onSeek, height = 96 }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const inner = Math.max(40, width - LEFT - RIGHT);
  const x = (at: number) => LEFT + (at / to) * inner;
  const highest = top ?? max(series, (s) => max(s.high ?? s.values)) ?? 1;
  const upper = highest > 0 ? highest * (top ? 1 : 1.05) : 1;
  const y = (v: number) => height - BELOW - (v / upper) * (height - ABOVE - BELOW);
  const lines = useMemo(() => series.map((s) => shape(s, to, x, y)), [series, to, inner, upper, height]);
  const at = useMemo(() => cursor && computed(() => x(Math.min(Math.max(cursor.value, 0), to))), [cursor, to, inner]);
  const seek = (event: PointerEvent) => {
    if (!onSeek || !(event.buttons & 1)) return;
    const left = (event.currentTarget as Element).getBoundingClientRect().left;
    onSeek(Math.min(Math.max(((event.clientX - left - LEFT) / inner) * to, 0), to));
  };
  return (
    <div ref={ref} class="chart">
      <svg role="img" aria-label={label} width={width} height={height} onPointerDown={seek} onPointerMove={seek} class={onSeek ? "chart-seek" : ""}>
        {ticks(0, upper, 3).map((t) => (
          <g key={t}>
            <line class="chart-grid" x1={LEFT} x2={LEFT + inner} y1={y(t)} y2={y(t)} />
            <text class="chart-text" x={LEFT - 6} y={y(t) + 4} text-anchor="end">{show(t)}</text>
          </g>
        ))}
        {thinned(marks, inner).map((m) => (
          <text key={m.at} class="chart-text" x={x(m.at)} y={height - 4}>{m.text}</text>
        ))}
        {lines.map((l, i) => (
          <g key={series[i]!.name}>
            {l.band && <path class={`chart-band tone-${i + 1}`} d={l.band} />}
            <path class={`chart-line tone-${i + 1}`} d={l.line} />
          </g>
        ))}
        {at && <line class="chart-cursor" x1={at} x2={at} y1={ABOVE} y2={height - BELOW} />}
      </svg>
    </div>
  );
}

type Scale = (v: number) => number;

function shape(s: Series, to: number, x: Scale, y: Scale) {
  const mid = (i: number) => x(((i + 0.5) * to) / s.values.length).toFixed(1);
  const path = (values: number[]) => values.map((v, i) => `${mid(i)},${y(v).toFixed(1)}`);
  const line = `M${path(s.values).join("L")}`;
  const band = s.low && s.high ? `M${path(s.high).join("L")}L${path(s.low).reverse().join("L")}Z` : null;
  return { line: s.values.length ? line : "", band };
}

/** As many marks as have room. */
function thinned<T>(marks: T[], width: number): T[] {
  const every = Math.ceil(marks.length / Math.max(1, Math.floor(width / 44)));
  return marks.filter((_, i) => i % every === 0);
}

import "./charts.css";

interface Part {
  share: number;
  tone: string;
  words: string;
}

/** A bar of shares from 0 to 1, with its words for a screen reader. */
export function Bar({ parts, label }: { parts: Part[]; label: string }) {
  let x = 0;
  return (
    <svg class="chart-bar" role="img" aria-label={label} viewBox="0 0 100 10" preserveAspectRatio="none">
      <rect class="chart-bar-back" width="100" height="10" />
      {parts.map((p) => {
        const from = x;
        x += 100 * Math.min(Math.max(p.share, 0), 1);
        return (
          <rect key={p.words} class={`chart-bar-part ${p.tone}`} x={from} width={Math.max(0, Math.min(x, 100) - from)} height="10">
            <title>{p.words}</title>
          </rect>
        );
      })}
    </svg>
  );
}

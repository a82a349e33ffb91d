import type { Trace } from "../api/types";

const count = (n: number) => n.toLocaleString("en-GB");

/** What the map does not show of a large recording. */
export function LeftOut({ of }: { of: Trace["left_out"] }) {
  if (of.length === 0) return null;
  return (
    <details class="notice">
      <summary>The map shows a part of the journeys only</summary>
      <p>Of these, a part is shown, spread evenly over the year. Queues, use and stocks are those of all journeys.</p>
      <ul>
        {of.map((c) => <li key={c.class}>{c.class}: {count(c.recorded)} of {count(c.journeys)}</li>)}
      </ul>
    </details>
  );
}

// What the overrides change: a question about a route, answered without and with them.
import { effect, signal } from "@preact/signals";
import { isAbort, type Itinerary, route, type RouteAnswer, type RouteRequest } from "../../api";
import { change, count, duration } from "../../format";
import { overridesCsv } from "../../overrides";
import { page, query, setQuery } from "../../router";
import { Failure } from "../../shell/failure";
import { PlaceBox } from "../../shell/place_box";
import { lastQuestion } from "../route/answer";

interface Both {
  before: RouteAnswer;
  after: RouteAnswer;
}

export const both = signal<Both | null>(null);
const failure = signal<unknown>(null);
const asking = signal(false);
let running: AbortController | undefined;

/** The question of the route page, between the ends in this address. */
function request(from: string, to: string): RouteRequest {
  const last = lastQuestion.peek() ? (JSON.parse(lastQuestion.peek()) as RouteRequest) : undefined;
  const same = last && last.from === from && last.to === to;
  const { overrides: _, ...rest } = same ? last : { from, to, continuous: true };
  return rest as RouteRequest;
}

async function ask(from: string, to: string, csv: string): Promise<void> {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  asking.value = true;
  try {
    const without = request(from, to);
    const before = await route(without, mine.signal);
    const after = csv ? await route({ ...without, overrides: csv }, mine.signal) : before;
    both.value = { before, after };
    failure.value = null;
  } catch (cause) {
    if (isAbort(cause)) return;
    failure.value = cause;
    both.value = null;
  }
  if (running === mine) asking.value = false;
}

effect(() => {
  const { from, to } = query.value;
  const csv = overridesCsv.value;
  if (page.value !== "network") return;
  if (from && to) void ask(from, to, csv);
  else both.value = null;
});

type Measure = "time_h" | "cost_usd" | "co2e_kg";
const MEASURES: [Measure, string, (x: number) => string][] = [
  ["time_h", "Quickest", duration],
  ["cost_usd", "Cheapest, USD", count],
  ["co2e_kg", "Least CO2e, kg", count],
];

function best(of: RouteAnswer, by: Measure): Itinerary | undefined {
  return [...of.itineraries].sort((a, b) => a[by] - b[by])[0];
}

function Table({ of: { before, after } }: { of: Both }) {
  return (
    <div class="scroll">
      <table>
        <thead><tr><th scope="col">Best</th><th scope="col" class="num">Without</th><th scope="col" class="num">With overrides</th><th scope="col" class="num">Change</th></tr></thead>
        <tbody>
          {MEASURES.map(([by, name, text]) => {
            const [a, b] = [best(before, by), best(after, by)];
            return (
              <tr key={by}>
                <th scope="row">{name}</th>
                <td class="num">{a ? text(a[by]) : "none"}<div class="small soft">{a?.chain}</div></td>
                <td class="num">{b ? text(b[by]) : "none"}<div class="small soft">{b?.chain}</div></td>
                <td class="num">{a && b ? change(b[by], a[by]) : "–"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export function Compare() {
  const { from = "", to = "" } = query.value;
  return (
    <section aria-labelledby="compare">
      <h2 id="compare">What they change</h2>
      <div class="ends">
        <PlaceBox label="From" value={from} onChange={(text) => setQuery({ from: text })} />
        <PlaceBox label="To" value={to} onChange={(text) => setQuery({ to: text })} />
      </div>
      {asking.value ? <p role="status" class="progress"><progress aria-label="Computing" /> Computing</p> : null}
      {failure.value ? <Failure of={failure.value} /> : null}
      {both.value ? <Table of={both.value} /> : <p class="soft small">Give two places to see a route without and with the overrides.</p>}
      {both.value?.after.unreachable ? <p class="notice danger">With overrides there is no itinerary: {both.value.after.unreachable.message}</p> : null}
    </section>
  );
}

// The answer as a whole: how the ends were understood, itineraries or why there is none, law and limits.
import type { RouteAnswer, Stop } from "../../api";
import { count, km } from "../../format";
import { parseCsv } from "../../csv";
import { query } from "../../router";
import { Failure } from "../../shell/failure";
import { again, answer, answeredRequest, asking, cancel, cancelled, failure, isCurrent, itinerary, picked } from "./answer";
import { areaProblem, readAreas } from "./areas";
import { nameOf, passageName } from "./names";
import { inFormWords } from "./options";
import { Pareto } from "./pareto";
import { Save } from "./save";
import { senderHadOthers } from "./tables";
import { Timeline } from "./timeline";

function End({ name, of }: { name: string; of: Stop }) {
  const meets = of.snap.map((s) => {
    const what = s.port && s.mode !== "road" ? `port ${s.port}` : s.gauge_mm ? `rail ${s.gauge_mm}` : s.mode;
    return `${what} ${km(s.distance_km)}`;
  });
  return (
    <li>
      {name} <strong>{of.name}{of.country ? `, ${of.country}` : ""}</strong>
      <span class="small soft"> {meets.length > 0 ? `meets ${meets.join(", ")}` : "meets no network within reach"}</span>
    </li>
  );
}

const REASONS: Record<string, string> = {
  no_terminal: "No network within reach", avoided: "All ways are avoided", closed_border: "Closed border", closed_passage: "Closed passage",
  closed_on_the_day: "Closed on the day", mended_off: "Mended links are left out", gauge: "Two gauges without a change", component: "Networks that are not connected", law: "Forbidden by law",
};

function WhyNot({ of }: { of: NonNullable<RouteAnswer["unreachable"]> }) {
  return (
    <section class="notice danger" role="status" aria-label="Why there is no itinerary">
      <h2>No itinerary: {REASONS[of.reason] ?? of.reason}</h2>
      <p>{inFormWords(of.message)}</p>
      {of.remedy.length > 0 ? (
        <>
          <h3>What would help</h3>
          <ul class="small">{of.remedy.map((line, i) => <li key={i}>{inFormWords(line)}</li>)}</ul>
        </>
      ) : null}
    </section>
  );
}

function Lines({ title, of, open }: { title: string; of: readonly string[] | undefined; open?: boolean }) {
  if (!of || of.length === 0) return null;
  return (
    <details open={open}>
      <summary>{title} ({of.length})</summary>
      <ul class="small">{of.map((line, i) => <li key={i}>{inFormWords(line)}</li>)}</ul>
    </details>
  );
}

function Answer({ of }: { of: RouteAnswer }) {
  const chosen = itinerary.value;
  const table = answeredRequest.value?.overrides;
  const overrides = table ? parseCsv(table).length - 1 : 0;
  return (
    <>
      {of.counterfactual_no_law ? <p class="notice danger">Computed as if there were no law: only to compare, not to ship.</p> : null}
      {senderHadOthers.value ? (
        <p class="notice warn">
          Whoever sent this address had overrides of links or policies of their own. It does not carry them, and this answer is
          without them: ask for overrides.csv or policies.csv, and load it.
        </p>
      ) : null}
      {of.cut_short ? <p class="notice warn">The search ended early ({of.stopped ?? "limit"}); itineraries may be missing. Ask for fewer modes or one criterion.</p> : null}
      <ul class="understood">
        <End name="From" of={of.origin} />
        {of.via.map((v, i) => <End key={i} name="Via" of={v} />)}
        <End name="To" of={of.destination} />
      </ul>
      <p class="small soft">
        {of.cargo.replace("_", " ")}, {count(of.tonnes)} t
        {of.avoided.length > 0 ? ` · avoided: ${of.avoided.map(nameOf).join(", ")}` : ""}
        {overrides > 0 ? ` · ${overrides} override${overrides > 1 ? "s" : ""} of links` : ""}
      </p>
      {(of.notes ?? []).map((note, i) => <p key={i} class="notice small">{inFormWords(note.message)}</p>)}
      {of.unreachable ? <WhyNot of={of.unreachable} /> : null}
      {of.itineraries.length > 0 ? <Pareto all={of.itineraries} /> : null}
      {of.itineraries.length > 0 ? <Save answer={of} /> : null}
      {chosen ? <Timeline answer={of} itinerary={chosen} n={picked.value} /> : null}
      <Lines title="Law obeyed, and notices" of={of.law} open={of.law.length <= 3} />
      <Lines title="Closed on the day near the way" of={of.closed_on_the_day} open />
      <Lines title="Passages too small for the ship" of={of.too_small.map((line) => line.replace(/^\S+/, passageName))} />
      <p class="small soft attribution">{of.attribution.join(" ")}</p>
    </>
  );
}

/** What is there instead of an answer. */
function Nothing() {
  const problem = areaProblem(readAreas(query.value.area));
  if (problem) return <p class="notice danger" role="alert">{problem} Correct it under “Avoid or force”.</p>;
  return <p class="soft">Give an origin and a destination, or click on the map.</p>;
}

function Cancelled() {
  return (
    <div class="notice warn no-print" role="status">
      <p>The question was cancelled.{answer.value && !isCurrent.value ? " What is below, on the map and in the files answers the question before it." : ""}</p>
      <button type="button" onClick={again}>Ask again</button>
    </div>
  );
}

export function Result() {
  const of = answer.value;
  const nothing = !of && !asking.value && !failure.value && !cancelled.value;
  return (
    <div class="answer" aria-busy={asking.value}>
      {asking.value ? (
        <p class="progress no-print" role="status">
          <progress aria-label="Computing" /> Computing the route <button type="button" onClick={cancel}>Cancel</button>
        </p>
      ) : null}
      {cancelled.value ? <Cancelled /> : null}
      {failure.value ? <><Failure of={failure.value} words={inFormWords} /><button type="button" onClick={again}>Ask again</button></> : null}
      {of ? <Answer of={of} /> : null}
      {nothing ? <Nothing /> : null}
    </div>
  );
}

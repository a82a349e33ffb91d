import { amount, duration, multiple, percent, rounded, tonnes } from "../../charts/format";
import type { DemandResult, Outcome } from "./outcome";

const WORDS = { holds: "The plan holds", fails: "The plan does not hold", undecided: "Undecided" };

/** The answer in words, then each demand. */
export function Verdict({ of }: { of: Outcome }) {
  const v = of.verdict;
  return (
    <section class="card" aria-labelledby="sim-verdict">
      <h2 id="sim-verdict" class={`answer-${v.answer}`}>{WORDS[v.answer]}</h2>
      {of.counterfactual_no_law && <p class="notice warn">Run as if no law applied. It is no basis for a decision.</p>}
      <p class="verdict">{of.case === "today" ? "At today's capacity" : `At ${multiple(of.multiple)}`}: {v.reason}.</p>
      <p>{tonnes(v.delivered_per_year.mean, v.unit)} arrive of {amount(v.planned_per_year, v.unit)} planned. The plan is reached in {percent(v.probability_reached)} of {of.replications} years.</p>
      {v.replications_to_decide != null && <p>About {v.replications_to_decide} replications would decide.</p>}
      <Growing of={of} />
      {of.derate && <p>The largest share of the plan that holds: {percent(of.derate.share)}{of.derate.share_ci95 ? ` (${percent(of.derate.share_ci95[0])} to ${percent(of.derate.share_ci95[1])})` : ""}.</p>}
      {of.closures.map((c) => (
        <p key={c.name}>{c.name} is closed from day {c.from_day} to {c.to_day}: up to {amount(c.backlog_t)} wait; {c.gone_after_days == null ? "the backlog is not gone by the end of the year" : `the backlog is gone after ${Math.round(c.gone_after_days)} days`}.</p>
      ))}
      {of.stopped && <p class="notice warn">{of.stopped}</p>}
      {!of.warm_up.agrees && of.warm_up.told.map((t) => <p key={t} class="notice warn">{t}</p>)}
      <Demand all={of.demand} />
    </section>
  );
}

function Growing({ of: { verdict: v } }: { of: Outcome }) {
  return (
    <>
      {v.growing.length > 0 && (
        <>
          <h3>What grows</h3>
          <ul>{v.growing.map((g) => <li key={g.name}>{g.name}: {rounded(g.growth_per_year)} {g.unit} more at the end of each year</li>)}</ul>
        </>
      )}
      {v.never.length > 0 && (
        <>
          <h3>What never leaves</h3>
          <ul>{v.never.map((n) => <li key={n}>{n}</li>)}</ul>
        </>
      )}
      {v.circle.length > 0 && <p class="notice danger">These wait for each other and stand still: {v.circle.join(", ")}. Give one of them another unit, or another order of work, in Edit.</p>}
    </>
  );
}

const ANSWER = { holds: "arrives", fails: "does not arrive", undecided: "undecided" };

function Demand({ all }: { all: DemandResult[] }) {
  const late = (d: DemandResult) => d.transit_h.mean - d.planned_h;
  const order = { fails: 0, undecided: 1, holds: 2 };
  const sorted = [...all].sort((a, b) => order[a.answer] - order[b.answer] || late(b) - late(a));
  return (
    <details>
      <summary>Each demand</summary>
      <div class="scroll inside" tabIndex={0} role="region" aria-label="Each demand">
        <table>
          <thead><tr><th scope="col">Demand</th><th scope="col">Answer</th><th scope="col" class="num">Arrives a year</th><th scope="col" class="num">Time, mean</th><th scope="col" class="num">Planned</th></tr></thead>
          <tbody>
            {sorted.map((d) => (
              <tr key={d.demand}><th scope="row">{d.name}</th><td>{ANSWER[d.answer]}</td><td class="num">{amount(d.delivered_per_year.mean, d.unit)}</td><td class="num">{duration(d.transit_h.mean)}</td><td class="num">{duration(d.planned_h)}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

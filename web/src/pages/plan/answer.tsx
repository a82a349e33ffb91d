import { amount, list, money, multiple, percent, tonnes } from "../../charts/format";
import { LadderChart } from "../../charts/ladder_chart";
import type { AtLimit, Plan } from "./outcome";
import { allSteps, asked, chooseFacility, chooseStep, here, name, otherWords, shown, shows, sideBySide, step, stepIndex, there } from "./state";
import { steps, type Step } from "./steps";
import { WhichRun } from "./which_run";
import { openPage } from "../../router";

/** The answer in words, and the slider over the rungs. */
export function Answer() {
  const plan = shown.value!;
  return (
    <section class="card" aria-labelledby="plan-answer">
      <h2 id="plan-answer">{plan.scenario}{shows.value === "there" ? `: ${otherWords.value}` : ""}</h2>
      {sideBySide.value && <WhichRun label="Run shown in figures" />}
      {plan.counterfactual_no_law && <p class="notice warn">Planned as if no law applied. It is no basis for a decision.</p>}
      <p class="verdict">{headline(plan)}</p>
      {plan.not_permitted_t_per_year > 0 && <NotPermitted plan={plan} />}
      {plan.limits_reached.map((limit) => <p key={limit} class="notice warn">{limit}</p>)}
      <Slider />
      {step.value && <AtStep at={step.value} unit={plan.unit} />}
    </section>
  );
}

function headline(plan: Plan): string {
  const { capacity } = plan;
  if (capacity.reason) return `Nothing can be carried: ${capacity.reason}.`;
  const binds = capacity.binding.map((b) => b.name);
  return `Today ${tonnes(capacity.total_t_per_year, plan.unit)} can be carried, ${multiple(capacity.multiple_of_asked)} of the ${amount(capacity.asked_t_per_year, plan.unit)} asked for.${binds.length ? ` What stops more: ${list(binds)}.` : ""}`;
}

function NotPermitted({ plan }: { plan: Plan }) {
  return (
    <details>
      <summary>{tonnes(plan.not_permitted_t_per_year, plan.unit)} are not permitted</summary>
      <ul class="inside">
        {plan.not_permitted.map((n) => (
          <li key={n.demand}>
            {n.name}, {amount(n.t_per_year, plan.unit)}: {list(n.rules.map((r) => r.reference))}
            {n.rules.map((r) => r.procedure && <div key={r.reference} class="soft">Lawful way: {r.procedure}</div>)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Slider() {
  const all = allSteps.value;
  const at = step.value;
  if (!at || all.length < 2) return null;
  const words = `${multiple(at.multiple)}, ${at.reason ? "cannot be reached" : at.rung ? `${money(at.capex ?? 0)}` : "today"}`;
  return (
    <div class="plan-slider">
      <label for="plan-x"><span>Multiple of today's capacity</span></label>
      <input id="plan-x" type="range" min={0} max={all.length - 1} step={1} value={stepIndex.value} aria-valuetext={words}
        onInput={(e) => chooseStep(all[Number(e.currentTarget.value)]!.multiple)} />
      <div class="plan-rungs" aria-hidden="true">
        {all.map((s) => <span key={s.multiple} class={s.reason ? "beyond" : s === at ? "on" : ""}>{multiple(s.multiple)}</span>)}
      </div>
    </div>
  );
}

function AtStep({ at, unit }: { at: Step; unit: string }) {
  if (at.reason)
    return (
      <div aria-live="polite">
        <p class="notice warn">{multiple(at.multiple)}, {tonnes(at.capacity, unit)}: {at.reason}. Add options to the scenario in Edit to go further.</p>
        <Binds of={at.binding} words="What stops it" />
      </div>
    );
  return (
    <div aria-live="polite">
      <p><strong>{multiple(at.multiple)}: {tonnes(at.capacity, unit)}</strong>{at.rung ? ` for ${money(at.capex ?? 0)}` : ", as it stands"}{at.rung?.status === "feasible" ? " (the best found in the time given)" : ""}.{at.range ? ` Eight in ten samples: ${money(at.range.p10)} to ${money(at.range.p90)}.` : ""}</p>
      {at.rung && <Built at={at} />}
      <Binds of={at.binding} words="What binds next" />
      {isPlain() && <button type="button" onClick={() => simulate(at)}>Simulate a year at {multiple(at.multiple)}</button>}
    </div>
  );
}

/** A plan of the scenario as it stands can be run on it; one of another case cannot. */
const isPlain = () => shows.value === "here" && asked.value.policies.length + asked.value.closed.length === 0;

function simulate(at: Step): void {
  openPage("simulate", { scenario: name.peek(), plan: here.job.peek()?.id ?? "", ...(at.multiple === 1 ? {} : { volume: String(at.multiple) }) });
}

function Built({ at }: { at: Step }) {
  const rung = at.rung!;
  const worth = rung.economics;
  return (
    <>
      <h3>Built</h3>
      {rung.investments.length === 0 ? <p>Nothing.</p> : (
        <table>
          <thead><tr><th scope="col">Investment</th><th scope="col" class="num">Cost</th><th scope="col" class="num">Opens</th></tr></thead>
          <tbody>
            {rung.investments.map((i) => (
              <tr key={i.option}><td>{i.name}{i.level > 1 ? `, ${i.level} times` : ""}</td><td class="num">{money(i.capex_usd)}</td><td class="num">{i.opens_in.base ?? "–"}</td></tr>
            ))}
          </tbody>
        </table>
      )}
      {worth && <p class="soft">Net present value {money(worth.npv_usd)}{worth.bcr != null ? `, benefits ${worth.bcr.toFixed(2)} of costs` : ""}{worth.eirr != null ? `, return ${percent(worth.eirr)}` : ""}.</p>}
    </>
  );
}

function Binds({ of, words }: { of: AtLimit[]; words: string }) {
  if (!of.length) return null;
  return (
    <>
      <h3>{words}</h3>
      <ul class="plan-binds">
        {of.map((b) => (
          <li key={b.facility}>
            <button type="button" class="plain" onClick={() => chooseFacility(b.facility)}>{b.name}</button>
            {b.can_grow === false && <span class="soft"> no option extends it further</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

export function Ladder() {
  const runs = [{ name: "First run", plan: here.result.value }, { name: otherWords.value, plan: there.result.value }];
  const ladders = runs.flatMap(({ name, plan }) => {
    if (!plan) return [];
    const rungs = steps(plan).map((s) => ({ multiple: s.multiple, usd: s.reason ? null : s.capex, low: s.range?.p10, high: s.range?.p90 }));
    return [{ name, rungs, ceiling: plan.ceiling.multiple }];
  });
  return (
    <section class="card" aria-labelledby="plan-ladder">
      <h2 id="plan-ladder">The ladder</h2>
      <LadderChart ladders={ladders} chosen={step.value?.multiple ?? 1} onChoose={chooseStep} />
      {!shown.value?.uncertainty && <p class="soft small">For intervals, choose samples under “What applies” and run again.</p>}
    </section>
  );
}

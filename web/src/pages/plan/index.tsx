import { useEffect } from "preact/hooks";
import { JobProgress } from "../../jobs/progress";
import { query, setQuery } from "../../router";
import { EditLink } from "../../scenarios/edit_link";
import { ScenarioPicker } from "../../scenarios/picker";
import { Failure } from "../../shell/failure";
import { Ask } from "./ask";
import { Comparison } from "./comparison";
import { Facilities, FacilityPanel } from "./facility";
import { PlanMap } from "./map";
import { here, loaded, name, shown, there } from "./state";
import { Answer, Ladder } from "./answer";
import "./plan.css";

export default function PlanPage() {
  const { run, other } = query.value;
  useEffect(() => {
    if (run) void here.follow(run);
    else if (!here.busy.peek()) here.clear();
  }, [run]);
  useEffect(() => {
    if (other) void there.follow(other);
    else if (!there.busy.peek()) there.clear();
  }, [other]);
  return (
    <div class="split">
      <div class="side">
        <ScenarioPicker chosen={name.value} onChoose={choose} />
        <Chosen />
      </div>
      <PlanMap />
    </div>
  );
}

const choose = (scenario: string) => {
  here.clear();
  there.clear();
  setQuery({ scenario, run: undefined, other: undefined, case: undefined, x: undefined, facility: undefined, policies: undefined, closed: undefined, law: undefined }, { push: true });
};

function Chosen() {
  const now = loaded.value;
  if (!now) return <p class="empty">Choose a scenario to see what its corridor can carry, what stops it, and what more would cost. To make one of your own, open Edit.</p>;
  if (now.failure) return <Failure of={now.failure} />;
  if (!now.scenario) return <p class="loading" role="status">Reading the scenario…</p>;
  return (
    <>
      {now.scenario.problems.length > 0 && (
        <p class="notice warn">
          The scenario has {now.scenario.problems.length === 1 ? "a problem" : `${now.scenario.problems.length} problems`} and cannot be planned.{" "}
          <EditLink scenario={now.scenario.name}>Correct it in Edit</EditLink>.
        </p>
      )}
      <Ask />
      <JobProgress run={here} what="The plan" />
      {shown.value ? (
        <>
          <Answer />
          <FacilityPanel />
          <Ladder />
          <Comparison />
          <Facilities />
        </>
      ) : (
        !here.busy.value && !here.failure.value && <p class="empty">Run the plan to see flows, bottlenecks and the cheapest way to carry more.</p>
      )}
    </>
  );
}

import { useEffect } from "preact/hooks";
import { JobProgress } from "../../jobs/progress";
import { Beside } from "../../player/beside";
import { query, setQuery } from "../../router";
import { EditLink } from "../../scenarios/edit_link";
import { ScenarioPicker } from "../../scenarios/picker";
import { Failure } from "../../shell/failure";
import { Ask } from "./ask";
import { PlaybackMap } from "./playback";
import { loaded, name, playback, run, traceFailure } from "./state";
import { Verdict } from "./verdict";
import "../plan/plan.css";
import "../../player/player.css";
import "./simulate.css";

export default function SimulatePage() {
  const id = query.value.run;
  useEffect(() => {
    if (id) void run.follow(id);
    else if (!run.busy.peek()) run.clear();
  }, [id]);
  useEffect(() => () => playback.peek()?.clock.pause(), []);
  return (
    <div class="split">
      <div class="side">
        <ScenarioPicker chosen={name.value} onChoose={choose} />
        <Chosen />
      </div>
      <PlaybackMap />
    </div>
  );
}

const choose = (scenario: string) => {
  run.clear();
  setQuery({ scenario, run: undefined, plan: undefined, t: undefined, place: undefined, volume: undefined }, { push: true });
};

function Chosen() {
  const now = loaded.value;
  if (!now) return <p class="empty">Choose a scenario to run its year train by train, ship by ship and truck by truck, and to see whether its plan holds.</p>;
  if (now.failure) return <Failure of={now.failure} />;
  if (!now.scenario) return <p class="loading" role="status">Reading the scenario…</p>;
  const result = run.result.value;
  return (
    <>
      {now.scenario.problems.length > 0 && (
        <p class="notice warn">The scenario has problems and cannot be run. <EditLink scenario={now.scenario.name}>Correct it in Edit</EditLink>.</p>
      )}
      <Ask />
      <JobProgress run={run} what="The simulation" />
      {result && <Verdict of={result} />}
      {traceFailure.value ? <Failure of={traceFailure.value} /> : null}
      {playback.value ? <Beside playback={playback.value} /> : result && !traceFailure.value && <p role="status" class="loading">Reading the trace…</p>}
      {!result && !run.busy.value && !run.failure.value && <p class="empty">Run the year to watch it on the map.</p>}
    </>
  );
}

import { useEffect } from "preact/hooks";
import { Failure } from "../shell/failure";
import type { Listed } from "./scenario";
import { loadScenarios, retry, scenarios, scenariosFailure } from "./store";

/** Copies often keep the title of what they were made from: their name tells them apart. */
const words = ({ title, name, bundled }: Listed) => (bundled || title === name ? title || name : `${title} (${name})`);

interface Props {
  chosen: string;
  onChoose: (name: string) => void;
}

/** Bundled scenarios and those of the scenario folder. */
export function ScenarioPicker({ chosen, onChoose }: Props) {
  useEffect(() => void (scenarios.peek() ?? loadScenarios()), []);
  const all = scenarios.value;
  if (scenariosFailure.value) return <Failure of={scenariosFailure.value} />;
  const group = (label: string, bundled: boolean) => {
    const some = all?.filter((s) => s.bundled === bundled) ?? [];
    return some.length ? <optgroup label={label}>{some.map((s) => <option key={s.name} value={s.name}>{words(s)}</option>)}</optgroup> : null;
  };
  return (
    <label>
      <span>Scenario</span>
      <select value={all ? chosen : ""} disabled={!all} onChange={(e) => (retry(e.currentTarget.value), onChoose(e.currentTarget.value))}>
        <option value="">{all ? "Choose a scenario" : "Loading…"}</option>
        {group("Yours", false)}
        {group("Bundled", true)}
      </select>
    </label>
  );
}

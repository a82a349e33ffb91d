// Which parts of the network are drawn, with their legend.
import { MODES } from "../../api";
import { ModeSign } from "../../map/mode_sign";
import { MODE_NAMES } from "../../map/modes";
import { modes, SHOW, type Show, setModes, setShow, shows } from "./state";

const NAMES: Record<Show, string> = {
  gauge: "Rail by gauge", electrification: "Rail by electrification", terminals: "Ports and terminals (nearer)", borders: "Border crossings (nearer)", mended: "Mended or closed links",
};

const GAUGES = [["1435", "1435 mm"], ["1520", "1520 mm"], ["1000", "1000 mm"], ["1067", "1067 mm"], ["1676", "1600–1676 mm"], ["other", "other"]] as const;

function Gauges() {
  return (
    <ul class="gauges small" aria-label="Colours of gauges">
      {GAUGES.map(([key, name]) => (
        <li key={key}>
          <svg width="22" height="10" class={`gauge-${key}`} aria-hidden="true"><line x1="0" y1="5" x2="22" y2="5" stroke-width="4" /></svg> {name}
        </li>
      ))}
    </ul>
  );
}

const WIRES = [["wired", "electrified", undefined], ["unwired", "not electrified", "9 4"], ["wire-unknown", "not known", "2 4"]] as const;

function Wires() {
  return (
    <ul class="gauges small" aria-label="Colours of electrification">
      {WIRES.map(([key, name, dash]) => (
        <li key={key}>
          <svg width="26" height="10" class={key} aria-hidden="true"><line x1="0" y1="5" x2="26" y2="5" stroke-width="4" stroke-dasharray={dash} /></svg> {name}
        </li>
      ))}
    </ul>
  );
}

export function Layers() {
  return (
    <form aria-label="What is shown" onSubmit={(e) => e.preventDefault()}>
      <fieldset>
        <legend>Modes</legend>
        {MODES.map((mode) => (
          <label class="tick" key={mode}>
            <input type="checkbox" checked={modes.value.includes(mode)}
              onChange={(e) => setModes(MODES.filter((m) => (m === mode ? e.currentTarget.checked : modes.value.includes(m))))} />
            <ModeSign mode={mode} /> {MODE_NAMES[mode]}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>Show</legend>
        {SHOW.map((what) => (
          <label class="tick" key={what}>
            <input type="checkbox" checked={shows(what)} onChange={(e) => setShow(what, e.currentTarget.checked)} /> {NAMES[what]}
          </label>
        ))}
      </fieldset>
      {shows("gauge") ? <Gauges /> : null}
      {shows("electrification") ? <Wires /> : null}
    </form>
  );
}

// A link or a point: what it is, its id, its source, whether it was mended; and how to close or change it.
import { signal, useSignal } from "@preact/signals";
import type { LinkDetail } from "../../api";
import { country, km } from "../../format";
import { MODE_NAMES } from "../../map/modes";
import { ModeSign } from "../../map/mode_sign";
import type { Things } from "../../map/things";
import { type Action, addOverride } from "../../overrides";
import { border, passageName } from "../route/names";
import { openPage, setQuery } from "../../router";
import { electrification } from "./electrification";

/** The point that was clicked, where it is no link. */
export const point = signal<Things | null>(null);

const AUTHOR = "trimodal.author";

function Facts({ of }: { of: [string, string | undefined][] }) {
  return (
    <dl class="facts">
      {of.filter(([, value]) => value).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function position([lon, lat]: readonly number[]): string {
  return `${lat?.toFixed(3)}, ${lon?.toFixed(3)}`;
}

/** Of the attribution, what links derive from. */
function source(l: LinkDetail): string | undefined {
  return l.attribution?.find((line) => line.startsWith("Network:"))?.replace("Network: ", "");
}

function facts(l: LinkDetail): [string, string | undefined][] {
  return [
    ["Id", l.id],
    ["Length", km(l.km)],
    ["Gauge", l.gauge_mm ? `${l.gauge_mm} mm` : undefined],
    ["Electrification", electrification(l.electrification)],
    ["Country", l.countries.map(country).join(", ")],
    ["From", position(l.line[0] ?? [])],
    ["To", position(l.line.at(-1) ?? [])],
    ["Border", l.border ? border(l.border) : undefined],
    ["Passage", l.passage ? passageName(l.passage) : undefined],
    ["Mended", l.mended ? "yes: joined where the source is cut" : "no"],
    ["Ferry", l.ferry ? "yes: vehicles are carried on a ship" : undefined],
    ["Use", l.access ? "only joins a terminal to the network" : undefined],
    ["Source", source(l)],
  ];
}

const VALUES: Record<Action, string> = { close: "", speed: "Speed, km/h", cost: "Cost, times" };

function Change({ link }: { link: string }) {
  const action = useSignal<Action>("close");
  const value = useSignal("");
  const author = useSignal(localStorage.getItem(AUTHOR) ?? "");
  const reason = useSignal("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    localStorage.setItem(AUTHOR, author.value);
    addOverride({ link, action: action.value, value: action.value === "close" ? "" : value.value, author: author.value.trim(), reason: reason.value.trim() });
    reason.value = "";
  };
  return (
    <form onSubmit={submit} aria-label="Close or change this link">
      <div class="row">
        <label class="grow"><span>Change</span>
          <select value={action.value} onChange={(e) => (action.value = e.currentTarget.value as Action)}>
            <option value="close">Close it</option>
            <option value="speed">Set its speed</option>
            <option value="cost">Multiply its cost</option>
          </select>
        </label>
        {action.value !== "close" ? (
          <label class="grow"><span>{VALUES[action.value]}</span>
            <input type="number" min="0.001" max="1000" step="any" required value={value.value} onInput={(e) => (value.value = e.currentTarget.value)} />
          </label>
        ) : null}
      </div>
      <div class="row">
        <label class="grow"><span>Author</span><input type="text" required value={author.value} onInput={(e) => (author.value = e.currentTarget.value)} /></label>
        <label class="grow"><span>Reason</span><input type="text" required value={reason.value} onInput={(e) => (reason.value = e.currentTarget.value)} /></label>
      </div>
      <button type="submit" class="main">Add override</button>
    </form>
  );
}

export function LinkCard({ of }: { of: LinkDetail }) {
  return (
    <section class="card" aria-label="The link that was chosen">
      <div class="card-head">
        <h2><ModeSign mode={of.mode} /> {MODE_NAMES[of.mode]}{of.gauge_mm ? ` ${of.gauge_mm} mm` : ""}</h2>
        <button type="button" class="plain" aria-label="Close the link" onClick={() => setQuery({ link: undefined })}>×</button>
      </div>
      <Facts of={facts(of)} />
      <Change link={of.id} />
    </section>
  );
}

export function PointCard({ of }: { of: Things }) {
  const { terminal } = of;
  const id = terminal?.id ?? of.border ?? "";
  const element = terminal ? `${terminal.isPort ? "port" : "terminal"}:${id}` : `border:${id}`;
  return (
    <section class="card" aria-label="The point that was chosen">
      <div class="card-head">
        <h2>{terminal?.name ?? border(id)}</h2>
        <button type="button" class="plain" aria-label="Close the point" onClick={() => (point.value = null)}>×</button>
      </div>
      <Facts of={[["Kind", terminal?.kind ?? "border crossing"], ["Id", id], ["Written", element], ["Country", of.country?.name]]} />
      <button type="button" onClick={() => openPage("route", { avoid: element })}>Route without it</button>
    </section>
  );
}

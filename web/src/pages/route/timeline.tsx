// The legs and transfers of an itinerary in order, with what their figures rest on.
import type { Itinerary, Leg, RouteAnswer, Transfer } from "../../api";
import { count, duration, kg, km } from "../../format";
import { ModeSign } from "../../map/mode_sign";
import { MODE_NAMES } from "../../map/modes";
import { border, passageName } from "./names";
import { inFormWords } from "./options";
import { sourcesOf, sourcesOfStop } from "./sources";

export type Step = { leg: Leg } | { transfer: Transfer };

const KINDS: Record<string, string> = {
  load: "Load", unload: "Unload", port: "Port", rail_road: "Rail and road", gauge_change: "Change of gauge", border: "Border", passage: "Passage", ferry: "Ferry", wait: "Wait",
};

/** Transfers come before the leg with their number. */
export function steps(of: Itinerary): Step[] {
  const all: Step[] = [];
  for (let n = 0; n <= of.legs.length; n++) {
    for (const transfer of of.transfers) if (transfer.after_leg === n) all.push({ transfer });
    const leg = of.legs[n];
    if (leg) all.push({ leg });
  }
  return all;
}

export function legTitle(leg: Leg): string {
  if (leg.access) return "Truck (access)";
  return leg.gauge_mm ? `${MODE_NAMES[leg.mode]} ${leg.gauge_mm}` : MODE_NAMES[leg.mode];
}

export function transferTitle(t: Transfer): string {
  return KINDS[t.kind] ?? t.kind;
}

/** Where the hours go: a bar with a part for each step. */
function Bar({ of }: { of: Itinerary }) {
  const total = steps(of).reduce((sum, s) => sum + ("leg" in s ? s.leg.time_h : s.transfer.time_h), 0) || 1;
  let x = 0;
  return (
    <svg class="hours" viewBox="0 0 400 16" preserveAspectRatio="none" role="img" aria-label="Share of each step in the time; the list below has the figures">
      {steps(of).map((s, i) => {
        const width = (("leg" in s ? s.leg.time_h : s.transfer.time_h) / total) * 400;
        const at = x;
        x += width;
        return <rect key={i} x={at} y="0" width={Math.max(width - 0.6, 0.2)} height="16" class={"leg" in s ? `fill-${s.leg.mode}` : `stop stop-${s.transfer.kind}`} />;
      })}
    </svg>
  );
}

function Figures({ time, cost, co2e, p90 }: { time: number; cost: number; co2e: number; p90?: number }) {
  return (
    <span class="figures small">
      {time > 0 ? <span>{duration(time)}{p90 && p90 > time * 1.2 ? ` (p90 ${duration(p90)})` : ""}</span> : null}
      {cost > 0 ? <span>{count(cost)} USD</span> : null}
      {co2e > 0 ? <span>{kg(co2e)} CO2e</span> : null}
    </span>
  );
}

function LegItem({ leg, answer }: { leg: Leg; answer: RouteAnswer }) {
  const sources = sourcesOf(leg, answer);
  return (
    <li class={`leg mode-${leg.mode}`}>
      <div class="what"><ModeSign mode={leg.mode} /> <strong>{legTitle(leg)}</strong> {leg.from} – {leg.to}</div>
      <div class="small">
        {km(leg.distance_km)} · <Figures time={leg.time_h} cost={leg.cost_usd} co2e={leg.co2e_kg} />
      </div>
      {leg.ferry ? <div class="small">Ferry: {leg.ferry}</div> : null}
      {leg.waterways?.length ? <div class="small">Waterways: {leg.waterways.join(", ")}</div> : null}
      {leg.mended_km > 0 ? <div class="small">{km(leg.mended_km)} on links that were joined where the source is cut</div> : null}
      <Sources lines={sources} />
    </li>
  );
}

function Sources({ lines }: { lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <details class="small">
      <summary>What the figures rest on</summary>
      <ul>{lines.map((line, i) => <li key={i}>{line}</li>)}</ul>
    </details>
  );
}

function TransferItem({ of, answer, itinerary }: { of: Transfer; answer: RouteAnswer; itinerary: Itinerary }) {
  return (
    <li class={`transfer stop-${of.kind}`}>
      <div class="what"><strong>{transferTitle(of)}</strong> {of.place}{of.note ? ` (${of.note})` : ""}</div>
      <Figures time={of.time_h} cost={of.cost_usd} co2e={of.co2e_kg} p90={of.time_p90_h} />
      <Sources lines={sourcesOfStop(of, answer, itinerary)} />
    </li>
  );
}

function Facts({ of }: { of: Itinerary }) {
  const facts: [string, string][] = [
    ["Countries", of.countries.join(" · ")],
    ["Passages", of.passages.map(passageName).join(" · ")],
    ["Borders", of.borders.map(border).join(" · ")],
    ["Changes of gauge", of.gauge_changes.join(" · ")],
    ["Mended", of.mended_km > 0 ? km(of.mended_km) : ""],
    ["CO2e", `${count(of.co2e_ttw_kg)} kg in use, ${count(of.co2e_wtt_kg)} kg in making the energy`],
  ];
  return (
    <dl class="facts small">
      {facts.filter(([, value]) => value).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}

export function Timeline({ answer, itinerary, n }: { answer: RouteAnswer; itinerary: Itinerary; n: number }) {
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">{n + 1}. {itinerary.chain}, {duration(itinerary.time_h)}</h2>
      {(itinerary.warnings ?? []).map((w, i) => <p key={i} class="notice warn small">{inFormWords(w)}</p>)}
      <Bar of={itinerary} />
      <ol class="steps">
        {steps(itinerary).map((s, i) =>
          "leg" in s ? <LegItem key={i} leg={s.leg} answer={answer} /> : <TransferItem key={i} of={s.transfer} answer={answer} itinerary={itinerary} />,
        )}
      </ol>
      <Facts of={itinerary} />
    </section>
  );
}

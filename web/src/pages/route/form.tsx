// The question: from where to where, what, how, and under which rules.
import type { ComponentChildren } from "preact";
import { worldInfo } from "../../api";
import { MODES } from "../../api/types";
import { country } from "../../format";
import { MODE_NAMES } from "../../map/modes";
import { ModeSign } from "../../map/mode_sign";
import { query, setQuery } from "../../router";
import { PlaceBox } from "../../shell/place_box";
import { list, toggle } from "./ask";
import { Limits } from "./limits";
import { policyFile } from "./policies";
import { PolicyField } from "./policy_field";

const CARGOES: Record<string, string> = {
  containers: "Containers", reefer: "Refrigerated containers", dry_bulk: "Dry bulk", liquid_bulk: "Liquid bulk", general: "General cargo",
};

/** Sets a field of the question; what was picked in the answer no longer holds. */
function put(field: string, value: string): void {
  setQuery({ [field]: value, pick: undefined }, { push: true });
}

function Field({ label, children }: { label: string; children: ComponentChildren }) {
  return <label class="grow"><span>{label}</span>{children}</label>;
}

function Text({ label, field, hint = "" }: { label: string; field: string; hint?: string }) {
  return (
    <Field label={label}>
      <input type="text" value={query.value[field] ?? ""} placeholder={hint} onChange={(e) => put(field, e.currentTarget.value.trim())} />
    </Field>
  );
}

function Ends() {
  const { from = "", to = "" } = query.value;
  const swap = () => setQuery({ from: to, to: from, pick: undefined }, { push: true });
  return (
    <div class="ends">
      <PlaceBox label="From" value={from} placeholder="Town, port, UN/LOCODE or lat,lon" onChange={(text) => put("from", text)} />
      <button type="button" class="plain" onClick={swap} aria-label="Swap origin and destination" title="Swap">⇅</button>
      <PlaceBox label="To" value={to} placeholder="Or click on the map" onChange={(text) => put("to", text)} />
    </div>
  );
}

type Unit = "tonnes" | "teu";
/** What is asked where the amount is blank. */
const USUAL: Record<Unit, string> = { tonnes: "10", teu: "1" };

function Quantity() {
  const q = query.value;
  const unit: Unit = q.teu ? "teu" : "tonnes";
  const now = q.teu ?? q.tonnes ?? USUAL[unit];
  const set = (u: Unit, text: string) => setQuery({ tonnes: undefined, teu: undefined, [u]: text, pick: undefined }, { push: true });
  // A blank amount is the usual one, and says so. What is no amount is sent as it is, and refused.
  const change = (field: HTMLInputElement) => set(unit, (field.value = field.value.trim() || USUAL[unit]));
  return (
    <div class="row">
      <Field label="Cargo">
        <select value={q.cargo ?? "containers"} onChange={(e) => put("cargo", e.currentTarget.value === "containers" ? "" : e.currentTarget.value)}>
          {(worldInfo.value?.cargoes ?? Object.keys(CARGOES)).map((c) => <option key={c} value={c}>{CARGOES[c] ?? c}</option>)}
        </select>
      </Field>
      <label class="narrow"><span>Amount</span>
        <input type="text" inputMode="decimal" value={now} aria-invalid={!(Number(now) > 0)} onChange={(e) => change(e.currentTarget)} />
      </label>
      <label class="narrow"><span>Unit</span>
        <select value={unit} onChange={(e) => set(e.currentTarget.value as Unit, q.teu ?? q.tonnes ?? USUAL[e.currentTarget.value as Unit])}>
          <option value="tonnes">tonnes</option>
          <option value="teu">TEU</option>
        </select>
      </label>
    </div>
  );
}

function Modes() {
  const chosen = query.value.modes ? list(query.value.modes) : [...MODES];
  const change = (mode: string, on: boolean) => {
    const next = MODES.filter((m) => (m === mode ? on : chosen.includes(m)));
    if (next.length > 0) put("modes", next.length === MODES.length ? "" : next.join(","));
  };
  return (
    <fieldset>
      <legend>Modes</legend>
      {MODES.map((mode) => (
        <label class="tick" key={mode}>
          <input type="checkbox" checked={chosen.includes(mode)} disabled={chosen.length === 1 && chosen[0] === mode}
            onChange={(e) => change(mode, e.currentTarget.checked)} />
          <ModeSign mode={mode} /> {MODE_NAMES[mode]}
        </label>
      ))}
    </fieldset>
  );
}

function Ticks({ legend, field, of }: { legend: string; field: string; of: readonly string[] }) {
  const chosen = list(query.value[field]);
  return (
    <fieldset>
      <legend>{legend}</legend>
      {of.map((one) => (
        <label class="tick" key={one}>
          <input type="checkbox" checked={chosen.includes(one)} onChange={(e) => toggle(query.value, field, one, e.currentTarget.checked)} /> {one}
        </label>
      ))}
    </fieldset>
  );
}

function Flag({ field, children }: { field: string; children: ComponentChildren }) {
  return (
    <label class="tick">
      <input type="checkbox" checked={query.value[field] === "1"} onChange={(e) => put(field, e.currentTarget.checked ? "1" : "")} /> {children}
    </label>
  );
}

const LAW_FIELDS = ["date", "law", "policies", "hs", "goods", "nolaw"];
const MORE_FIELDS = ["via", "by", "alternatives", "ship", "nomended"];

/** How many fields of a folded part are set, so that nothing works unseen. */
function set(fields: readonly string[], more = 0): string {
  const n = fields.filter((f) => query.value[f]).length + more;
  return n > 0 ? ` (${n} set)` : "";
}

function Law() {
  const codes = worldInfo.value?.countries ?? [];
  return (
    <details>
      <summary>Date and law{set(LAW_FIELDS, policyFile.value ? 1 : 0)}</summary>
      <div class="inside">
        <div class="row">
          <Field label="Date (law, closures, ice)">
            <input type="date" value={query.value.date ?? ""} onChange={(e) => put("date", e.currentTarget.value)} />
          </Field>
          <Text label="HS codes of the goods" field="hs" hint="not declared" />
        </div>
        <Ticks legend="Whose measures apply besides UN, KR and JP" field="law" of={worldInfo.value?.jurisdictions ?? ["EU", "US", "UK", "CH"]} />
        <div class="row">
          <Field label="Origin of the goods">
            <select value={query.value.goods ?? ""} onChange={(e) => put("goods", e.currentTarget.value)}>
              <option value="">country of the start</option>
              {codes.map((code) => <option key={code} value={code}>{country(code)}</option>)}
            </select>
          </Field>
        </div>
        <PolicyField />
        <Flag field="nolaw">Compute as if there were no law, only to compare</Flag>
      </div>
    </details>
  );
}

function More() {
  return (
    <details>
      <summary>More{set(MORE_FIELDS)}</summary>
      <div class="inside">
        <div class="row">
          <Field label="Best by">
            <select value={query.value.by ?? "pareto"} onChange={(e) => put("by", e.currentTarget.value === "pareto" ? "" : e.currentTarget.value)}>
              <option value="pareto">time, cost and CO2e (Pareto set)</option>
              <option value="time">time</option>
              <option value="cost">cost</option>
              <option value="co2e">CO2e</option>
              <option value="distance">distance</option>
            </select>
          </Field>
          <Text label="Alternatives" field="alternatives" hint="0" />
        </div>
        <div class="row">
          <Text label="By way of (divide by ;)" field="via" hint="none" />
          <Field label="Ship">
            <select value={query.value.ship ?? ""} onChange={(e) => put("ship", e.currentTarget.value)}>
              <option value="">by the cargo</option>
              {(worldInfo.value?.ships ?? []).map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}
            </select>
          </Field>
        </div>
        <Flag field="nomended">Leave out links that were mended</Flag>
      </div>
    </details>
  );
}

export function Form() {
  return (
    <form class="ask no-print" aria-label="Question" onSubmit={(e) => e.preventDefault()}>
      <Ends />
      <Quantity />
      <Modes />
      <Limits />
      <Law />
      <More />
    </form>
  );
}

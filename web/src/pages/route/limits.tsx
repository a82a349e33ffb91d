// What to avoid and what to force: passages, countries, borders, ports, links, areas. Each can also be set by
// clicking on the map.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { worldInfo } from "../../api";
import { country } from "../../format";
import { query, setQuery } from "../../router";
import { areaProblem, joined, readAreas } from "./areas";
import { list, toggle } from "./ask";
import { drawing, startDrawing, stopDrawing } from "./drawing";
import { nameOf } from "./names";

function Chips({ field, label, danger }: { field: "avoid" | "force"; label: string; danger?: boolean }) {
  const elements = list(query.value[field]);
  if (elements.length === 0) return null;
  return (
    <ul class="chips" aria-label={label}>
      {elements.map((element) => (
        <li key={element} class={danger ? "chip danger" : "chip"}>
          {danger ? "not " : "only "}{nameOf(element)}
          <button type="button" aria-label={`Remove ${nameOf(element)}`} onClick={() => toggle(query.value, field, element, false)}>×</button>
        </li>
      ))}
    </ul>
  );
}

function AreaChips() {
  const areas = readAreas(query.value.area);
  const drop = (i: number) => setAreas(joined(areas.filter((_, j) => j !== i).map((a) => a.text)));
  if (areas.length === 0) return null;
  return (
    <ul class="chips" aria-label="Areas to avoid">
      {areas.map(({ ring }, i) => (
        <li key={i} class="chip danger">
          {ring ? `not area ${i + 1} (${ring.length} corners)` : `area ${i + 1} cannot be read`}
          <button type="button" aria-label={`Remove area ${i + 1}`} onClick={() => drop(i)}>×</button>
        </li>
      ))}
    </ul>
  );
}

function setAreas(area: string): void {
  setQuery({ area, pick: undefined }, { push: true });
}

function Areas() {
  const id = useId();
  const problem = areaProblem(readAreas(query.value.area));
  return (
    <>
      <div class="row"><button type="button" onClick={startDrawing} disabled={drawing.value !== null}>Draw an area to avoid</button></div>
      <label>
        <span>Areas to avoid as text (lon,lat;lon,lat;… and | between areas)</span>
        <input type="text" value={query.value.area ?? ""} aria-invalid={problem !== ""} aria-describedby={problem ? id : undefined} onChange={(e) => setAreas(e.currentTarget.value.trim())} />
      </label>
      {problem ? <p id={id} class="wrong small">{problem}</p> : null}
    </>
  );
}

/** Over the map while an area is drawn. */
export function DrawingBar() {
  const corners = drawing.value;
  if (!corners) return null;
  return (
    <div class="drawing card">
      <span class="small" role="status">{corners.length} corners. Click on the map; end with a double click or Enter.</span>
      <button type="button" class="main" onClick={() => stopDrawing(true)} disabled={corners.length < 3}>Finish</button>
      <button type="button" onClick={() => stopDrawing(false)}>Cancel</button>
    </div>
  );
}

function Choose() {
  const element = useSignal("");
  const info = worldInfo.value;
  const codes = info?.countries ?? [];
  const add = (field: "avoid" | "force") => {
    if (element.value.trim()) toggle(query.value, field, element.value.trim(), true);
    element.value = "";
  };
  return (
    <div class="row">
      <label class="grow">
        <span>Passage, country, border:, port:, terminal: or link:</span>
        <input type="text" list="elements" value={element.value} placeholder="suez, RU, border:BY-PL"
          onInput={(e) => (element.value = e.currentTarget.value)}
          onKeyDown={(e) => e.key === "Enter" && (add("avoid"), e.preventDefault())} />
        <datalist id="elements">
          {(info?.passages ?? []).map((p) => <option key={p.id} value={p.id}>{p.name}</option>)}
          {codes.map((code) => <option key={code} value={code}>{country(code)}</option>)}
        </datalist>
      </label>
      <button type="button" onClick={() => add("avoid")} disabled={!element.value.trim()}>Avoid</button>
      <button type="button" onClick={() => add("force")} disabled={!element.value.trim()}>Only this</button>
    </div>
  );
}

export function Limits() {
  const q = query.value;
  const n = list(q.avoid).length + list(q.force).length + readAreas(q.area).length;
  return (
    <>
      <details>
        <summary>Avoid or force{n > 0 ? ` (${n} set)` : ""}</summary>
        <div class="inside">
          <p class="small soft">Or click a country, border or port on the map. “Only this” closes others of its kind.</p>
          <Choose />
          <Areas />
        </div>
      </details>
      <Chips field="avoid" label="Avoided" danger />
      <Chips field="force" label="Forced" />
      <AreaChips />
    </>
  );
}

import { useEffect } from "preact/hooks";
import { query, setQuery } from "../../router";
import { ScenarioPicker } from "../../scenarios/picker";
import { Failure } from "../../shell/failure";
import { making } from "./corridor";
import { CorridorPanel } from "./corridor_panel";
import { Editor, Steps } from "./editor";
import { Findings } from "./findings";
import { EditMap } from "./map";
import { OfferNew } from "./offer";
import { Run } from "./run";
import { Save } from "./save";
import { draft, failure, isWorkbook, open, saved, unsaved } from "./state";
import "../plan/plan.css";
import "./edit.css";

export default function EditPage() {
  const name = query.value.scenario ?? "";
  useEffect(() => {
    if (name) void open(name);
  }, [name]);
  const ready = draft.value && saved.value && (saved.value.name === name || (!name && saved.value.name === ""));
  const tables = ready && !isWorkbook.value;
  return (
    <div class="edit">
      <div class="edit-head">
        <div class="edit-picker"><ScenarioPicker chosen={name} onChoose={choose} /></div>
        <button type="button" aria-pressed={making.value} onClick={() => setQuery({ new: making.value ? undefined : "box" })}>New corridor</button>
        {tables && <Steps />}
        {tables && <Save />}
      </div>
      <div class="edit-main">
        {failure.value ? <Failure of={failure.value} /> : tables ? <Editor /> : ready ? <Workbook /> : name ? <p role="status" class="loading">Reading the scenario…</p> : <Empty />}
      </div>
      <div class="edit-side">
        <div class="edit-map"><EditMap /></div>
        {making.value && <CorridorPanel />}
        {ready && !making.value && (
          <>
            <Findings />
            {tables && <Run />}
          </>
        )}
      </div>
    </div>
  );
}

function choose(scenario: string): void {
  if (unsaved.peek() && !confirm("Changes are not saved. Leave them?")) return;
  setQuery({ scenario, new: undefined, table: undefined }, { push: true });
}

function Workbook() {
  return (
    <div class="empty edit-empty">
      <h2>This workbook cannot be read</h2>
      <p>Change <code>scenario.xlsx</code> in a spreadsheet program, then reload this page to check it.</p>
      <p>The problems are listed beside. Once it can be read, its sheets are edited here as tables and saved under a new name.</p>
    </div>
  );
}

function Empty() {
  return (
    <div class="empty edit-empty">
      <OfferNew />
      <h2>Edit a scenario</h2>
      <p>Choose a scenario to change its tables: a bundled one is saved under a new name. Or choose “New corridor” to begin with the lines and terminals of a part of the world.</p>
    </div>
  );
}

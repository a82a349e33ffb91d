import { useState } from "preact/hooks";
import { JobProgress } from "../../jobs/progress";
import { setQuery } from "../../router";
import { PlaceBox } from "../../shell/place_box";
import { box, boxProblem, choosePlaces, chosen, corner, crosses, drawing, extract, make, setBox, type Box } from "./corridor";

const SIDES = ["West", "South", "East", "North"] as const;

/** Draw a box, or pick places; what is in it fills the editor. */
export function CorridorPanel() {
  const [terminals, setTerminals] = useState(30);
  const now = box.value;
  const problem = now && boxProblem(now);
  const draw = () => {
    drawing.value = !drawing.value;
    corner.value = null;
  };
  return (
    <form class="card edit-corridor" aria-labelledby="edit-new" onSubmit={(e) => (e.preventDefault(), void make(terminals))}>
      <h2 id="edit-new">New corridor</h2>
      <p>Draw a box on the map, pick places, or type the sides. The lines and terminals in it become a scenario.</p>
      <div class="row">
        <button type="button" aria-pressed={drawing.value} onClick={draw}>{drawing.value ? "Stop drawing" : "Draw a box"}</button>
        {drawing.value && <span role="status">{corner.value ? "Click the opposite corner." : "Click a corner on the map."}</span>}
      </div>
      <Places />
      <fieldset class="edit-sides">
        <legend>Sides, degrees</legend>
        {SIDES.map((side, i) => <Side key={side} name={side} value={now?.[i]} onChange={(x) => setSide(i, x)} />)}
      </fieldset>
      {now && !problem && crosses(now) && <p class="soft" role="status">West is greater than east: the box crosses 180 degrees.</p>}
      <label>
        <span>Terminals at most</span>
        <input type="number" min={2} max={1000} value={terminals} onChange={(e) => setTerminals(e.currentTarget.valueAsNumber || 30)} />
      </label>
      {problem && <p class="notice warn" role="alert">{problem}</p>}
      <div class="row">
        <button type="submit" class="main" disabled={!now || problem !== null || extract.busy.value}>Make the scenario</button>
        <button type="button" onClick={() => setQuery({ new: undefined, box: undefined })}>Cancel</button>
      </div>
      <JobProgress run={extract} what="The extract" />
    </form>
  );
}

/** What is being typed stays while the map moves. */
function Side({ name, value, onChange }: { name: string; value: number | undefined; onChange: (x: number) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <label>
      <span>{name}</span>
      <input type="number" step="any" value={typed ?? value ?? ""} onInput={(e) => setTyped(e.currentTarget.value)}
        onChange={(e) => (onChange(e.currentTarget.valueAsNumber), setTyped(null))} />
    </label>
  );
}

function setSide(i: number, value: number): void {
  const next: Box = [...(box.peek() ?? [0, 0, 0, 0])] as Box;
  if (!Number.isFinite(value)) return;
  next[i] = value;
  setBox(next);
}

function Places() {
  const all = chosen.value;
  return (
    <>
      <PlaceBox key={all.length} label="Add a place" value="" placeholder="Mombasa" onChange={(text, place) => place && choosePlaces([...all, { text, lat: place.lat, lon: place.lon }])} />
      {all.length > 0 && (
        <ul class="chips" aria-label="Places">
          {all.map((p) => (
            <li key={p.text} class="chip">
              {p.text}
              <button type="button" aria-label={`Remove ${p.text}`} onClick={() => choosePlaces(all.filter((o) => o !== p))}>×</button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

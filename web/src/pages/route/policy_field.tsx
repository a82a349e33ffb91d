import { query, setQuery } from "../../router";
import { list, toggle } from "./ask";
import { notKept, policyFile, policySets } from "./policies";

/** Policies of the user's own: a file, and which of its sets apply. */
export function PolicyField() {
  const file = policyFile.value;
  const chosen = list(query.value.policies);
  const sets = [...new Set([...policySets.value, ...chosen])];
  const load = async (picked: File | undefined) => {
    if (picked) policyFile.value = { name: picked.name, text: await picked.text() };
  };
  const drop = () => {
    policyFile.value = null;
    setQuery({ policies: undefined, pick: undefined }, { push: true });
  };
  return (
    <fieldset>
      <legend>Policies of your own, beside the built-in law</legend>
      {file ? (
        <ul class="chips" aria-label="File of policies">
          <li class="chip">{file.name}<button type="button" aria-label={`Remove ${file.name}`} onClick={drop}>×</button></li>
        </ul>
      ) : null}
      {sets.map((set) => (
        <label class="tick" key={set}>
          <input type="checkbox" checked={chosen.includes(set)} onChange={(e) => toggle(query.value, "policies", set, e.currentTarget.checked)} /> {set.replaceAll("-", " ")}
        </label>
      ))}
      {!file && chosen.length > 0 ? <p class="wrong small">The sets are of a file policies.csv that is not loaded here. Load it, or untick them.</p> : null}
      {notKept.value ? <p class="small soft">The file is too large to survive a reload of the page: load it again then.</p> : null}
      <div class="row">
        <label class="button file">
          <span>{file ? "Load another policies.csv" : "Load policies.csv"}</span>
          <input type="file" accept=".csv,text/csv" onChange={(e) => { void load(e.currentTarget.files?.[0]); e.currentTarget.value = ""; }} />
        </label>
      </div>
    </fieldset>
  );
}

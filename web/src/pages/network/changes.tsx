// The overrides: a list, saved to and loaded from overrides.csv.
import { useSignal } from "@preact/signals";
import { download } from "../../download";
import { ACTIONS, fromCsv, type Override, overrides, overridesCsv, removeOverride } from "../../overrides";
import { setQuery } from "../../router";
import { Failure } from "../../shell/failure";

function Row({ of }: { of: Override }) {
  return (
    <tr>
      <td><button type="button" class="plain" onClick={() => setQuery({ link: of.link }, { push: true })}><code>{of.link}</code></button></td>
      <td>{ACTIONS[of.action]} {of.value}</td>
      <td>{of.reason} <span class="soft small">{of.author}</span></td>
      <td><button type="button" class="plain" aria-label={`Remove the override of ${of.link}`} onClick={() => removeOverride(of)}>×</button></td>
    </tr>
  );
}

export function Changes() {
  const failed = useSignal<unknown>(null);
  const load = async (file: File | undefined) => {
    if (!file) return;
    try {
      overrides.value = fromCsv(await file.text());
      failed.value = null;
    } catch (cause) {
      failed.value = cause;
    }
  };
  const list = overrides.value;
  return (
    <section aria-labelledby="overrides">
      <h2 id="overrides">Overrides ({list.length})</h2>
      {list.length > 0 ? (
        <div class="scroll">
          <table>
            <thead><tr><th scope="col">Link</th><th scope="col">Change</th><th scope="col">Reason</th><th scope="col"><span class="hidden">Remove</span></th></tr></thead>
            <tbody>{list.map((one) => <Row key={`${one.link} ${one.action}`} of={one} />)}</tbody>
          </table>
        </div>
      ) : (
        <p class="soft small">Click a link on the map to close it or slow it. Overrides stay in this browser and go with every question about a route.</p>
      )}
      {failed.value ? <Failure of={failed.value} onClose={() => (failed.value = null)} /> : null}
      <div class="row">
        <button type="button" disabled={list.length === 0} onClick={() => download("overrides.csv", "text/csv", overridesCsv.value)}>Save overrides.csv</button>
        <label class="button file">
          <span>Load overrides.csv</span>
          <input type="file" accept=".csv,text/csv" onChange={(e) => { void load(e.currentTarget.files?.[0]); e.currentTarget.value = ""; }} />
        </label>
        <button type="button" disabled={list.length === 0} onClick={() => (overrides.value = [])}>Remove all</button>
      </div>
    </section>
  );
}

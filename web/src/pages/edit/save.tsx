import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ApiError } from "../../api";
import { Failure } from "../../shell/failure";
import { loadScenarios, scenarios } from "../../scenarios/store";
import { changedElsewhere, reopen, save, saved, unsaved } from "./state";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_\-]{0,63}$/;

/** Saves as a new scenario; over one that is there only when asked, and not over changes of another unseen. */
export function Save() {
  const dialog = useRef<HTMLDialogElement>(null);
  const name = useSignal("");
  const replace = useSignal(false);
  const taken = useSignal(false);
  const overtaken = useSignal(false);
  const failure = useSignal<unknown>(null);
  const done = useSignal("");
  const now = saved.value!;
  const own = !now.bundled && !now.workbook && now.name !== "";
  const isBundled = kindOf(name.value) === "bundled";
  useEffect(() => {
    name.value = own ? now.name : now.name ? `${now.name}-2` : "";
  }, [now.name]);
  const show = () => {
    [taken.value, overtaken.value, replace.value, failure.value] = [false, false, false, null];
    dialog.current?.showModal();
  };
  const rename = (text: string) => {
    [name.value, taken.value, overtaken.value, replace.value, failure.value] = [text, false, false, false, null];
  };
  const attempt = async (work: () => Promise<void>) => {
    failure.value = null;
    try {
      await work();
    } catch (cause) {
      failure.value = cause;
      if (cause instanceof ApiError && cause.status === 409) await loadScenarios();
      taken.value = kindOf(name.value) === "own";
    }
  };
  const write = async () => {
    await save(name.value, replace.value);
    done.value = `Saved as ${name.value}.`;
    dialog.current?.close();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void attempt(async () => {
      overtaken.value = own && replace.value && name.value === now.name && (await changedElsewhere());
      if (!overtaken.value) await write();
    });
  };
  const readAnew = () => attempt(async () => {
    await reopen();
    dialog.current?.close();
  });
  return (
    <>
      <button type="button" class={unsaved.value ? "main" : ""} onClick={show}>Save as…</button>
      <span role="status" class="soft">{unsaved.value ? (now.name ? "Changes are not saved" : "It is not saved yet") : done.value}</span>
      <dialog ref={dialog} aria-labelledby="save-title">
        <form onSubmit={submit}>
          <h2 id="save-title">Save the scenario</h2>
          <label>
            <span>Name: letters, digits, “-” and “_”</span>
            <input type="text" required pattern={NAME.source} maxLength={64} value={name} aria-invalid={isBundled} onInput={(e) => rename(e.currentTarget.value)} />
          </label>
          {isBundled ? <p class="wrong" role="alert">“{name}” comes with the program and cannot be replaced. Give another name.</p> : null}
          {(taken.value || (own && name.value === now.name)) && (
            <label class="tick">
              <input type="checkbox" checked={replace.value} onChange={() => (replace.value = !replace.value)} />
              <span>Replace the scenario of this name</span>
            </label>
          )}
          {overtaken.value ? <Overtaken name={now.name} onRead={readAnew} onReplace={() => void attempt(write)} /> : null}
          {failure.value ? <Failure of={failure.value} /> : null}
          <div class="row">
            <button type="submit" class="main" disabled={!NAME.test(name.value) || isBundled || overtaken.value}>Save</button>
            <button type="button" onClick={() => dialog.current?.close()}>Cancel</button>
          </div>
        </form>
      </dialog>
    </>
  );
}

/** What there is of a name already. */
function kindOf(name: string): "bundled" | "own" | undefined {
  const known = scenarios.value?.find((s) => s.name === name);
  return known && (known.bundled ? "bundled" : "own");
}

/** The scenario was changed elsewhere meanwhile: nobody's changes are lost unasked. */
function Overtaken({ name, onRead, onReplace }: { name: string; onRead: () => void; onReplace: () => void }) {
  return (
    <div class="notice warn" role="alert">
      <p>“{name}” has been changed elsewhere since it was opened here. Read it anew: your edits are then offered on top of it. Or replace it, and the changes made elsewhere are lost. Or give another name.</p>
      <div class="row">
        <button type="button" class="main" onClick={onRead}>Read it anew</button>
        <button type="button" onClick={onReplace}>Replace it anyway</button>
      </div>
    </div>
  );
}

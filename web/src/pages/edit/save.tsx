import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ApiError } from "../../api";
import { Failure } from "../../shell/failure";
import { save, saved, unsaved } from "./state";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_\-]{0,63}$/;

/** Saves as a new scenario; over one that is there only when asked. */
export function Save() {
  const dialog = useRef<HTMLDialogElement>(null);
  const name = useSignal("");
  const replace = useSignal(false);
  const taken = useSignal(false);
  const failure = useSignal<unknown>(null);
  const done = useSignal("");
  const now = saved.value!;
  const own = !now.bundled && !now.workbook && now.name !== "";
  useEffect(() => {
    name.value = own ? now.name : now.name ? `${now.name}-2` : "";
  }, [now.name]);
  const show = () => {
    [taken.value, replace.value, failure.value] = [false, false, null];
    dialog.current?.showModal();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    failure.value = null;
    try {
      await save(name.value, replace.value);
      done.value = `Saved as ${name.value}.`;
      dialog.current?.close();
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 409 && !replace.value) taken.value = true;
      failure.value = cause;
    }
  };
  return (
    <>
      <button type="button" class={unsaved.value ? "main" : ""} onClick={show}>Save as…</button>
      <span role="status" class="soft">{unsaved.value ? (now.name ? "Changes are not saved" : "It is not saved yet") : done.value}</span>
      <dialog ref={dialog} aria-labelledby="save-title">
        <form onSubmit={submit}>
          <h2 id="save-title">Save the scenario</h2>
          <label>
            <span>Name: letters, digits, “-” and “_”</span>
            <input type="text" required pattern={NAME.source} maxLength={64} value={name} onInput={(e) => ((name.value = e.currentTarget.value), (taken.value = replace.value = false))} />
          </label>
          {(taken.value || (own && name.value === now.name)) && (
            <label class="tick">
              <input type="checkbox" checked={replace.value} onChange={() => (replace.value = !replace.value)} />
              <span>Replace the scenario of this name</span>
            </label>
          )}
          {failure.value ? <Failure of={failure.value} /> : null}
          <div class="row">
            <button type="submit" class="main" disabled={!NAME.test(name.value)}>Save</button>
            <button type="button" onClick={() => dialog.current?.close()}>Cancel</button>
          </div>
        </form>
      </dialog>
    </>
  );
}

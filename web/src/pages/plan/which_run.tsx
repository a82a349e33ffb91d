import { setQuery } from "../../router";
import { otherWords, shows, there } from "./state";

/** Chooses between the first run and the one that it is compared with. */
export function WhichRun({ label }: { label: string }) {
  if (!there.result.value) return null;
  const show = (which: string | undefined) => setQuery({ show: which });
  return (
    <div class="row" role="group" aria-label={label}>
      <button type="button" aria-pressed={shows.value === "here"} onClick={() => show(undefined)}>First run</button>
      <button type="button" aria-pressed={shows.value === "there"} onClick={() => show("there")}>{otherWords}</button>
    </div>
  );
}

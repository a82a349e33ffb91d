import { MODES } from "../api/types";
import { ModeSign } from "./mode_sign";
import { MODE_NAMES } from "./modes";

export function Legend() {
  return (
    <ul class="legend small" aria-label="Legend">
      {MODES.map((mode) => <li key={mode}><ModeSign mode={mode} /> {MODE_NAMES[mode]}</li>)}
    </ul>
  );
}

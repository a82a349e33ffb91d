// How a mode is drawn, for legends and lists: the same colour, dash and width as on the map.
import type { Mode } from "../api/types";
import { DASH } from "./modes";

export function ModeSign({ mode }: { mode: Mode }) {
  const dash = DASH[mode]?.map((x) => x * 3).join(" ");
  return (
    <svg class={`sign stroke-${mode}`} width="26" height="10" aria-hidden="true">
      <line x1="0" y1="5" x2="26" y2="5" stroke-width={mode === "rail" ? 4 : 3} stroke-dasharray={dash} />
    </svg>
  );
}

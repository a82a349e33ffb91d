import { type Choice, choice } from "../theme";

const NEXT: Record<Choice, Choice> = { system: "light", light: "dark", dark: "system" };
const NAMES: Record<Choice, string> = { system: "as the system", light: "light", dark: "dark" };
const SIGNS: Record<Choice, string> = { system: "◐", light: "☀", dark: "☾" };

export function ThemeSwitch() {
  const now = choice.value;
  return (
    <button type="button" class="theme" aria-label={`Theme: ${NAMES[now]}`} title={`Theme: ${NAMES[now]}`} onClick={() => (choice.value = NEXT[now])}>
      <span aria-hidden="true">{SIGNS[now]}</span>
    </button>
  );
}

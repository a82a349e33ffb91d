import { computed, effect, signal } from "@preact/signals";

export type Theme = "light" | "dark";
export type Choice = Theme | "system";

const KEY = "trimodal.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

function stored(): Choice {
  const word = localStorage.getItem(KEY);
  return word === "light" || word === "dark" ? word : "system";
}

const systemIsDark = signal(dark.matches);
dark.addEventListener("change", (e) => (systemIsDark.value = e.matches));

/** What the user chose; `system` follows the machine. */
export const choice = signal<Choice>(stored());

export const theme = computed<Theme>(() =>
  choice.value === "system" ? (systemIsDark.value ? "dark" : "light") : choice.value,
);

effect(() => {
  document.documentElement.dataset.theme = theme.value;
  if (choice.value === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice.value);
});

/** The value of a design token in the present theme, for what is not drawn by CSS. Reading it subscribes. */
export function token(name: string): string {
  theme.value;
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

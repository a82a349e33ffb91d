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

/** Paper is light: maps and charts are drawn for it too. */
const paper = matchMedia("print");
const printing = signal(paper.matches);
paper.addEventListener("change", (e) => (printing.value = e.matches));

/** What the user chose; `system` follows the machine. */
export const choice = signal<Choice>(stored());

const onScreen = computed<Theme>(() => (choice.value === "system" ? (systemIsDark.value ? "dark" : "light") : choice.value));

export const theme = computed<Theme>(() => (printing.value ? "light" : onScreen.value));

/** Prints once what is not drawn by CSS, the map, has taken the colours of paper. */
export async function printPage(drawn: () => Promise<void>): Promise<void> {
  printing.value = true;
  await drawn();
  print();
  printing.value = paper.matches;
}

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

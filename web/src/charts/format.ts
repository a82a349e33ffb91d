/** Figures for readers: rounded to what they are worth, with their unit. */

/** Keeps a figure with its unit. */
const NBSP = "\u00a0";

const three = (v: number) => {
  const digits = Math.abs(v) >= 100 ? 0 : Math.abs(v) >= 10 ? 1 : 2;
  return v.toLocaleString("en-GB", { minimumFractionDigits: 0, maximumFractionDigits: digits });
};

/** `3.18 Mt a year`, `106,000 t a year`. */
export const tonnes = (v: number, unit = "t") => `${amount(v, unit)} a year`;

/** The same without "a year". */
export function amount(v: number, unit = "t"): string {
  const big = Math.abs(v) >= 1e6;
  if (big) return unit === "t" ? `${three(v / 1e6)}${NBSP}Mt` : `${three(v / 1e6)} million ${unit}`;
  return `${rounded(v)}${NBSP}${unit}`;
}

/** `88 million USD`. */
export function money(usd: number): string {
  if (usd < 0) return `−${money(-usd)}`;
  if (Math.abs(usd) >= 1e9) return `${three(usd / 1e9)} billion USD`;
  if (Math.abs(usd) >= 1e6) return `${three(usd / 1e6)} million USD`;
  return `${rounded(usd)} USD`;
}

/** Three significant digits of what is below a million. */
export function rounded(v: number): string {
  if (v === 0) return "0";
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.abs(v))) - 2);
  return Math.abs(v) < 100 ? three(v) : (Math.round(v / step) * step).toLocaleString("en-GB");
}

export const multiple = (x: number) => `×${three(x)}`;
export const percent = (share: number): string => share < 0 ? `−${percent(-share)}` : `${(100 * share).toFixed(Math.abs(share) < 0.1 && share !== 0 ? 1 : 0)}${NBSP}%`;

/** `3.2 hours`, `4.5 days`. */
export const duration = (h: number) => (Math.abs(h) < 48 ? `${three(h)} hours` : `${three(h / 24)} days`);

/** `one, two and three`. */
export function list(words: string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

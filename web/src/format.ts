// Figures as people read them, the same on every page.
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const count = (x: number): string => whole.format(x);
export const one = (x: number): string => tenth.format(x);

/** Hours up to two days, then days. */
export function duration(hours: number): string {
  if (hours < 1) return `${whole.format(hours * 60)} min`;
  return hours < 48 ? `${hours < 10 ? tenth.format(hours) : whole.format(hours)} h` : `${tenth.format(hours / 24)} d`;
}

export function km(x: number): string {
  return `${x < 10 ? tenth.format(x) : whole.format(x)} km`;
}

export const usd = (x: number): string => `${whole.format(x)} USD`;
export const kg = (x: number): string => (x < 10_000 ? `${whole.format(x)} kg` : `${tenth.format(x / 1000)} t`);

/** A change against a former value: `+12 %`. */
export function change(now: number, before: number): string {
  if (before === 0) return now === 0 ? "the same" : "new";
  const share = (now / before - 1) * 100;
  if (Math.abs(share) < 0.05) return "the same";
  return `${share > 0 ? "+" : "−"}${tenth.format(Math.abs(share))} %`;
}

const regions = new Intl.DisplayNames("en", { type: "region" });

export function country(code: string): string {
  try {
    return regions.of(code) ?? code;
  } catch {
    return code;
  }
}

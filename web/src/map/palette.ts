// Colours of the map, from the design tokens of the present theme, and how modes are told apart: by
// colour and by dash and width.
import { computed } from "@preact/signals";
import type { Mode } from "../api/types";
import { token } from "../theme";

const NAMES = [
  "rail", "sea", "road", "barge", "land", "water", "country-line", "map-ink", "map-halo", "avoid", "accent", "ink", "soft",
  "panel", "focus-line", "gauge-1435", "gauge-1520", "gauge-1000", "gauge-1067", "gauge-1676", "gauge-other",
  "use-low", "use-mid", "use-full",
] as const;

export type Palette = Record<(typeof NAMES)[number], string>;

export const palette = computed<Palette>(() => Object.fromEntries(NAMES.map((name) => [name, token(name)])) as Palette);

/** Dashes in widths of the line; rail is solid. */
export const DASH: Record<Mode, number[] | undefined> = {
  rail: undefined,
  sea: [2.5, 1.5],
  road: [6, 1],
  barge: [0.8, 1.2],
};

export const MODE_NAMES: Record<Mode, string> = { rail: "Rail", sea: "Sea", road: "Road", barge: "Barge" };

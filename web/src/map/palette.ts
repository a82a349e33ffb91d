// Colours of the map, from the design tokens of the present theme.
import { computed } from "@preact/signals";
import { token } from "../theme";

const NAMES = [
  "rail", "sea", "road", "barge", "land", "water", "country-line", "map-ink", "map-halo", "avoid", "accent", "ink", "soft",
  "panel", "focus-line", "gauge-1435", "gauge-1520", "gauge-1000", "gauge-1067", "gauge-1676", "gauge-other",
  "wired", "unwired", "wire-unknown",
  "use-low", "use-mid", "use-full",
] as const;

export type Palette = Record<(typeof NAMES)[number], string>;

export const palette = computed<Palette>(() => Object.fromEntries(NAMES.map((name) => [name, token(name)])) as Palette);

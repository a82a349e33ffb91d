import type { Mode } from "../api/types";

/** Dashes in widths of the line; rail is solid. */
export const DASH: Record<Mode, number[] | undefined> = {
  rail: undefined,
  sea: [2.5, 1.5],
  road: [6, 1],
  barge: [0.8, 1.2],
};

export const MODE_NAMES: Record<Mode, string> = { rail: "Rail", sea: "Sea", road: "Road", barge: "Barge" };

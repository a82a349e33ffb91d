// Edits that are not saved, kept by the tab, so that a reload does not lose them.
import type { Files } from "../../scenarios/scenario";

export interface Kept {
  /** Of the scenario that was edited. */
  digest: string;
  /** The files that differ from it. */
  files: Files;
}

const key = (scenario: string) => `trimodal.edits.${scenario}`;

/** False: there is no room. */
export function keep(scenario: string, kept: Kept): boolean {
  try {
    sessionStorage.setItem(key(scenario), JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

export function kept(scenario: string): Kept | null {
  const text = sessionStorage.getItem(key(scenario));
  return text ? (JSON.parse(text) as Kept) : null;
}

export const forget = (scenario: string): void => sessionStorage.removeItem(key(scenario));

/** Tells versions of a scenario apart (FNV-1a, 32 bits): pages of another machine have no `crypto.subtle`. */
export function digestOf(files: Files): string {
  let hash = 0x811c9dc5;
  for (const c of JSON.stringify(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))) hash = Math.imul(hash ^ c.codePointAt(0)!, 0x01000193);
  return (hash >>> 0).toString(16);
}

/** The files of a draft that differ from what was read. */
export const differing = (files: Files, from: Files): Files =>
  Object.fromEntries(Object.entries(files).filter(([file, text]) => text !== from[file]));

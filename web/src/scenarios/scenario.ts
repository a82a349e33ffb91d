/** What the server says about a scenario. */
export interface Scenario {
  name: string;
  title: string;
  bundled: boolean;
  files: Files;
  problems: Problem[];
  notes: (string | { message: string })[];
  network: Network | null;
}

export type Files = Record<string, string>;

export interface Problem {
  id: string;
  message: string;
  hint?: string;
  /** The line of the file and the position of the column, both from 1. */
  at?: { file: string; row?: number; column?: number };
}

export interface Network {
  places: Place[];
  links: Link[];
}

export interface Place {
  id: string;
  name: string;
  lat?: number | null;
  lon?: number | null;
  country?: string;
}

export interface Link {
  id: string;
  name: string;
  mode: string;
  from: string;
  to: string;
  km: number;
  line?: [number, number][] | null;
}

/** A table of the reader, for typed cells. */
export interface TableKind {
  file: string;
  about: string;
  required?: boolean;
  columns: Column[];
}

export interface Column {
  name: string;
  about: string;
  /** `id`, `text`, `ref`, `refs`, `number`, `whole`, `numbers`, `flag`, `word`, `date`, … */
  kind: string;
  unit?: string | null;
  required?: boolean;
  /** The value of a blank cell. */
  default?: string | null;
  words?: string[] | null;
  /** The table whose ids it holds. */
  table?: string | null;
  least?: number | null;
  greatest?: number | null;
}

import { parseTable, readTable, rowOfLine, writeTable, type Table } from "./table";
import type { Files, Problem, TableKind } from "../../scenarios/scenario";

/** A scenario while it is edited: tables as grids, other files as text. Never changed in place. */
export interface Draft {
  tables: Record<string, Table>;
  texts: Files;
}

export const SETTINGS = "scenario.toml";

export function draftOf(files: Files, kinds: TableKind[]): Draft {
  const draft: Draft = { tables: {}, texts: {} };
  for (const [file, text] of Object.entries(files)) {
    if (kinds.some((k) => k.file === file)) draft.tables[file] = parseTable(text);
    else draft.texts[file] = text;
  }
  return draft;
}

/** The files of a draft. A table that was not changed keeps its text to the letter. */
export function filesOf(draft: Draft, saved: { draft: Draft; files: Files } | null): Files {
  const files: Files = { ...draft.texts };
  for (const [file, table] of Object.entries(draft.tables)) {
    const same = saved?.draft.tables[file] === table;
    files[file] = same ? saved.files[file]! : writeTable(table).text;
  }
  return files;
}

/** A problem where the grid shows it. */
export interface Located {
  problem: Problem;
  file: string | null;
  /** The row of the table; -1: the header; null: the whole file. */
  row: number | null;
  /** The column of the table; null: the whole row. */
  column: number | null;
}

/** Finds the rows of problems by the text that was checked. */
export function locate(problems: Problem[], files: Files): Located[] {
  const lines = new Map<string, number[]>();
  return problems.map((problem) => {
    const at = problem.at;
    if (!at) return { problem, file: null, row: null, column: null };
    const file = at.file.split("/").at(-1)!;
    const text = files[file];
    if (text === undefined || !at.row || !file.endsWith(".csv")) return { problem, file, row: null, column: null };
    if (!lines.has(file)) lines.set(file, readTable(text).lines);
    return { problem, file, row: rowOfLine(lines.get(file)!, at.row), column: at.column ? at.column - 1 : null };
  });
}

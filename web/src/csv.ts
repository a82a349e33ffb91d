// CSV as spreadsheets write it.
import Papa from "papaparse";

export type Cell = string | number | undefined;

export function csv(rows: readonly (readonly Cell[])[]): string {
  return `${Papa.unparse(rows as Cell[][], { newline: "\n" })}\n`;
}

export function parseCsv(text: string): string[][] {
  return Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), { skipEmptyLines: "greedy" }).data;
}

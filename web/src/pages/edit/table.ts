import Papa from "papaparse";

/** A table of a scenario as the grid holds it. */
export interface Table {
  header: string[];
  rows: Row[];
  /** Comment lines before the header and after the last row, kept as they are. */
  head: string[];
  tail: string[];
}

export interface Row {
  /** Stays with the row while it moves, so that the grid can tell rows apart. */
  key: number;
  cells: string[];
  /** Comment lines right above the row. */
  before: string[];
}

let keys = 0;
export const newRow = (cells: string[], before: string[] = []): Row => ({ key: ++keys, cells, before });

export const parseTable = (text: string): Table => readTable(text).table;

/** Reads CSV, with the line on which each row begins. Comment lines (`#`) are kept with the row below them. */
export function readTable(text: string): { table: Table; lines: number[] } {
  const table: Table = { header: [], rows: [], head: [], tail: [] };
  const lines: number[] = [];
  const clean = text.replace(/^\uFEFF/, "");
  let [read, line] = [0, 1];
  Papa.parse<string[]>(clean, {
    comments: "#",
    delimiter: ",",
    step: ({ data, meta }) => {
      const raw = clean.slice(read, meta.cursor);
      const before = leading(raw);
      const comments = before.filter((l) => l !== "");
      if (data.length === 1 && data[0] === "") (table.header.length ? table.tail : table.head).push(...comments);
      else if (!table.header.length) {
        table.header = data.map((name) => name.trim());
        table.head.push(...comments);
      } else {
        table.rows.push(newRow(fit(data, table.header.length), [...table.tail.splice(0), ...comments]));
        lines.push(line + before.length);
      }
      read = meta.cursor;
      line += raw.split("\n").length - 1;
    },
  });
  table.tail.push(...leading(clean.slice(read)).filter((l) => l !== ""));
  return { table, lines };
}

/** Comments and blank lines before a row. */
function leading(raw: string): string[] {
  const lines = raw.split(/\r?\n/);
  const first = lines.findIndex((l) => l !== "" && !l.startsWith("#"));
  return lines.slice(0, first < 0 ? lines.length : first);
}

const fit = (cells: string[], width: number) => Array.from({ length: Math.max(width, cells.length) }, (_, i) => cells[i] ?? "");

/** The table as CSV, and the line on which each row begins, from 1, as problems count it. */
export function writeTable(table: Table): { text: string; lines: number[] } {
  const out: string[] = [];
  let line = 1;
  const put = (text: string) => {
    out.push(text);
    line += text.split("\n").length;
  };
  table.head.forEach(put);
  if (table.header.length) put(csvLine(table.header));
  const lines = table.rows.map((row) => {
    row.before.forEach(put);
    const start = line;
    put(csvLine(row.cells));
    return start;
  });
  table.tail.forEach(put);
  return { text: out.length ? `${out.join("\n")}\n` : "", lines };
}

/** A first cell that begins with `#` is quoted: without quotes the row would be a comment. */
const csvLine = (cells: string[]) => Papa.unparse([cells], { newline: "\n", quotes: [cells[0]?.startsWith("#") ?? false] });

/** The row that holds a line of the file; -1: none (the header). */
export function rowOfLine(lines: number[], line: number): number {
  let row = -1;
  for (let i = 0; i < lines.length && lines[i]! <= line; i++) row = i;
  return row;
}

/** Cells of what a spreadsheet puts on the clipboard: tabs between cells, quotes where a cell has line ends. */
export function parseClipboard(text: string): string[][] {
  const trimmed = text.replace(/\r?\n$/, "");
  if (trimmed === "") return [[""]];
  return Papa.parse<string[]>(trimmed, { delimiter: "\t" }).data;
}

export const writeClipboard = (cells: string[][]) => Papa.unparse(cells, { delimiter: "\t", newline: "\n" });

/** Rows changed by a paste at a cell; rows and columns that are missing are added, columns beyond the header dropped. */
export function paste(table: Table, row: number, column: number, block: string[][]): Table {
  const rows = table.rows.slice();
  block.forEach((line, i) => {
    const at = row + i;
    const cells = (rows[at]?.cells ?? table.header.map(() => "")).slice();
    line.forEach((value, j) => {
      if (column + j < table.header.length) cells[column + j] = value.trim();
    });
    rows[at] = rows[at] ? { ...rows[at], cells } : newRow(cells);
  });
  return { ...table, rows };
}

export function setCell(table: Table, row: number, column: number, value: string): Table {
  return setRange(table, { top: row, bottom: row, left: column, right: column }, value);
}

export interface Range {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export function setRange(table: Table, range: Range, value: string): Table {
  const rows = table.rows.map((row, i) =>
    i < range.top || i > range.bottom
      ? row
      : { ...row, cells: row.cells.map((cell, j) => (j < range.left || j > range.right ? cell : value)) },
  );
  return { ...table, rows };
}

export const cellsOf = (table: Table, r: Range) =>
  table.rows.slice(r.top, r.bottom + 1).map((row) => row.cells.slice(r.left, r.right + 1));

/** A row put in below `row` (-1: at the top); a copy of it where asked. */
export function insertRow(table: Table, row: number, cells?: string[]): Table {
  const rows = table.rows.slice();
  rows.splice(row + 1, 0, newRow(cells ? cells.slice() : table.header.map(() => "")));
  return { ...table, rows };
}

export function deleteRows(table: Table, top: number, bottom: number): Table {
  return { ...table, rows: table.rows.filter((_, i) => i < top || i > bottom) };
}

/** A column that the file leaves out. */
export function addColumn(table: Table, name: string): Table {
  return { ...table, header: [...table.header, name], rows: table.rows.map((row) => ({ ...row, cells: [...row.cells, ""] })) };
}

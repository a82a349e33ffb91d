import { useEffect, useMemo } from "preact/hooks";
import { setQuery } from "../../router";
import { cellProblem } from "./check";
import { SETTINGS } from "./draft";
import { Grid } from "./grid";
import { Offer } from "./offer";
import { Selection } from "./selection";
import { changeTable, changeText, draft, history, kinds, problems, redo, table, tabs, undo } from "./state";
import { addColumn, deleteRows, insertRow, newRow, type Table } from "./table";
import type { TableKind } from "../../scenarios/scenario";

/** One selection a table, kept while the page is. */
const selections = new Map<string, Selection>();
export const selectionOf = (file: string) => {
  if (!selections.has(file)) selections.set(file, new Selection());
  return selections.get(file)!;
};

/** The tables, one at a time, and the settings as text. */
export function Editor() {
  const file = table.value;
  const now = draft.value!;
  const kind = kinds.value.find((k) => k.file === file);
  useUndoKeys();
  return (
    <section class="edit-tables" aria-label="Tables">
      <Offer />
      <Tabs />
      <div id="edit-panel" class="edit-panel" role="tabpanel" aria-label={file}>
        {kind ? now.tables[file] ? <TableEditor key={file} kind={kind} now={now.tables[file]} /> : <NoTable kind={kind} /> : <Settings />}
      </div>
    </section>
  );
}

function Tabs() {
  const counts = new Map<string, number>();
  for (const p of problems.value) if (p.file) counts.set(p.file, (counts.get(p.file) ?? 0) + 1);
  const key = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    const all = tabs.value;
    const next = all[(all.indexOf(table.value) + by + all.length) % all.length]!;
    setQuery({ table: next });
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="edit-tabs" role="tablist" aria-label="Tables of the scenario" onKeyDown={key}>
      {tabs.value.map((file) => {
        const n = counts.get(file) ?? 0;
        const on = table.value === file;
        const name = file === SETTINGS ? "settings" : file.replace(/\.csv$/, "");
        return (
          <button key={file} id={`tab-${file}`} type="button" role="tab" aria-selected={on} aria-controls="edit-panel" tabIndex={on ? 0 : -1} onClick={() => setQuery({ table: file })}>
            {name}
            {n > 0 && <span class="count" aria-label={`${n} ${n === 1 ? "problem" : "problems"}`}>{n}</span>}
          </button>
        );
      })}
    </div>
  );
}

function NoTable({ kind }: { kind: TableKind }) {
  const begin = () => changeTable(kind.file, { header: kind.columns.map((c) => c.name), rows: [newRow(kind.columns.map(() => ""))], head: [], tail: [] });
  return (
    <div class="empty">
      <p>{kind.about}</p>
      <p>The scenario has no {kind.file}.</p>
      <button type="button" class="main" onClick={begin}>Begin the table</button>
    </div>
  );
}

function Settings() {
  return (
    <label class="edit-settings">
      <span>scenario.toml: the settings of the study</span>
      <textarea spellcheck={false} value={draft.value!.texts[SETTINGS] ?? ""} onInput={(e) => changeText(SETTINGS, e.currentTarget.value)} />
    </label>
  );
}

function TableEditor({ kind, now }: { kind: TableKind; now: Table }) {
  const selection = selectionOf(kind.file);
  useEffect(() => selection.within(now.rows.length, now.header.length), [now.rows.length, now.header.length]);
  const byCell = useMemo(() => {
    const found = new Map<string, string>();
    for (const { problem, file, row, column } of problems.value) {
      if (file !== kind.file || row === null || row < 0) continue;
      found.set(`${row},${column ?? 0}`, [problem.message, problem.hint].filter(Boolean).join(": "));
    }
    return found;
  }, [problems.value, kind]);
  const columns = now.header.map((name) => kind.columns.find((c) => c.name === name));
  const problemAt = (row: number, column: number) => cellProblem(now.rows[row]?.cells[column] ?? "", columns[column]) ?? byCell.get(`${row},${column}`) ?? null;
  const change = (next: Table) => changeTable(kind.file, next);
  return (
    <>
      <Tools kind={kind} now={now} selection={selection} change={change} />
      {now.rows.length === 0 ? <p class="empty">The table has no row. Add one, or paste rows from a spreadsheet after that.</p> : (
        <Grid table={now} kind={kind} selection={selection} problemAt={problemAt} idsOf={idsOf} onChange={change} />
      )}
      <Status kind={kind} now={now} selection={selection} problemAt={problemAt} />
    </>
  );
}

/** Ids of a table with the names of their rows, for references. */
function idsOf(name: string): { id: string; name: string }[] {
  const of = draft.peek()?.tables[`${name}.csv`];
  if (!of) return [];
  const [id, words] = [of.header.indexOf("id"), of.header.indexOf("name")];
  return of.rows.map((row) => ({ id: row.cells[id] ?? "", name: row.cells[words] ?? "" })).filter((row) => row.id);
}

/** Steps back and forward, in tables and settings alike. */
export function Steps() {
  const { past, future } = history.value!;
  return (
    <div class="edit-steps" role="group" aria-label="Steps">
      <button type="button" disabled={!past.length} onClick={undo}>Undo</button>
      <button type="button" disabled={!future.length} onClick={redo}>Redo</button>
    </div>
  );
}

interface ToolsProps {
  kind: TableKind;
  now: Table;
  selection: Selection;
  change: (next: Table) => void;
}

function Tools({ kind, now, selection, change }: ToolsProps) {
  const { top, bottom } = selection.range.value;
  const add = (cells?: string[]) => {
    const at = now.rows.length ? bottom : -1;
    change(insertRow(now, at, cells));
    selection.to({ row: at + 1, column: 0 });
  };
  const remove = () => {
    change(deleteRows(now, top, bottom));
    selection.to({ row: Math.max(0, Math.min(top, now.rows.length - (bottom - top) - 2)), column: 0 });
  };
  const missing = kind.columns.filter((c) => !now.header.includes(c.name));
  const many = bottom > top;
  return (
    <div class="edit-tools" role="toolbar" aria-label="Rows and columns">
      <button type="button" onClick={() => add()}>Add row</button>
      <button type="button" disabled={!now.rows.length} onClick={() => add(now.rows[bottom]?.cells)}>Copy row</button>
      <button type="button" disabled={!now.rows.length} onClick={remove}>{many ? `Delete ${bottom - top + 1} rows` : "Delete row"}</button>
      {missing.length > 0 && (
        <select aria-label="Add a column" value="" onChange={(e) => e.currentTarget.value && change(addColumn(now, e.currentTarget.value))}>
          <option value="">Add column</option>
          {missing.map((c) => <option key={c.name} value={c.name}>{c.name}</option>)}
        </select>
      )}
    </div>
  );
}

interface StatusProps {
  kind: TableKind;
  now: Table;
  selection: Selection;
  problemAt: (row: number, column: number) => string | null;
}

/** What the chosen cell holds, and what is wrong with it. */
function Status({ kind, now, selection, problemAt }: StatusProps) {
  const { row, column } = selection.active.value;
  const name = now.header[column];
  const about = kind.columns.find((c) => c.name === name);
  const problem = now.rows[row] ? problemAt(row, column) : null;
  const unit = about?.unit && about.unit !== "-" ? ` (${about.unit})` : "";
  return (
    <div class="edit-status">
      <p aria-live="polite" class={problem ? "wrong" : ""}>{problem ? `${name}, row ${row + 1}: ${problem}` : ""}</p>
      <p class="soft">{name ? `${name}${unit}: ${about?.about ?? "this column is not read."}${about?.default ? ` Blank: ${about.default}.` : ""}` : kind.about}</p>
    </div>
  );
}

/** Undo and redo by key anywhere on the page but in a field, which has its own. */
function useUndoKeys(): void {
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || /^(INPUT|TEXTAREA|SELECT)$/.test((event.target as Element).tagName)) return;
      const letter = event.key.toLowerCase();
      if (letter === "z") event.shiftKey ? redo() : undo();
      else if (letter === "y") redo();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
}

/** Leads to the cell of a problem. */
export function goTo(file: string, row: number | null, column: number | null): void {
  setQuery({ table: file });
  if (row !== null && row >= 0) selectionOf(file).to({ row, column: column ?? 0 });
}

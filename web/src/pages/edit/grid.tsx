import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Column, TableKind } from "../../scenarios/scenario";
import { CellEditor } from "./cell_editor";
import { moved, type Selection } from "./selection";
import { cellsOf, parseClipboard, paste, setCell, setRange, writeClipboard, type Row, type Table } from "./table";

interface Props {
  table: Table;
  kind: TableKind;
  selection: Selection;
  /** What is wrong with a cell, or null. */
  problemAt: (row: number, column: number) => string | null;
  idsOf: (table: string) => { id: string; name: string }[];
  onChange: (next: Table) => void;
}

const ROW = 34;
const OVERSCAN = 8;

/** A table as a grid: arrows move, Enter or typing edits, Ctrl+C and Ctrl+V exchange cells with a spreadsheet. */
export function Grid(props: Props) {
  const { table, kind, selection, onChange } = props;
  const host = useRef<HTMLDivElement>(null);
  const [window, setWindow] = useState({ from: 0, to: 40 });
  const columns = useMemo(() => table.header.map((name) => kind.columns.find((c) => c.name === name)), [table.header, kind]);
  const widths = useMemo(() => table.header.map((name, i) => widthOf(name, columns[i], table.rows, i)), [table.header, table.rows.length, columns]);
  const seen = () => {
    const box = host.current;
    if (!box) return;
    const from = Math.max(0, Math.floor(box.scrollTop / ROW) - OVERSCAN);
    const to = Math.min(table.rows.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + OVERSCAN);
    if (from !== window.from || to !== window.to) setWindow({ from, to });
  };
  useLayoutEffect(seen);
  useLayoutEffect(() => {
    const size = new ResizeObserver(seen);
    size.observe(host.current!);
    return () => size.disconnect();
  }, []);
  useFocus(host, selection);
  const keys = (event: KeyboardEvent) => onKey(event, props, Math.floor((host.current?.clientHeight ?? 300) / ROW) - 1);
  const clip = (event: ClipboardEvent) => onClipboard(event, table, selection, onChange);
  const rows = table.rows.slice(window.from, window.to);
  return (
    <div ref={host} class="grid" role="grid" aria-label={`${kind.file}: ${kind.about}`} aria-rowcount={table.rows.length + 1} aria-colcount={table.header.length + 1} aria-multiselectable
      style={{ "--columns": `52px ${widths.map((w) => `${w}ch`).join(" ")}` }} onScroll={seen} onKeyDown={keys} onCopy={clip} onCut={clip} onPaste={clip}>
      <Header table={table} columns={columns} />
      <div role="rowgroup" class="grid-rows" style={{ height: `${table.rows.length * ROW}px` }}>
        <div role="presentation" style={{ transform: `translateY(${window.from * ROW}px)` }}>
          {rows.map((row, i) => <Line key={row.key} {...props} row={row} at={window.from + i} columns={columns} />)}
        </div>
      </div>
    </div>
  );
}

function Header({ table, columns }: { table: Table; columns: (Column | undefined)[] }) {
  return (
    <div role="rowgroup" class="grid-head">
      <div role="row" aria-rowindex={1} class="grid-row">
        <span role="columnheader" aria-colindex={1} class="grid-cell grid-corner">Row</span>
        {table.header.map((name, i) => (
          <span key={name} role="columnheader" aria-colindex={i + 2} class="grid-cell" title={columns[i]?.about ?? "This column is not read."}>
            <span class="name">{name}</span>
            {columns[i]?.required ? <b class="must" aria-label="required">*</b> : null}
          </span>
        ))}
      </div>
    </div>
  );
}

interface LineProps extends Props {
  row: Row;
  at: number;
  columns: (Column | undefined)[];
}

function Line(props: LineProps) {
  const { row, at, table, selection } = props;
  const range = selection.range.value;
  const inRange = at >= range.top && at <= range.bottom;
  const whole = () => {
    selection.to({ row: at, column: table.header.length - 1 });
    selection.anchor.value = { row: at, column: 0 };
  };
  return (
    <div role="row" aria-rowindex={at + 2} class="grid-row">
      <span role="rowheader" aria-colindex={1} class={`grid-cell grid-corner ${inRange ? "on" : ""}`} onClick={whole}>{at + 1}</span>
      {row.cells.slice(0, table.header.length).map((value, column) => <Cell key={column} {...props} column={column} value={value} />)}
    </div>
  );
}

function Cell({ value, at, column, columns, table, selection, problemAt, idsOf, onChange }: LineProps & { column: number; value: string }) {
  const active = selection.active.value.row === at && selection.active.value.column === column;
  const { top, bottom, left, right } = selection.range.value;
  const selected = at >= top && at <= bottom && column >= left && column <= right;
  const editing = active ? selection.editing.value : null;
  const problem = problemAt(at, column);
  const kind = columns[column];
  const done = (next: string, down: number, across: number) => {
    if (next !== value) onChange(setCell(table, at, column, next.trim()));
    selection.editing.value = null;
    if (!down && !across) return;
    selection.to({ row: Math.max(0, Math.min(at + down, table.rows.length - 1)), column: Math.max(0, Math.min(column + across, table.header.length - 1)) });
  };
  const press = (event: PointerEvent) => {
    if (editing !== null || event.button !== 0) return;
    // A second touch edits, as there is no double click with a finger.
    if (active && event.pointerType === "touch") selection.editing.value = value;
    else selection.to({ row: at, column }, event.shiftKey);
  };
  const drag = (event: PointerEvent) => event.buttons & 1 && event.pointerType === "mouse" && editing === null && selection.to({ row: at, column }, true);
  const classes = ["grid-cell", `kind-${kind?.kind ?? "none"}`, active && "active", selected && "selected", problem && "wrong", editing !== null && "editing"];
  return (
    <span role="gridcell" aria-colindex={column + 2} aria-selected={selected} aria-invalid={problem ? true : undefined} tabIndex={active ? 0 : -1} class={classes.filter(Boolean).join(" ")}
      title={problem ?? undefined} onPointerDown={press} onPointerEnter={drag} onDblClick={() => (selection.editing.value = value)}>
      {editing === null ? value : (
        <CellEditor column={kind} value={editing} ids={kind?.table ? idsOf(kind.table) : []} label={`${table.header[column]}, row ${at + 1}`} onDone={done}
          onCancel={() => selection.to({ row: at, column })} />
      )}
    </span>
  );
}

/** The active cell is scrolled to and has the focus, unless something outside the grid has it. */
function useFocus(host: { current: HTMLDivElement | null }, selection: Selection): void {
  const { row } = selection.active.value;
  const editing = selection.editing.value;
  useLayoutEffect(() => {
    const box = host.current;
    if (!box || !selection.wantsFocus || editing !== null) return;
    const head = box.firstElementChild!.clientHeight;
    const top = row * ROW;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + ROW > box.scrollTop + box.clientHeight - head) box.scrollTop = top + ROW - box.clientHeight + head + 4;
    const cell = box.querySelector<HTMLElement>(".grid-cell.active");
    if (!cell) return;
    selection.wantsFocus = false;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

function onKey(event: KeyboardEvent, { table, kind, selection, onChange }: Props, page: number): void {
  if (selection.editing.peek() !== null || !(event.target as Element).closest(".grid-cell")) return;
  const at = selection.active.peek();
  const to = moved(event, at, table.rows.length, table.header.length, page);
  const value = table.rows[at.row]?.cells[at.column];
  if (to) selection.to(to, event.shiftKey);
  else if (value === undefined) return;
  else if (event.key === "Enter" || event.key === "F2") selection.editing.value = value;
  else if (event.key === "Delete" || event.key === "Backspace") onChange(setRange(table, selection.range.peek(), ""));
  else if (event.key === "a" && (event.ctrlKey || event.metaKey)) selectAll(table, selection);
  else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) selection.editing.value = typed(event.key, value, kind.columns.find((c) => c.name === table.header[at.column]));
  else return;
  event.preventDefault();
}

/** What the field begins with: the key, or in a list the word that begins with it. */
function typed(key: string, value: string, column: Column | undefined): string {
  const words = column?.kind === "flag" ? ["0", "1"] : column?.words;
  if (words?.length) return words.find((w) => w.startsWith(key)) ?? value;
  return key === " " ? value : key;
}

function selectAll(table: Table, selection: Selection): void {
  selection.to({ row: table.rows.length - 1, column: table.header.length - 1 });
  selection.anchor.value = { row: 0, column: 0 };
}

function onClipboard(event: ClipboardEvent, table: Table, selection: Selection, onChange: (t: Table) => void): void {
  if (selection.editing.peek() !== null || !event.clipboardData) return;
  event.preventDefault();
  const range = selection.range.peek();
  if (event.type === "paste") {
    const block = parseClipboard(event.clipboardData.getData("text/plain"));
    const one = block.length === 1 && block[0]!.length === 1;
    onChange(one ? setRange(table, range, block[0]![0]!) : paste(table, range.top, range.left, block));
    if (!one) selection.anchor.value = { row: range.top, column: range.left };
    if (!one) selection.active.value = { row: range.top + block.length - 1, column: Math.min(range.left + Math.max(...block.map((b) => b.length)), table.header.length) - 1 };
    return;
  }
  event.clipboardData.setData("text/plain", writeClipboard(cellsOf(table, range)));
  if (event.type === "cut") onChange(setRange(table, range, ""));
}

/** Wide enough for most of what is in a column, in characters. */
function widthOf(name: string, column: Column | undefined, rows: Row[], at: number): number {
  const longest = rows.slice(0, 300).reduce((most, row) => Math.max(most, row.cells[at]?.length ?? 0), 0);
  const least = column?.words?.length ? Math.max(...column.words.map((w) => w.length)) + 3 : 0;
  return Math.min(Math.round(Math.max(1.15 * name.length + 4, 1.12 * longest + 3, least, 7)), 38);
}

import { computed, signal } from "@preact/signals";
import type { Range } from "./table";

export interface At {
  row: number;
  column: number;
}

/** The cell that has the focus, the range that it is an end of, and the cell that is being typed in. */
export class Selection {
  readonly active = signal<At>({ row: 0, column: 0 });
  readonly anchor = signal<At>({ row: 0, column: 0 });
  /** What the field of the cell begins with. */
  readonly editing = signal<string | null>(null);
  /** Whether the grid should take the focus after it is drawn. */
  wantsFocus = false;

  readonly range = computed<Range>(() => {
    const [a, b] = [this.active.value, this.anchor.value];
    return { top: Math.min(a.row, b.row), bottom: Math.max(a.row, b.row), left: Math.min(a.column, b.column), right: Math.max(a.column, b.column) };
  });

  to(at: At, extend = false): void {
    this.editing.value = null;
    this.active.value = at;
    if (!extend) this.anchor.value = at;
    this.wantsFocus = true;
  }

  /** Keeps within a table that has become smaller. */
  within(rows: number, columns: number): void {
    const fit = ({ row, column }: At) => ({ row: Math.max(0, Math.min(row, rows - 1)), column: Math.max(0, Math.min(column, columns - 1)) });
    const [a, b] = [this.active.peek(), this.anchor.peek()];
    const [x, y] = [fit(a), fit(b)];
    if (x.row !== a.row || x.column !== a.column) this.active.value = x;
    if (y.row !== b.row || y.column !== b.column) this.anchor.value = y;
  }
}

/** Where a key leads; null: it is not a key that moves. */
export function moved(event: KeyboardEvent, from: At, rows: number, columns: number, page: number): At | null {
  const { row, column } = from;
  const far = event.ctrlKey || event.metaKey;
  const clamp = (r: number, c: number) => ({ row: Math.max(0, Math.min(r, rows - 1)), column: Math.max(0, Math.min(c, columns - 1)) });
  switch (event.key) {
    case "ArrowUp": return clamp(far ? 0 : row - 1, column);
    case "ArrowDown": return clamp(far ? rows : row + 1, column);
    case "ArrowLeft": return clamp(row, far ? 0 : column - 1);
    case "ArrowRight": return clamp(row, far ? columns : column + 1);
    case "Home": return clamp(far ? 0 : row, 0);
    case "End": return clamp(far ? rows : row, columns);
    case "PageUp": return clamp(row - page, column);
    case "PageDown": return clamp(row + page, column);
    default: return null;
  }
}

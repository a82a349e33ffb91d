import { useLayoutEffect, useRef } from "preact/hooks";
import type { Column } from "../../scenarios/scenario";

interface Props {
  column: Column | undefined;
  value: string;
  /** Ids that a reference can hold, with their names. */
  ids: { id: string; name: string }[];
  label: string;
  /** Down after Enter, right after Tab; 0: the focus goes elsewhere. */
  onDone: (value: string, down: number, right: number) => void;
  onCancel: () => void;
}

/** The field in a cell: a list for words, with suggestions for ids, text for the rest. */
export function CellEditor({ column, value, ids, label, onDone, onCancel }: Props) {
  const field = useRef<HTMLInputElement & HTMLSelectElement>(null);
  const over = useRef(false);
  // At once, so that no key that is typed meanwhile is lost.
  useLayoutEffect(() => {
    field.current?.focus();
    if (field.current instanceof HTMLInputElement) field.current.setSelectionRange(value.length, value.length);
  }, []);
  const done = (down: number, right: number) => {
    if (over.current) return;
    over.current = true;
    onDone(field.current?.value ?? value, down, right);
  };
  const key = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Enter") done(event.shiftKey ? -1 : 1, 0);
    else if (event.key === "Tab") done(0, event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") {
      over.current = true;
      onCancel();
    } else return;
    event.preventDefault();
  };
  const same = { ref: field, "aria-label": label, onKeyDown: key, onBlur: () => done(0, 0) };
  const words = column?.kind === "flag" ? ["0", "1"] : column?.words;
  if (words?.length) {
    const all = value && !words.includes(value) ? [value, ...words] : words;
    return (
      <select {...same} class="cell-field" value={value}>
        {(!column?.required || value === "") && <option value="">{column?.default ? `(${column.default})` : ""}</option>}
        {all.map((word) => <option key={word} value={word}>{word}</option>)}
      </select>
    );
  }
  const numeric = column?.kind === "number" || column?.kind === "whole";
  const list = ids.length ? "cell-ids" : undefined;
  return (
    <>
      <input {...same} class="cell-field" type="text" defaultValue={value} inputMode={numeric ? "decimal" : "text"} list={list} autocomplete="off" spellcheck={false} />
      {list && <datalist id={list}>{ids.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</datalist>}
    </>
  );
}

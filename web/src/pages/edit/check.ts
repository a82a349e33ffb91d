import type { Column } from "../../scenarios/scenario";

/** What is wrong with a cell by its column alone, at once; the reader of the server checks the rest. */
export function cellProblem(value: string, column: Column | undefined): string | null {
  const text = value.trim();
  if (!column) return null;
  if (text === "") return column.required ? "This cell must be filled." : null;
  if (column.words?.length && !column.words.includes(text)) return `Give one of: ${column.words.join(", ")}.`;
  if (column.kind === "flag" && text !== "0" && text !== "1") return "Give 0 or 1.";
  if (column.kind === "number" || column.kind === "whole") return numberProblem(text, column);
  if (column.kind === "numbers") return text.split(";").map((part) => numberProblem(part.trim(), column)).find(Boolean) ?? null;
  if (column.kind === "date" && !/^\d{4}-\d{2}-\d{2}$/.test(text)) return "Give a date as 2025-01-31.";
  return null;
}

function numberProblem(text: string, { kind, least, greatest }: Column): string | null {
  const value = Number(text);
  if (text === "" || !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) || !Number.isFinite(value)) return "Give a number, with a point before decimals.";
  if (kind === "whole" && !Number.isInteger(value)) return "Give a whole number.";
  if (least != null && value < least) return `Give at least ${least}.`;
  if (greatest != null && value > greatest) return `Give at most ${greatest.toLocaleString("en-GB")}.`;
  return null;
}

// A file policies.csv of the user's own: kept by the tab, sent with every question.
import { computed, effect, signal } from "@preact/signals";
import { parseTable } from "../edit/table";

export interface PolicyFile {
  name: string;
  text: string;
}

const KEY = "trimodal.policies";

function stored(): PolicyFile | null {
  const text = sessionStorage.getItem(KEY);
  return text ? (JSON.parse(text) as PolicyFile) : null;
}

export const policyFile = signal<PolicyFile | null>(stored());

/** Whether a reload would lose the file: it is too large for the tab's storage. */
export const notKept = signal(false);

/** Sets of study cases in the file. Its law holds without being chosen. */
export const policySets = computed<string[]>(() => {
  const { header, rows } = parseTable(policyFile.value?.text ?? "");
  const [set, kind] = [header.indexOf("set"), header.indexOf("kind")];
  const cases = rows.filter((row) => row.cells[kind] !== "law").map((row) => row.cells[set] ?? "");
  return [...new Set(cases)].filter(Boolean).sort();
});

effect(() => {
  const file = policyFile.value;
  notKept.value = false;
  sessionStorage.removeItem(KEY);
  try {
    if (file) sessionStorage.setItem(KEY, JSON.stringify(file));
  } catch {
    notKept.value = true;
  }
});

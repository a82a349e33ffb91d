// An address does not carry the overrides and policies of its sender: it says that there were some.
import { computed, effect, signal } from "@preact/signals";
import { overridesCsv } from "../../overrides";
import { page, query, setQuery } from "../../router";
import { policyFile } from "./policies";

/** A number for texts that are the same (FNV-1a). */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

const own = computed(() => {
  const tables = [overridesCsv.value, policyFile.value?.text ?? ""];
  return tables.some(Boolean) ? digest(tables.join("\0")) : "";
});

/** The tables of whoever sent the address, until those here change. */
const sent = signal(query.peek().with ?? "");

/** Whether the answer here is not that of the sender. */
export const senderHadOthers = computed(() => sent.value !== "" && sent.value !== own.value);

let before = own.peek();

effect(() => {
  const now = own.value;
  if (now !== before) sent.value = "";
  before = now;
  const isTold = (query.value.with ?? "") === now;
  if (page.value === "route" && sent.value === "" && query.value.from && !isTold) setQuery({ with: now });
});

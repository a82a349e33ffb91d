// Scenario folders for the mock server: files, names and the network that the map draws.
import { readFileSync, readdirSync } from "node:fs";
import Papa from "papaparse";

const root = new URL("../../scenarios/", import.meta.url);
export const bundled = () => readdirSync(root, { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name);

export function files(name) {
  const folder = new URL(`${name}/`, root);
  const kept = readdirSync(folder).filter((f) => f.endsWith(".csv") || f === "scenario.toml");
  return Object.fromEntries(kept.map((f) => [f, readFileSync(new URL(f, folder), "utf8")]));
}

export const rows = (text) => Papa.parse(text ?? "", { header: true, comments: "#", skipEmptyLines: true }).data;
export const title = (all) => /^name\s*=\s*"(.*)"/m.exec(all["scenario.toml"] ?? "")?.[1] ?? "Untitled";

export function network(all) {
  const places = rows(all["places.csv"]).map((p) => ({ id: p.id, name: p.name, lat: Number(p.lat), lon: Number(p.lon), country: p.country }));
  const at = new Map(places.map((p) => [p.id, p]));
  const links = rows(all["links.csv"]).flatMap((l) => {
    const [a, b] = [at.get(l.from), at.get(l.to)];
    if (!a || !b) return [];
    return [{ id: l.id, name: l.name || `${a.name}-${b.name}`, mode: l.mode, from: l.from, to: l.to, km: Number(l.km), line: [[a.lon, a.lat], [b.lon, b.lat]] }];
  });
  return { places, links };
}

/** The tables of a scenario from the generated reference. */
export function tables() {
  const text = readFileSync(new URL("../../docs/reference/tables.md", import.meta.url), "utf8").split("# Sheets that only")[0];
  return text.split(/^## /m).slice(1).map((part) => {
    const [file, about] = [part.split("\n")[0].trim(), part.split("\n")[2].replace(/ \((required|optional)\)$/, "")];
    const columns = part.split("\n").filter((l) => l.startsWith("| `")).map((l) => {
      const [name, holds, unit, blank, meaning] = l.split(" | ").map((c) => c.replace(/^\| |\s\|$/g, "").trim());
      const words = holds.startsWith("`") ? holds.split(", ").map((w) => w.replaceAll("`", "")) : undefined;
      const ref = /^id(s?) of (\w+)\.csv$/.exec(holds);
      const range = /^(whole )?number, (\S+) to (\S+)$/.exec(holds);
      const kind = words ? "word" : ref ? `ref${ref[1]}` : range ? (range[1] ? "whole" : "number") : holds === "0 or 1" ? "flag" : /^id/.test(holds) ? "id" : "text";
      return {
        name: name.replaceAll("`", ""), about: meaning, kind, unit, words, required: blank === "not allowed",
        default: blank.startsWith("`") ? blank.replaceAll("`", "") : undefined,
        table: ref?.[2], least: range ? Number(range[2]) : undefined, greatest: range ? Number(range[3]) : undefined,
      };
    });
    return { file, about, columns };
  });
}

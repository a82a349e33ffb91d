import { parseTable } from "../edit/table";
import { isOnLand, type Files, type Network } from "../../scenarios/scenario";

/** An option of the scenario that extends a facility. */
export interface Extension {
  id: string;
  name: string;
  facility: string;
  musd: number | null;
  effect: string;
}

/** Names for people of what a scenario calls by id, and what the plan itself does not say. */
export class Names {
  private readonly names = new Map<string, string>();
  readonly options: Extension[] = [];
  /** What can be closed, by name. */
  readonly closable: { kind: string; items: { id: string; name: string }[] }[];
  /** Study cases that can be switched on. */
  readonly cases: string[];
  private readonly placeOf = new Map<string, string>();

  constructor(files: Files, network: Network | null | undefined) {
    for (const row of records(files["operations.csv"])) this.names.set(row.id ?? "", `${row.does} of ${row.vehicle}`);
    for (const file of ["calendars.csv", "vehicles.csv", "resources.csv", "demand.csv", "options.csv", "places.csv", "links.csv"])
      for (const row of records(files[file])) if (row.id && row.name) this.names.set(row.id, row.name);
    for (const link of network?.links ?? []) this.names.set(link.id, link.name);
    for (const row of records(files["resources.csv"])) this.placeOf.set(row.id ?? "", row.place ?? "");
    for (const row of records(files["options.csv"]))
      this.options.push({ id: row.id ?? "", name: row.name ?? "", facility: row.target ?? "", musd: row.capex_musd ? Number(row.capex_musd) : null, effect: row.effect ?? "" });
    const resources = records(files["resources.csv"]).map((row) => ({ id: row.id ?? "", name: row.name ?? "" }));
    this.closable = [
      { kind: "Facilities", items: byName(resources) },
      { kind: "Places, with all that is there", items: byName(network?.places.filter(isOnLand) ?? []) },
      { kind: "Links", items: byName(network?.links ?? []) },
    ].filter(({ items }) => items.length > 0);
    const cases = records(files["policies.csv"]).filter((row) => row.kind !== "law").map((row) => row.set ?? "");
    this.cases = [...new Set(cases)].filter(Boolean).sort();
  }

  of(id: string): string {
    return this.names.get(id) ?? id;
  }

  place(resource: string): string | undefined {
    return this.placeOf.get(resource);
  }

  /** The facility or link that an option changes. */
  targetOf(option: string): string | undefined {
    return this.options.find((o) => o.id === option)?.facility;
  }

  /** A step of a derivation with names in place of ids. */
  told(step: string): string {
    return step
      .replace(/`([^`]+)` \((\w+) (\w+)\)/g, (_, _operation, does, vehicle) => `${does} ${this.of(vehicle)}`)
      .replace(/`([^`]+)`/g, (_, id) => this.told(this.inner(id)))
      .replace(/\((\w+)\)/g, (whole, id) => (/_/.test(id) || this.names.has(id) ? `(${this.of(id).replaceAll("_", " ")})` : whole));
  }

  private inner(id: string): string {
    const name = this.of(id);
    return name.replace(/ of (\w+)$/, (_, vehicle) => ` of ${this.of(vehicle)}`).replaceAll("`", "");
  }

  /** Options that extend a facility: a resource, a section or its whole link. */
  extensions(facility: string): Extension[] {
    const link = facility.split(":")[0];
    return this.options.filter((o) => o.facility === facility || o.facility === link);
  }
}

const byName = <T extends { name: string }>(all: readonly T[]) => [...all].sort((a, b) => a.name.localeCompare(b.name));

function records(text: string | undefined): Record<string, string>[] {
  if (!text) return [];
  const { header, rows } = parseTable(text);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row.cells[i] ?? ""])));
}

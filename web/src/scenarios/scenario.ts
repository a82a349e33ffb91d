// What the server says about scenarios, and the tables of its reader.
import type { components } from "../api/schema";

type Schemas = components["schemas"];

export type Scenario = Schemas["Described"];
export type Listed = Schemas["ListedScenario"];
export type Checked = Schemas["Checked"];
export type Files = Scenario["files"];
export type Problem = Schemas["Finding"];
export type Network = Schemas["ScenarioNetwork"];
export type Link = Schemas["ScenarioLink"];
/** Turning points at sea, in no country, are no places for people. */
export const isOnLand = (place: Network["places"][number]) => !place.country.startsWith("X");
export type TableKind = Schemas["TableForm"];
export type Column = Schemas["ColumnForm"];

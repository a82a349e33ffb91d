// The answers of the API under short names. `schema.ts` is made from its document by `npm run types`; answers
// of jobs are not in it: pages/plan/outcome.ts, pages/simulate/outcome.ts.
import type { components, operations } from "./schema";

type Schemas = components["schemas"];

export type Mode = Schemas["Mode"];
export const MODES: readonly Mode[] = ["rail", "sea", "road", "barge"];

export type WorldInfo = Schemas["Holdings"];
export type Place = Schemas["PlaceFound"];
export type PlacesFound = Schemas["PlacesFound"];
export type Near = Schemas["Nearest"];
export type LinkDetail = Schemas["LinkFound"];
export type LinkElectrification = Schemas["LinkElectrification"];
export type LinkNear = Schemas["LinkNear"];

export type RouteRequest = operations["post__route"]["requestBody"]["content"]["application/json"];
export type RouteAnswer = Schemas["Routes"];
export type Stop = Schemas["Stop"];
export type Itinerary = Schemas["Itinerary"];
export type Leg = Schemas["Leg"];
export type Transfer = Schemas["Transfer"];
export type Rate = Schemas["Rate"];
export type Factor = Schemas["Factor"];
export type Assumption = Schemas["Assumption"];
export type KnownService = Schemas["KnownService"];

export type Job = Schemas["Job"];
export type Trace = Schemas["Recording"];

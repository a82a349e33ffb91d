// What the figures of a step rest on, in lines. Of a leg: the service, or the rates and the factor of its mode. Of a stop: the parameters,
// prices, borders and passages that it names.
import type { Assumption, Factor, Itinerary, KnownService, Leg, Rate, RouteAnswer, Transfer } from "../../api";
import { one } from "../../format";

function range(low?: number | null, high?: number | null): string {
  return low != null && high != null && low !== high ? `, usual ${low}–${high}` : "";
}

function service(s: KnownService): string {
  const days = s.days_p50 ? `${s.days_p50} days (${s.days_confidence})` : "";
  const often = s.departures_per_week ? `${one(s.departures_per_week)} a week` : "";
  const price = s.usd ? `${s.usd} USD/${s.per}${range(s.usd_low, s.usd_high)} (${s.rate_confidence} ${s.period})` : "";
  return `Service ${s.name}: ${[days, often, price].filter(Boolean).join(", ")}. Source: ${s.source}`;
}

function rate(r: Rate): string {
  const where = r.where === "--" ? "" : ` in ${r.where}`;
  return `Price${where}: ${r.usd} USD/${r.per}${range(r.low, r.high)} (${r.period}; ${r.confidence}). Source: ${r.source}`;
}

function factor(f: Factor): string {
  const where = f.country ? ` in ${f.country}` : "";
  const spread = f.uncertainty_pct ? `, ±${f.uncertainty_pct} %` : "";
  return `CO2e${where}: ${one(f.wtt_g_tkm + f.ttw_g_tkm)} g/tkm well to wheel, ${f.class} (${f.year}; ${f.confidence}${spread}). Source: ${f.source}`;
}

export function sourcesOf(leg: Leg, answer: RouteAnswer): string[] {
  const basis = answer.basis;
  if (!basis) return [];
  const near = (country: string) => country === "" || country === "--" || country.length !== 2 || (leg.countries ?? []).includes(country);
  const factors = basis.factors.filter((f) => f.mode === leg.mode && near(f.country)).map(factor);
  const known = basis.services.filter((s) => s.id === leg.service).map(service);
  if (known.length > 0) return [...known, ...factors];
  return [...basis.rates.filter((r) => r.mode === leg.mode && near(r.where)).map(rate), ...factors];
}

const KINDS: Record<string, string> = { price: "Price", dwell: "Time in the yard", border: "Border", passage: "Passage" };

/** `load_sea_time` as people say it. */
function named(id: string): string {
  const [kind = "", ...rest] = id.split(":");
  if (rest.length > 0) return `${KINDS[kind] ?? kind} (${rest.join(" ").replaceAll(/[-_]/g, " ").trim()})`;
  const words = kind.replaceAll("_", " ").replace("co2e", "CO2e");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function assumption(a: Assumption): string {
  const p90 = a.p90 != null && a.p90 !== a.value ? `, nine of ten up to ${a.p90}` : "";
  const note = a.note ? `; ${a.note}` : "";
  return `${named(a.id)}: ${a.value} ${a.unit}${p90}${note} (${a.confidence})${a.source && a.source !== a.confidence ? `. Source: ${a.source}` : ""}`;
}

export function sourcesOfStop(stop: Transfer, answer: RouteAnswer, itinerary: Itinerary): string[] {
  const basis = answer.basis;
  if (!basis) return [];
  const known = (basis.assumptions ?? []).filter((a) => stop.assumptions?.includes(a.id)).map(assumption);
  if (stop.kind !== "wait" || known.length > 0) return known;
  const next = itinerary.legs[stop.after_leg];
  return basis.services.filter((s) => s.id === next?.service).map(service);
}

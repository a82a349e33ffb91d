// Whether a railway is electrified, in words: what is known, what says so, and how sure it is.
import type { LinkElectrification } from "../../api";
import { country } from "../../format";

const CONFIDENCE: Record<string, string> = { recalled: "recalled, a guess" };

function state(of: LinkElectrification): string {
  if (of.state === "unknown") return "not known";
  if (of.state === "none") return "not electrified";
  return of.system ? `electrified (${of.system})` : "electrified";
}

function because(of: LinkElectrification): string | undefined {
  if (of.line) return of.line;
  if (!of.country) return undefined;
  const name = country(of.country);
  return of.country_percent == null ? `railways of ${name}` : `${of.country_percent} % of the railways of ${name} are electrified`;
}

function source(of: LinkElectrification): string | undefined {
  if (!of.source) return undefined;
  const sure = of.confidence ? (CONFIDENCE[of.confidence] ?? of.confidence) : undefined;
  return of.source === of.confidence ? sure : [`source: ${of.source}`, sure].filter(Boolean).join(", ");
}

export function electrification(of: LinkElectrification | null | undefined): string | undefined {
  return of ? [state(of), because(of), source(of)].filter(Boolean).join("; ") : undefined;
}

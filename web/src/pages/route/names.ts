// Names for people of what is avoided, and of ids in answers.
import { worldInfo } from "../../api";
import { country } from "../../format";

function passage(id: string): string | undefined {
  return worldInfo.value?.passages.find((p) => p.id === id)?.name;
}

/** `road-ke-ug-busia`: Busia (KE–UG, road). */
export function border(id: string): string {
  const found = /^(rail|road|barge|sea)-([a-z]{2})-([a-z]{2})-(.+)$/.exec(id);
  if (!found) return id;
  const [, mode, one, other, place = ""] = found;
  return `${title(place)} (${one?.toUpperCase()}–${other?.toUpperCase()}, ${mode})`;
}

function title(id: string): string {
  return id.replace(/(^|-)([a-z])/g, (_, dash: string, c: string) => (dash ? " " : "") + c.toUpperCase());
}

export function passageName(id: string): string {
  return passage(id) ?? title(id);
}

export function nameOf(element: string): string {
  if (/^[A-Z]{2}$/.test(element)) return country(element);
  const [kind, id] = element.split(/:(.*)/s) as [string, string | undefined];
  if (!id) return passage(element) ?? element;
  if (kind === "border") return `the border ${border(id)}`;
  if (kind === "port" || kind === "terminal") return `the ${kind} ${id}`;
  return `the link ${id}`;
}

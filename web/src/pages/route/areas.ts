// Areas to avoid, as the address has them: `lon,lat;lon,lat;…`, and `|` between areas.
export type Ring = [lon: number, lat: number][];

/** An area as it is written; without a ring where it cannot be read. */
export interface Area {
  text: string;
  ring: Ring | null;
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)$/;

const parts = (text: string, by: string): string[] => text.split(by).map((part) => part.trim()).filter(Boolean);

function readRing(text: string): Ring | null {
  const points = parts(text, ";").map((pair) => pair.split(",").map((x) => x.trim()));
  if (points.length < 3 || !points.every((p) => p.length === 2 && p.every((x) => NUMBER.test(x)))) return null;
  return points.map(([lon, lat]) => [Number(lon), Number(lat)]);
}

export function readAreas(text: string | undefined): Area[] {
  return parts(text ?? "", "|").map((area) => ({ text: area, ring: readRing(area) }));
}

export const ringsOf = (areas: readonly Area[]): Ring[] => areas.flatMap(({ ring }) => (ring ? [ring] : []));

/** Which area cannot be read, and how one is written; empty where all can. */
export function areaProblem(areas: readonly Area[]): string {
  const wrong = areas.flatMap(({ text, ring }, i) => (ring ? [] : [`Area ${i + 1} cannot be read: “${text}”.`]));
  if (wrong.length === 0) return "";
  return `${wrong.join(" ")} Give three corners or more, each as longitude,latitude in degrees with a point before decimals, and ; between corners.`;
}

export const writeRing = (ring: Ring): string => ring.map(([lon, lat]) => `${lon.toFixed(3)},${lat.toFixed(3)}`).join(";");

/** One more area, or one less; the others keep their text. */
export const joined = (texts: readonly string[]): string => texts.join("|");

/** A longitude as it lies next to another: past 180 degrees where that is nearer. */
export const beside = (lon: number, other: number): number => lon + 360 * Math.round((other - lon) / 360);

export function areasGeometry(rings: readonly Ring[]): GeoJSON.MultiPolygon {
  return { type: "MultiPolygon", coordinates: rings.map((ring) => [[...ring, ring[0] as [number, number]]]) };
}

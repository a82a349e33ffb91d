/** Longitudes between two ends; the end may pass 180. */
export type Stretch = readonly [from: number, to: number];

/** The narrowest stretch around all: from -180 to 180 where they leave no gap. Its end may pass 180. */
export function span(stretches: Stretch[]): [west: number, east: number] {
  const sorted = stretches.map(([from, to]): Stretch => [wrapped(from), wrapped(from) + to - from]).sort((a, b) => a[0] - b[0]);
  let reach = sorted.reduce((most, [, to]) => Math.max(most, to), -Infinity) - 360;
  let [gap, west] = [0, -180];
  for (const [from, to] of sorted) {
    if (from - reach > gap) [gap, west] = [from - reach, from];
    reach = Math.max(reach, to);
  }
  return [west, west + 360 - gap];
}

/** A longitude from -180 to before 180. */
const wrapped = (lon: number): number => lon - 360 * Math.floor((lon + 180) / 360);

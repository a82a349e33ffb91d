// Makes the basemap of the map from `world-atlas` (Natural Earth, public domain): land by country,
// borders and names, cut at 180 degrees. Uncut, a ring that crosses 180 degrees is filled the
// long way round the Earth. Run by `npm run build`; writes to public/basemap/.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { geoArea, geoCentroid, geoEquirectangular } from "d3-geo";
import { geoProject } from "d3-geo-projection";
import countries from "i18n-iso-countries";
import { feature, mesh } from "topojson-client";
import { presimplify, quantile, simplify } from "topojson-simplify";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../public/basemap");

/** Areas without an ISO number in Natural Earth, and the country that the network counts them to. */
const UNNUMBERED = { Kosovo: "XK", Somaliland: "SO", "N. Cyprus": "CY" };

/** Degrees in, degrees out; d3 cuts at the antimeridian on the way. */
const cut = geoEquirectangular().scale(180 / Math.PI).translate([0, 0]).precision(0).reflectY(true);

function rounded(coordinates, digits) {
  if (typeof coordinates[0] === "number") return coordinates.map((x) => Number(x.toFixed(digits)));
  return coordinates.map((c) => rounded(c, digits));
}

/** Drops points that rounding made equal to the one before. */
function thinned(coordinates) {
  if (typeof coordinates[0][0] !== "number") return coordinates.map(thinned);
  const kept = coordinates.filter((p, i) => i === 0 || p[0] !== coordinates[i - 1][0] || p[1] !== coordinates[i - 1][1]);
  return kept.length > 1 ? kept : coordinates.slice(0, 2);
}

function projected(geometry, digits) {
  const done = geoProject(geometry, cut);
  return done && { type: done.type, coordinates: thinned(rounded(done.coordinates, digits)) };
}

/** The largest part of a country: its name is written there, not between its islands. */
function largest(geometry) {
  if (geometry.type === "Polygon") return geometry;
  const parts = geometry.coordinates.map((coordinates) => ({ type: "Polygon", coordinates }));
  return parts.reduce((a, b) => (geoArea(a) >= geoArea(b) ? a : b));
}

function named(f, digits) {
  const code = UNNUMBERED[f.properties.name] ?? (f.id && countries.numericToAlpha2(f.id)) ?? "";
  const properties = { code, name: f.properties.name };
  const at = rounded(geoCentroid(largest(f.geometry)), 2);
  const rank = Math.round(Math.log10(1 + geoArea(f.geometry) * 4.06e7) * 10) / 10; // log10 of km2
  return [
    { type: "Feature", properties, geometry: projected(f.geometry, digits) },
    { type: "Feature", properties: { ...properties, rank }, geometry: { type: "Point", coordinates: at } },
  ];
}

function write(name, features) {
  const kept = features.filter((f) => f.geometry);
  writeFileSync(join(out, name), JSON.stringify({ type: "FeatureCollection", features: kept }));
}

/** `kept`: the share of the points that stays, so that all assets together are below 2 MB. */
function make(scale, digits, kept) {
  const path = join(here, `../node_modules/world-atlas/countries-${scale}.json`);
  const weighed = presimplify(JSON.parse(readFileSync(path, "utf8")));
  const topology = kept < 1 ? simplify(weighed, quantile(weighed, kept)) : weighed;
  const object = topology.objects.countries;
  const both = feature(topology, object).features.map((f) => named(f, digits));
  const borders = projected(mesh(topology, object, (a, b) => a !== b), digits);
  write(`land-${scale}.json`, both.map(([area]) => area));
  write(`borders-${scale}.json`, [{ type: "Feature", properties: {}, geometry: borders }]);
  if (scale === "50m") write("names.json", both.map(([, point]) => point));
}

mkdirSync(out, { recursive: true });
make("50m", 2, 0.7);
make("10m", 3, 0.25);

// A stand-in for `trimodal serve` while the pages are developed: answers of the binary, asked on demand, and
// the built pages under the policy of the server. TRIMODAL=path/to/trimodal node dev/mock.mjs [port]
import { execFile } from "node:child_process";
import { createReadStream, existsSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { GeoJSONVT } from "@maplibre/geojson-vt";
import { fromGeojsonVt } from "@maplibre/vt-pbf";
import { answer as scenariosAndJobs } from "./mock-jobs.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = process.env.DIST ?? join(root, "dist");
const binary = process.env.TRIMODAL ?? "trimodal";
const port = Number(process.argv[2] ?? 8787);
const CSP = "default-src 'self'; worker-src 'self'; img-src 'self' data: blob:; style-src 'self'; font-src 'self'; connect-src 'self'";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml", ".woff2": "font/woff2" };

const run = (args) =>
  new Promise((done) => execFile(binary, args, { maxBuffer: 1 << 28 }, (_, out, err) => done({ out, err })));

const PLACES = [
  ["Mombasa", "KE", "port", -4.05, 39.63, "KEMBA"], ["Kampala", "UG", "town", 0.316, 32.582], ["Nairobi", "KE", "town", -1.283, 36.817],
  ["Rotterdam", "NL", "port", 51.92, 4.48, "NLRTM"], ["Hamburg", "DE", "port", 53.55, 10, "DEHAM"], ["Duisburg", "DE", "town", 51.43, 6.76],
  ["Xi'an", "CN", "town", 34.26, 108.93], ["Shanghai", "CN", "port", 31.22, 121.46, "CNSHA"], ["Basel", "CH", "town", 47.56, 7.57],
  ["Seoul", "KR", "town", 37.57, 126.98], ["Pyongyang", "KP", "town", 39.03, 125.75], ["Vladivostok", "RU", "port", 43.1, 131.87],
].map(([name, country, kind, lat, lon, code]) => ({ text: `${name}, ${country}`, name, country, kind, lat, lon, code }));

const links = new Map(); // id -> LinkDetail, of the legs that were asked
const index = () => {
  const features = [...links.values()].map((l) => ({ type: "Feature", properties: { id: l.id, mode: l.mode, gauge: l.gauge_mm ?? 0, mended: l.mended, closed: false, ferry: false }, geometry: { type: "LineString", coordinates: l.line } }));
  return new GeoJSONVT({ type: "FeatureCollection", features }, { maxZoom: 10, indexMaxZoom: 4 });
};
let tiles = index();

function remember(answer) {
  for (const leg of (answer.itineraries ?? []).flatMap((i) => i.legs)) {
    for (let i = 0; i + 1 < leg.line.length; i += 4) {
      const line = leg.line.slice(i, i + 5);
      const id = `${leg.mode}:${Buffer.from(line[0].join()).toString("hex").slice(-10)}`;
      links.set(id, { id, mode: leg.mode, gauge_mm: leg.gauge_mm, km: leg.distance_km / 20, line, countries: ["KE"], mended: false, access: false, attribution: ["Network: (c) OpenStreetMap contributors"] });
    }
  }
  tiles = index();
}

const LISTS = { via: "--via", avoid: "--avoid", only_via: "--only-via", modes: "--modes", jurisdictions: "--jurisdiction", policies: "--policy", hs: "--hs" };
const VALUES = { by: "--by", cargo: "--cargo", tonnes: "--tonnes", teu: "--teu", date: "--date", alternatives: "--alternatives", tolerance: "--tolerance", ship: "--ship", draught_m: "--draught", goods_origin: "--goods-origin" };

async function route(ask) {
  const args = ["route", "--json"];
  for (const [name, option] of Object.entries(LISTS)) for (const v of [ask[name] ?? []].flat()) args.push(option, v);
  for (const [name, option] of Object.entries(VALUES)) if (ask[name] !== undefined) args.push(option, String(ask[name]));
  if (ask.no_mended) args.push("--no-mended");
  if (ask.counterfactual_no_law) args.push("--counterfactual-no-law");
  if (ask.overrides) {
    const file = join(tmpdir(), "trimodal-mock-overrides.csv");
    writeFileSync(file, ask.overrides);
    args.push("--overrides", file);
  }
  const { out, err } = await run([...args, "--", ask.from ?? "", ask.to ?? ""]);
  if (out) return remember(JSON.parse(out)), JSON.parse(out);
  const problems = [...err.matchAll(/error\[(.*?)\]: (.*)(?:\n {2}(.*))?/g)].map(([, id, message, hint]) => ({ id, message, hint }));
  throw { status: 400, title: "Bad request", detail: problems[0]?.message ?? err, problems };
}

async function worldInfo() {
  const { out } = await run(["world", "info"]);
  const passages = [...out.matchAll(/^ {2}([a-z-]+) +(canal|strait|cape|route|river) +(.*?)(?: {2}draught up to ([\d.]+) m)?(?: {2}closed (\d.*?))?( {2}closed by default)?$/gm)].map(([, id, kind, name, draught, season, closed]) => ({ id, kind, name, draught_m: draught ? Number(draught) : null, season_closed: season ?? null, is_closed: Boolean(closed) }));
  const countries = ["BY", "CN", "DE", "KE", "KZ", "NL", "RU", "TZ", "UG"].map((code) => ({ code, name: new Intl.DisplayNames("en", { type: "region" }).of(code) }));
  return { passages, countries, attribution: ["Network: (c) OpenStreetMap contributors"], cargoes: ["containers", "dry_bulk", "liquid_bulk", "general", "reefer"], ships: [{ id: "feeder", name: "Feeder" }, { id: "ulcv", name: "ULCV" }], jurisdictions: ["EU", "US", "UK", "CH"] };
}

async function answer(path, ask) {
  const [, head, id] = path.split("/").map(decodeURIComponent);
  if (path === "/health") return { status: "ok", version: "mock", world: "mock" };
  if (path === "/world/info") return worldInfo();
  if (path === "/places") return { places: PLACES.filter((p) => `${p.name} ${p.code}`.toLowerCase().includes(ask.q.toLowerCase())).slice(0, 8) };
  if (path === "/nearest") return { point: { name: "here", lat: +ask.lat, lon: +ask.lon, snap: [] }, links: { links: [...links.values()].slice(0, 3).map((l) => ({ ...l, away_km: 1 })) } };
  if (head === "links" && links.has(id)) return links.get(id);
  if (path === "/route") return route(ask);
  throw { status: 404, title: "Not found", detail: `there is no ${path} here`, problems: [] };
}

function tile(path, response) {
  const [z, x, y] = path.split("/").slice(2).map(Number);
  const found = tiles.getTile(z, x, y);
  response.writeHead(200, { "content-type": "application/vnd.mapbox-vector-tile" });
  response.end(found ? Buffer.from(fromGeojsonVt({ links: found })) : undefined);
}

function file(path, response) {
  const found = join(dist, normalize(path === "/" ? "/index.html" : path));
  if (!found.startsWith(dist) || !existsSync(found) || !statSync(found).isFile()) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": TYPES[extname(found)] ?? "application/octet-stream", "content-security-policy": CSP });
  createReadStream(found).pipe(response);
}

createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (!url.pathname.startsWith("/api/v1")) return file(url.pathname, response);
  const path = url.pathname.slice(7);
  if (path.startsWith("/tiles/")) return tile(path, response);
  let body = "";
  for await (const part of request) body += part;
  if (scenariosAndJobs(request, response, url, body ? JSON.parse(body) : undefined)) return;
  try {
    const found = await answer(path, body ? JSON.parse(body) : Object.fromEntries(url.searchParams));
    response.writeHead(200, { "content-type": "application/json", "trimodal-version": "mock", "trimodal-world": "mock" }).end(JSON.stringify(found));
  } catch (problem) {
    response.writeHead(problem.status ?? 500, { "content-type": "application/problem+json" });
    response.end(JSON.stringify(problem.status ? problem : { title: "Mock", detail: String(problem) }));
  }
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));

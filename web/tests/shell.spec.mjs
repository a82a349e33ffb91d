// The frame: tabs, theme, history, policy, and how quickly the first page is painted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { BASE, drawn, fine, open, shot } from "./browser.mjs";

test("tabs by keyboard; each leads back to what its page was asked", async () => {
  const page = await open("/?page=route&from=Mombasa");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(new URL(page.url()).searchParams.get("page"), "network");
  await page.getByRole("link", { name: "Route" }).click();
  assert.equal(new URL(page.url()).searchParams.get("from"), "Mombasa");
  await page.goBack();
  await page.getByRole("heading", { name: /^Overrides/ }).waitFor();
  await fine(page);
});

test("the theme follows the system until it is chosen, and is kept", async () => {
  const page = await open("/?page=network", { colorScheme: "dark" });
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), "dark");
  await page.getByRole("button", { name: /^Theme/ }).click();
  assert.equal(await theme(), "light");
  await page.reload();
  assert.equal(await theme(), "light");
  await fine(page);
});

test("a server that is back ends the error of the frame", async () => {
  const page = await open("/?page=route");
  await page.getByRole("combobox", { name: "From" }).waitFor();
  const down = (route) => route.abort();
  const all = /\/(assets|api)\//;
  await page.context().route(all, down);
  await page.getByRole("link", { name: "Plan" }).click();
  await page.getByRole("alert").getByText("The server does not answer.").waitFor();
  await shot(page, "shell-down");
  await page.context().unroute(all, down);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByLabel("Scenario").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  page.wrong = page.wrong.filter((w) => !/ERR_FAILED/.test(w));
  await fine(page);
});

test("the policy allows nothing inline and nothing from elsewhere", async () => {
  const policy = (await fetch(BASE)).headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'self'/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|https?:/);
});

test("first paint under a second: the median of five, cold", async () => {
  const times = [];
  for (let i = 0; i < 5; i++) {
    const page = await open("/");
    await page.getByRole("combobox", { name: "From" }).waitFor();
    times.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
    await fine(page);
  }
  times.sort((a, b) => a - b);
  console.log(`first contentful paint, ms: ${times.map(Math.round).join(" ")}`);
  assert.ok(times[2] < 1000, `${times[2]} ms`);
});

/** The tiles that a page loads, as `[z, x, y]`. */
function loaded(page) {
  const seen = [];
  page.on("response", (r) => {
    const tile = /\/tiles\/(\d+)\/(\d+)\/(\d+)$/.exec(new URL(r.url()).pathname);
    if (tile && r.ok()) seen.push(tile.slice(1).map(Number));
  });
  return seen;
}

/** From this zoom on links have ids; farther out tiles join them into long lines. */
const IDS_FROM = 7;

/** How many links lie in tiles. */
async function links(tiles) {
  const ids = new Set();
  for (const [z, x, y] of tiles) {
    const n = 2 ** (IDS_FROM - z);
    for (let i = 0; i < n * n; i++) {
      const body = await (await fetch(`${BASE}/api/v1/tiles/${IDS_FROM}/${x * n + (i % n)}/${y * n + Math.floor(i / n)}`)).arrayBuffer();
      const layer = new VectorTile(new PbfReader(new Uint8Array(body))).layers.links;
      for (let k = 0; k < (layer?.length ?? 0); k++) ids.add(layer.feature(k).properties.id);
    }
  }
  return ids.size;
}

/** Tasks of the page's main thread in a trace of the browser: their time on the processor, ms. */
function tasks(trace, url) {
  const { traceEvents } = JSON.parse(trace);
  const isPage = (e) => e.name === "TracingStartedInBrowser" && e.args.data?.frames?.some((f) => f.url.startsWith(url));
  const pids = new Set(traceEvents.filter(isPage).flatMap((e) => e.args.data.frames.filter((f) => f.url.startsWith(url)).map((f) => f.processId)));
  const mains = traceEvents.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain" && (pids.size === 0 || pids.has(e.pid)));
  const keys = new Set(mains.map((e) => `${e.pid} ${e.tid}`));
  return traceEvents.filter((e) => e.name.endsWith("RunTask") && keys.has(`${e.pid} ${e.tid}`)).map((e) => (e.tdur ?? e.dur ?? 0) / 1000);
}

test("panning with 100,000 links: no task of the main thread over 100 ms", async () => {
  const page = await open("/icon.svg", { viewport: { width: 1920, height: 1080 } });
  const seen = loaded(page);
  await page.goto(`${BASE}/?page=network&at=5/50/12`);
  await drawn(page);
  const shown = await links(seen.filter(([z]) => z === 5));
  assert.ok(shown >= 100_000, `${shown} links`);
  await page.context().browser().startTracing(page, { categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"] });
  const box = await page.locator(".map canvas").boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 1; i <= 40; i++) await page.mouse.move(x - i * 8, y + i * 3);
  await page.mouse.up();
  await drawn(page);
  const long = tasks(await page.context().browser().stopTracing(), BASE).sort((a, b) => b - a);
  assert.ok(long.length > 100, `only ${long.length} tasks in the trace`);
  console.log(`longest tasks while panning, ms: ${long.slice(0, 6).map(Math.round).join(" ")}`);
  assert.ok(long[0] < 100, `${long[0]} ms`);
  await fine(page);
});

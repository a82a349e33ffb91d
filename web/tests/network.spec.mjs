// The network page: layers, a link by click, an override and what it changes, overrides.csv, two tabs.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { accessible, BASE, becomes, clickMap, context, drawn, fine, open, picture, shot } from "./browser.mjs";

const address = (page) => new URL(page.url()).searchParams;

/** A bridge over the Bosphorus. */
const BRIDGE = "road:c10ceaaa7a";

async function openAtBridge(options) {
  const page = await open("/?page=network&from=Izmit&to=Edirne&at=11/41.053/29.0265", options);
  await drawn(page);
  await clickMap(page, 0.5, 0.5);
  await page.getByRole("region", { name: "The link that was chosen" }).waitFor();
  return page;
}

async function close(page) {
  await page.getByLabel("Author").fill("A planner");
  await page.getByLabel("Reason").fill("repairs, \"stage 2\"");
  await page.getByRole("button", { name: "Add override" }).click();
}

test("layers are in the address and drawn", async () => {
  const page = await open("/?page=network");
  await page.getByRole("checkbox", { name: "Rail by gauge" }).check();
  await page.getByRole("checkbox", { name: "Sea" }).uncheck();
  assert.equal(address(page).get("modes"), "rail,road,barge");
  assert.match(address(page).get("show"), /gauge/);
  await drawn(page);
  await accessible(page);
  await shot(page, "network");
  await fine(page);
});

/** A point on the nearest track of a gauge, as the map's address has it. */
async function track(lat, lon, gauge) {
  const ask = async (path) => (await fetch(`${BASE}/api/v1/${path}`)).json();
  const near = await ask(`nearest?lat=${lat}&lon=${lon}&km=20&limit=100`);
  const { id } = near.links.links.find((l) => l.gauge_mm === gauge && !l.access);
  const { line } = await ask(`links/${encodeURIComponent(id)}`);
  const [[a, b], [c, d]] = line.slice(Math.ceil(line.length / 2) - 1);
  return `at=10/${(b + d) / 2}/${(a + c) / 2}`;
}

async function openTrack(...of) {
  const page = await open(`/?page=network&show=electrification&modes=rail&${await track(...of)}`);
  await drawn(page);
  await clickMap(page, 0.5, 0.5);
  await page.getByRole("region", { name: "The link that was chosen" }).waitFor();
  return page;
}

test("rail by electrification takes the place of rail by gauge", async () => {
  const page = await open("/?page=network&show=gauge,terminals&at=5/42.4/130.6");
  await page.getByRole("checkbox", { name: "Rail by electrification" }).check();
  assert.equal(address(page).get("show"), "electrification,terminals");
  await becomes(() => page.getByRole("checkbox", { name: "Rail by gauge" }).isChecked(), false);
  const legend = page.getByRole("list", { name: "Colours of electrification" });
  assert.deepEqual((await legend.getByRole("listitem").allTextContents()).map((t) => t.trim()), ["electrified", "not electrified", "not known"]);
  await drawn(page);
  await accessible(page);
  await shot(page, "network-electrification");
  await fine(page);
});

test("a track tells whether it is electrified, what says so and how sure that is", async () => {
  const page = await openTrack(40.67, 129.2, 1435);
  await page.getByText(/^electrified \(3 kV DC\); Pyongra Line: Pyongyang-Rajin; source: Wikipedia, Pyongra Line.*, secondary$/).waitFor();
  await accessible(page);
  await shot(page, "network-electrification-track");
  await fine(page);
  const diesel = await openTrack(42.9, 131.2, 1520);
  await diesel.getByText(/^not electrified; Baranovsky-Khasan; recalled, a guess$/).waitFor();
  await fine(diesel);
  const unknown = await openTrack(43.37, 128.2, 1435);
  await unknown.getByText(/^not known; 74.8 % of the railways of China are electrified; source: Wikipedia, .*, secondary$/).waitFor();
  await fine(unknown);
});

test("rail by electrification, dark", async () => {
  const page = await open("/?page=network&show=electrification&modes=rail&at=4/50/30", { colorScheme: "dark" });
  await drawn(page);
  await accessible(page);
  await shot(page, "network-electrification-dark");
  await fine(page);
});

test("far out a click takes the nearest link of the modes that are drawn", async () => {
  const at = (await track(54.98, 73.3, 1520)).replace("at=10/", "at=4/");
  const page = await open(`/?page=network&modes=rail&show=none&${at}`);
  await drawn(page);
  await clickMap(page, 0.5, 0.5);
  await page.getByRole("region", { name: "The link that was chosen" }).getByText("1520").first().waitFor();
  assert.match(address(page).get("link"), /^rail:/);
  assert.match(address(page).get("at"), /^4/, "the map stays where it is");
  await clickMap(page, 0.5, 0.02);
  await fine(page);
});

test("a link by click, closed, changes the answer; the override is saved and loaded", async () => {
  const page = await openAtBridge();
  assert.equal(address(page).get("link"), BRIDGE);
  await accessible(page);
  await close(page);
  await page.getByRole("heading", { name: "Overrides (1)" }).waitFor();
  await page.getByRole("row", { name: /^Quickest.*\+/ }).waitFor();
  await page.getByRole("row", { name: /Least CO2e/ }).scrollIntoViewIfNeeded();
  await drawn(page);
  await picture(page, "map-network");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save overrides.csv" }).click()]);
  const saved = await readFile(await file.path(), "utf8");
  assert.equal(saved, `link,action,value,author,reason\n${BRIDGE},close,,A planner,"repairs, ""stage 2"""\n`);
  await page.getByRole("button", { name: "Remove all" }).click();
  await page.getByRole("heading", { name: "Overrides (0)" }).waitFor();
  await page.getByLabel("Load overrides.csv").setInputFiles({ name: "overrides.csv", mimeType: "text/csv", buffer: Buffer.from(saved) });
  await page.getByRole("heading", { name: "Overrides (1)" }).waitFor();
  await fine(page);
});

test("an address says that its sender had overrides", async () => {
  const page = await openAtBridge();
  await close(page);
  await page.getByRole("heading", { name: "Overrides (1)" }).waitFor();
  await page.goto(`${BASE}/?page=route&from=Izmit&to=Edirne`);
  await page.getByText("1 override of links").waitFor();
  const notice = "Whoever sent this address had overrides";
  assert.equal(await page.getByText(notice).count(), 0);
  const sent = new URL(page.url());
  assert.ok(sent.searchParams.get("with"), sent.search);
  const other = await open(sent.pathname + sent.search);
  await other.getByText(notice).waitFor();
  await fine(other);
  await fine(page);
});

test("a file that is no overrides.csv says what is missing", async () => {
  const page = await open("/?page=network");
  await page.getByLabel("Load overrides.csv").setInputFiles({ name: "x.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") });
  await page.getByRole("alert").getByText(/has no column link/).waitFor();
  await fine(page);
});

test("a file with an action or a value that is none says where, and changes nothing", async () => {
  const page = await open("/?page=network");
  const load = (row) => page.getByLabel("Load overrides.csv").setInputFiles({ name: "x.csv", mimeType: "text/csv", buffer: Buffer.from(`link,action,value,author,reason\nrail:0123456789,close,,A,B\nrail:0123456789,${row},A,B\n`) });
  for (const [row, words] of [["toString,", /Row 3, column action: the action is “toString”/], ["speed,", /Row 3, column value: the value is blank/], ["cost,0", /Row 3, column value: the value is “0”/], ["cost,-1e3", /column value/], ["close,5", /column value/]]) {
    await load(row);
    await page.getByRole("alert").getByText(words).waitFor();
    await page.getByRole("heading", { name: "Overrides (0)" }).waitFor();
  }
  await accessible(page);
  await shot(page, "network-overrides-wrong");
  await load("speed,40");
  await page.getByRole("heading", { name: "Overrides (2)" }).waitFor();
  await fine(page);
});

test("two tabs at once share the overrides", async () => {
  const shared = await context();
  const one = await openAtBridge({ in: shared });
  const other = await open("/?page=network", { in: shared });
  await close(one);
  await other.getByRole("heading", { name: "Overrides (1)" }).waitFor();
  await other.getByRole("button", { name: "Remove all" }).click();
  await one.getByRole("heading", { name: "Overrides (0)" }).waitFor();
  assert.deepEqual(other.wrong, []);
  await fine(one);
});

test("dark", async () => {
  const page = await open("/?page=network&show=gauge,terminals&at=4/50/30", { colorScheme: "dark" });
  await drawn(page);
  await accessible(page);
  await shot(page, "network-dark");
  await fine(page);
});

// The player in a page of its own, opened from a file without a network.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { accessible, BASE, becomes, fine, open, PHONE, shot } from "./browser.mjs";

const asset = (name) => readFileSync(new URL(`../../crates/report/assets/${name}`, import.meta.url), "utf8");
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
const report = readFileSync(new URL("../../crates/report/src/page.css", import.meta.url), "utf8");

let folder, recording;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "player-"));
  recording = await record({ scenario: "relief", replications: 2, trace: true });
}, { timeout: 180_000 });
after(() => rmSync(folder, { recursive: true }));

/** The recording of a year, from the server. */
async function record(body) {
  const api = `${BASE}/api/v1`;
  const { id } = await (await fetch(`${api}/simulate`, { method: "POST", body: JSON.stringify(body) })).json();
  await (await fetch(`${api}/jobs/${id}/events`)).text();
  const answer = await fetch(`${api}/jobs/${id}/trace`);
  assert.equal(answer.status, 200);
  return answer.json();
}

const inline = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");

/** A report with the player in it, as src/player/README.md says. */
function written(name, trace, { land, theme } = {}) {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>Report</title><style>${report}${asset("player.css")}</style></head>
<body><main><h1>Report</h1><p>A year.</p><script type="application/json" id="trace">${inline(trace)}</script>
${land ? `<script type="application/json" id="land">${inline(land)}</script>` : ""}
<div id="player"${theme ? ` data-theme="${theme}"` : ""}></div></main><script>${asset("player.js")}</script></body></html>`);
  return pathToFileURL(file).href;
}

async function played(options = {}, more = {}) {
  const page = await open(written("year", recording, more), { offline: true, ...options });
  await page.waitForSelector(".sim-bar");
  return page;
}
const date = (page) => page.textContent(".sim-date");

/** How many different colours a canvas shows. */
const colours = (page, which) => page.locator(".sim-canvas").nth(which).evaluate((c) => new Set(new Uint32Array(c.getContext("2d").getImageData(0, 0, c.width, c.height).data.buffer)).size);

test("the bundle is small and can stand in a page", () => {
  const [script, style] = [asset("player.js"), asset("player.css")];
  assert.ok(script.length < 150_000, `${script.length} bytes`);
  assert.ok(!/<\/script|<!--/i.test(script));
  assert.ok(!/url\(|@import/.test(style));
  const outside = style.replace(/\/\*.*?\*\/|@media[^{]*\{/gs, "").split("}").map((rule) => rule.split("{")[0].trim()).filter((s) => s && s.split(",").some((x) => !x.trim().startsWith("#player")));
  assert.deepEqual(outside, [], "rules beyond the player");
});

test("a page from a file plays a year, and asks nothing of the network", async () => {
  const page = await played();
  await page.getByRole("img", { name: /, waiting by day: / }).first().waitFor();
  assert.match(await page.textContent(".sim-counts"), /On the move: \d|Nothing moves/);
  assert.ok((await colours(page, 0)) > 5, "the network is drawn");
  const before = await date(page);
  await page.getByRole("button", { name: "Play" }).click();
  await page.waitForFunction((was) => document.querySelector(".sim-date").textContent !== was, before);
  await page.getByRole("button", { name: "Pause" }).click();
  const stopped = await date(page);
  await page.waitForTimeout(400);
  assert.equal(await date(page), stopped);
  await accessible(page);
  await shot(page, "player");
  await fine(page);
});

test("the worst day, a slower speed and the charts of one place", async () => {
  const page = await played();
  await page.getByRole("button", { name: "Worst day" }).click();
  assert.match(await date(page), /12:00$/);
  assert.ok((await colours(page, 1)) > 5, "vehicles and queues are drawn");
  const all = await page.locator(".sim-chart").count();
  await page.getByLabel("Charts of").selectOption({ label: "Rajin" });
  await becomes(async () => (await page.locator(".sim-chart").count()) < all, true);
  await page.getByLabel("Speed").selectOption("1");
  await page.getByRole("slider").fill("100");
  await page.getByRole("button", { name: "Play" }).click();
  await page.waitForTimeout(600);
  await page.getByRole("button", { name: "Pause" }).click();
  const hours = Number(await page.getByRole("slider").inputValue());
  assert.ok(hours >= 100 && hours <= 104, `${hours} hours at one hour a second`);
  await fine(page);
});

test("the keyboard alone is enough", async () => {
  const page = await played();
  const focused = (name) => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).then((label) => label?.startsWith(name));
  const tabTo = async (name) => {
    for (let i = 0; i < 30 && !(await focused(name)); i++) await page.keyboard.press("Tab");
    assert.ok(await focused(name), `${name} can be reached`);
  };
  await tabTo("Map of");
  const picture = () => page.locator(".sim-canvas").first().evaluate((c) => c.toDataURL());
  const whole = await picture();
  await page.keyboard.press("+");
  await page.keyboard.press("ArrowLeft");
  assert.notEqual(await picture(), whole);
  await page.keyboard.press("0");
  assert.equal(await picture(), whole);
  await tabTo("Play");
  const before = await date(page);
  await page.keyboard.press("Enter");
  await page.waitForFunction((was) => document.querySelector(".sim-date").textContent !== was, before);
  await page.keyboard.press("Enter");
  await tabTo("Time of the year");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  assert.match(await date(page), /01:00$/);
  await tabTo("Speed");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getByLabel("Speed").inputValue(), "72");
  await tabTo("Worst day");
  await page.keyboard.press("Enter");
  assert.match(await date(page), /12:00$/);
  await fine(page);
});

test("a vehicle can be asked what it does", async () => {
  const page = await played();
  await page.getByRole("button", { name: "Worst day" }).click();
  const box = await page.locator(".sim-ground").boundingBox();
  const spot = await page.locator(".sim-canvas").nth(1).evaluate((c) => {
    const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
    const inks = ["rail", "sea", "road"].map((t) => getComputedStyle(document.getElementById("player")).getPropertyValue(`--${t}`).slice(1).match(/../g).map((h) => parseInt(h, 16)));
    for (let i = 0; i < data.length; i += 4) if (inks.some((ink) => ink.every((x, k) => data[i + k] === x))) return [(i / 4) % c.width, Math.floor(i / 4 / c.width)].map((x) => x / devicePixelRatio);
  });
  assert.ok(spot, "there is a vehicle");
  await page.mouse.click(box.x + spot[0], box.y + spot[1]);
  await page.getByText(/, from .+ to .+; there on /).waitFor();
  await fine(page);
});

test("names cannot end the element of the recording, nor become markup", async () => {
  const bad = structuredClone(recording);
  bad.places.forEach((p) => (p.name = "</script><img src=x onerror=alert(1)>"));
  bad.worst_day = null;
  const page = await open(written("bad", bad), { offline: true });
  await page.getByText("Nothing ever waits.").waitFor();
  assert.equal(await page.locator("img").count(), 0);
  await fine(page);
});

/** A year on both sides of 180 degrees, with land whose outline begins there. */
function across() {
  const days = Array.from({ length: 365 }, () => 1);
  return {
    ...recording, left_out: [], stocks: [], worst_day: 10,
    places: [{ id: "A", name: "Aton", lat: 0, lon: 170 }, { id: "B", name: "Beton", lat: 10, lon: -170 }],
    paths: [{ link: "L", name: "Crossing", mode: "sea", from: 0, to: 1, line: [[170, 0], [190, 10]] }],
    vehicles: [{ class: "Ship", mode: "sea", moves: [[0, 0, 8000, 100]] }],
    resources: ["A", "B"].map((id, place) => ({ id, name: `Quay ${id}`, kind: "berth", place, busy: days, queue: days })),
  };
}

test("land, paths and names on both sides of 180 degrees are in the picture", async () => {
  const land = [[[180, -20], [180, 20], [165, 20], [165, -20], [180, -20]], [[-180, -20], [-165, -20], [-165, 20], [-180, 20], [-180, -20]]];
  const page = await open(written("across", across(), { land }), { offline: true });
  await page.waitForSelector(".sim-bar");
  const [at, ink] = await page.locator(".sim-canvas").first().evaluate((c) => {
    const token = getComputedStyle(document.getElementById("player")).getPropertyValue("--land").slice(1).match(/../g).map((h) => parseInt(h, 16));
    const pixel = (x, y) => [...c.getContext("2d").getImageData(Math.round(c.width * x), Math.round(c.height * y), 1, 1).data].slice(0, 3);
    return [[pixel(0.4, 0.2), pixel(0.6, 0.8)], token];
  });
  assert.deepEqual(at, [ink, ink], "land west and east of the line");
  await shot(page, "player-180");
  await fine(page);
});

const land = [[[128, 41], [132.5, 41], [132.5, 44.5], [128, 44.5], [128, 41]]];
for (const [name, options, more] of [
  ["dark", { colorScheme: "dark" }, { land }],
  ["phone", { viewport: PHONE, hasTouch: true, isMobile: true }, {}],
  ["light-on-dark", { colorScheme: "dark" }, { theme: "light", land }],
]) {
  test(`the player in ${name}`, async () => {
    const page = await played(options, more);
    await page.getByRole("button", { name: "Worst day" }).click();
    assert.equal(await page.getAttribute("#player", "data-theme"), name === "dark" ? "dark" : "light");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    await accessible(page);
    await shot(page, `player-${name}`);
    await fine(page);
  });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, context, drawn, fine, open, PHONE, picture, shot } from "./browser.mjs";

const LONG = { timeout: 180_000 };

let done;
async function year(options = {}) {
  const page = await open(done ?? "/?page=simulate&scenario=relief&replications=8", options);
  if (!done) await page.getByRole("button", { name: "Run the year" }).click();
  await page.waitForSelector(".sim-bar", LONG);
  done ??= new URL(page.url()).pathname + new URL(page.url()).search;
  return page;
}
const date = (page) => page.textContent(".sim-date");

test("an empty page says what to do first", async () => {
  const page = await open("/?page=simulate");
  await page.getByText("Choose a scenario to run its year").waitFor();
  await accessible(page);
  await fine(page);
});

test("the verdict is in words, queues and stocks beside the map", async () => {
  const page = await year();
  await page.getByRole("heading", { name: /The plan (holds|does not hold)|Undecided/ }).waitFor();
  await page.getByRole("img", { name: /, waiting by day: / }).first().waitFor();
  await page.getByRole("img", { name: /, in use by day: / }).first().waitFor();
  await drawn(page);
  await accessible(page);
  await shot(page, "simulate");
  await fine(page);
});

test("the year plays and stops, by keyboard alone", async () => {
  const page = await year();
  const slider = page.getByRole("slider", { name: "Time of the year" });
  const before = await date(page);
  await page.getByRole("button", { name: "Play" }).press("Enter");
  await page.waitForFunction((was) => document.querySelector(".sim-date").textContent !== was, before);
  await page.getByRole("button", { name: "Pause" }).press("Enter");
  const stopped = await date(page);
  await page.waitForTimeout(500);
  assert.equal(await date(page), stopped);
  await slider.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  assert.match(await date(page), /01:00$/);
  assert.equal(await slider.getAttribute("aria-valuetext"), await date(page));
  await fine(page);
});

test("the worst day is a jump, and the address keeps the time", async () => {
  const page = await year();
  await page.getByRole("button", { name: "Worst day" }).click();
  const worst = await date(page);
  assert.match(worst, /12:00$/);
  await page.reload();
  await page.waitForSelector(".sim-bar", LONG);
  assert.equal(await date(page), worst);
  await page.getByLabel("Charts of").selectOption({ label: "Rajin" });
  assert.ok(new URL(page.url()).searchParams.get("place"));
  await page.getByLabel("Speed").selectOption("168");
  await drawn(page);
  await picture(page, "map-simulate");
  await fine(page);
});

test("of a plan that was made, only the rungs that it reached are offered", async () => {
  const page = await open("/?page=plan&scenario=tumen");
  await page.getByRole("button", { name: "Run the plan" }).click();
  await page.getByRole("button", { name: "Simulate a year at ×1" }).click(LONG);
  await page.getByText("Runs the plan that you made.").waitFor();
  const offered = () => page.getByLabel("Volume").locator("option").allTextContents();
  await page.waitForFunction(() => [...document.querySelectorAll("option")].every((o) => !/^×10/.test(o.textContent)));
  assert.deepEqual((await offered()).filter((o) => o.startsWith("×")).map((o) => o.split(" ")[0]), ["×1.25", "×1.5", "×2", "×3"]);
  await page.goto(`${page.url()}&volume=10`);
  await page.getByText("×10 of it, which the plan does not reach").waitFor({ state: "attached" });
  await accessible(page);
  await fine(page);
});

test("a run can be cancelled", async () => {
  const page = await open("/?page=simulate&scenario=tumen&replications=200");
  await page.getByRole("button", { name: "Run the year" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("The simulation was cancelled").waitFor(LONG);
  await fine(page);
});

test("5,000 vehicles move without a task of the main thread above 100 ms", async () => {
  await year().then(fine);
  const shared = await context();
  await shared.route("**/api/v1/jobs/*/trace", (route) => route.fulfill({ json: crowded(5000) }));
  const page = await open(done, { in: shared });
  await page.waitForSelector(".sim-bar", LONG);
  await drawn(page);
  const longest = await longestTask(page, async () => {
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForTimeout(3000);
    await page.getByRole("button", { name: "Pause" }).click();
  });
  assert.match(await page.textContent(".sim-counts"), /On the move: 1,\d+ trains/);
  assert.ok(longest < 100, `${longest} ms`);
  await shot(page, "simulate-5000");
  await page.context().close();
});

/** Milliseconds of processor time of the longest task of the main thread. */
async function longestTask(page, work) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ["toplevel"] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const mains = traceEvents.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain");
  const tasks = traceEvents.filter((e) => e.ph === "X" && /RunTask$/.test(e.name) && mains.some((m) => m.pid === e.pid && m.tid === e.tid));
  assert.ok(tasks.length > 10, "the trace has tasks");
  return Math.max(...tasks.map((t) => (t.tdur ?? 0) / 1000));
}

function crowded(n) {
  const line = Array.from({ length: 120 }, (_, i) => [100 + i / 4, 20 + i / 6 + Math.sin(i / 5)]);
  const modes = ["rail", "sea", "road", "barge"];
  const paths = Array.from({ length: 60 }, (_, k) => ({ mode: modes[k % 4], from: k % 10, to: (k + 1) % 10, line: line.map(([x, y]) => [x + k / 3, y + 8 * Math.sin(k)]) }));
  const days = (f) => Array.from({ length: 365 }, (_, d) => f(d));
  return {
    schema: "trimodal/trace/1", start: "2025-01-01", hours: 8760, paths, stocks: [], attribution: [],
    places: Array.from({ length: 10 }, (_, i) => ({ id: `P${i}`, name: `Place ${i}`, lat: 25 + 2 * i, lon: 105 + 3 * i })),
    vehicles: Array.from({ length: n }, (_, v) => ({ class: "Vehicle", mode: modes[v % 4], moves: Array.from({ length: 80 }, (_, i) => [v % 60, i * 109 + (v % 40), i * 109 + 108.9 + (v % 40), i % 2 ? 100 : 0]) })),
    resources: Array.from({ length: 100 }, (_, r) => ({ id: `r${r}`, name: `Facility ${r}`, place: r % 10, busy: days((d) => (d % 100) / 100), queue: days((d) => 20 * Math.abs(Math.sin(d / 30 + r))) })),
  };
}

for (const [name, options] of [["dark", { colorScheme: "dark" }], ["phone", { viewport: PHONE, hasTouch: true, isMobile: true }]]) {
  test(`the page in ${name}`, async () => {
    const page = await year(options);
    await drawn(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    await accessible(page);
    await shot(page, `simulate-${name}`);
    await fine(page);
  });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, becomes, clickMap, drawn, fine, open, PHONE, picture, shot } from "./browser.mjs";

const LONG = { timeout: 120_000 };

/** The triangle, planned; the address of the run can be opened again. */
let planned;
async function plan(options = {}, query = "") {
  if (planned && !query) {
    const page = await open(planned, options);
    await page.waitForSelector(".verdict", LONG);
    return page;
  }
  const page = await open(`/?page=plan&scenario=tumen${query}`, options);
  await page.getByRole("button", { name: "Run the plan" }).click();
  await page.waitForSelector(".verdict", LONG);
  if (!query) planned = new URL(page.url()).pathname + new URL(page.url()).search;
  return page;
}

test("an empty page says what to do first", async () => {
  const page = await open("/?page=plan");
  await page.getByText("Choose a scenario to see").waitFor();
  await page.getByLabel("Scenario").selectOption("tumen");
  await page.getByText("Run the plan to see flows").waitFor();
  await accessible(page);
  await fine(page);
});

test("a plan says what can be carried and what stops more, by name", async () => {
  const page = await plan();
  await drawn(page);
  assert.match(await page.textContent(".verdict"), /3\.18.Mt a year can be carried.*Rajin pier 3 berth/);
  await accessible(page);
  await shot(page, "plan");
  await fine(page);
});

test("the slider moves over the rungs by keys, and the address keeps it", async () => {
  const page = await plan();
  const slider = page.getByRole("slider", { name: "Multiple of today's capacity" });
  await slider.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  await page.getByRole("heading", { name: "Built" }).waitFor();
  await page.getByRole("cell", { name: "Further bulk berth at Rajin" }).waitFor();
  await page.getByRole("button", { name: "Rajin coal unloading lines" }).first().waitFor();
  assert.equal(new URL(page.url()).searchParams.get("x"), "2");
  await drawn(page);
  await picture(page, "map-plan");
  await page.keyboard.press("End");
  await page.getByText("not reachable with these options").waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.reload();
  await page.getByText("×3: 9.55").waitFor();
  await drawn(page);
  await shot(page, "plan-rung");
  await fine(page);
});

test("the ladder is a chart whose points choose the rung", async () => {
  const page = await plan();
  const point = page.getByRole("button", { name: /^First run: ×1\.5 for/ });
  await point.focus();
  await page.keyboard.press("Enter");
  await page.getByText("×1.5: 4.78").waitFor();
  await becomes(() => point.getAttribute("aria-pressed"), "true");
  await fine(page);
});

/** Whether two boxes of the screen share a part. */
const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

test("no dot of the ladder lies on a label of its axis", async () => {
  const page = await plan();
  const boxes = (selector) => page.locator(selector).evaluateAll((all) => all.map((e) => e.getBoundingClientRect().toJSON()));
  const [dots, labels] = [await boxes(".chart-dot"), await boxes(".chart-text")];
  assert.ok(dots.length > 2 && labels.length > 2);
  assert.deepEqual(dots.flatMap((d) => labels.filter((l) => overlap(d, l))), []);
  await fine(page);
});

test("printed from dark, the plan is whole, dark on white", async () => {
  const page = await plan({ colorScheme: "dark" });
  await drawn(page);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.equal(await page.locator("body").evaluate((b) => getComputedStyle(b).color), "rgb(28, 42, 53)");
  assert.equal(await page.getByRole("button", { name: "Run the plan again" }).isVisible(), false);
  const [last, bottom] = await page.evaluate(() => [[...document.querySelectorAll(".side .card")].at(-1).getBoundingClientRect().bottom, document.body.scrollHeight]);
  assert.ok(last > innerHeightOf(page) && last <= bottom + 1, `${last} of ${bottom}`);
  await drawn(page);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/plan-print.png`, fullPage: true });
  await fine(page);
});
const innerHeightOf = (page) => page.viewportSize().height;

test("intervals come from samples", async () => {
  const page = await plan({}, "&samples=40");
  await page.getByRole("button", { name: /×2 for .*; eight in ten samples between/ }).waitFor();
  await fine(page);
});

test("a facility shows its derivation, one unit more, and its source, without ids", async () => {
  const page = await plan();
  await page.locator(".plan-binds").getByRole("button", { name: "Rajin pier 3 berth" }).click();
  const panel = page.getByRole("region", { name: "Rajin pier 3 berth" });
  await panel.getByText(/One more berth carries/).waitFor();
  await panel.getByText(/Further bulk berth at Rajin: 70 million USD, .* a tonne a year more/).waitFor();
  const words = await panel.textContent();
  assert.match(words, /server-hours/);
  assert.match(words, /Taipei Times/);
  assert.doesNotMatch(words, /rj_p3|bulk45|`/);
  await panel.getByRole("button", { name: "Show on the map" }).click();
  await page.waitForTimeout(800);
  await drawn(page);
  await panel.getByRole("button", { name: "Close the facility" }).click();
  await clickMap(page, 0.5, 0.5);
  await page.getByText(/ at Rajin/).first().waitFor();
  assert.ok(new URL(page.url()).searchParams.get("facility"));
  await accessible(page);
  await shot(page, "plan-facility");
  await fine(page);
});

const CASE = "With the study case closed seaport";

test("two runs are compared side by side: a study case", async () => {
  const page = await plan();
  await page.getByLabel("With the case").selectOption("policy:closed-seaport");
  await page.getByRole("button", { name: "Run and compare" }).click();
  const table = page.getByRole("region", { name: "Differences" });
  await table.waitFor(LONG);
  assert.match(await table.textContent(), /Capacity today.*−/);
  await page.getByRole("button", { name: CASE, exact: true }).click();
  await page.getByRole("heading", { name: /closed seaport/ }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: /closed seaport/ }).waitFor();
  compared = new URL(page.url()).pathname + new URL(page.url()).search;
  await drawn(page);
  assert.deepEqual(await page.locator("figure.plan-run figcaption").allTextContents(), ["First run", CASE]);
  for (const frame of await page.locator(".map-frame").all()) {
    const [scale, sources] = [await frame.locator(".maplibregl-ctrl-scale").boundingBox(), await frame.locator(".maplibregl-ctrl-attrib").boundingBox()];
    assert.ok(!overlap(scale, sources), "the line of sources lies on the scale");
  }
  await accessible(page);
  await shot(page, "plan-compare");
  await page.getByRole("button", { name: "End the comparison" }).click();
  await becomes(() => page.locator(".map-frame").count(), 1);
  assert.equal(new URL(page.url()).searchParams.get("other"), null);
  await fine(page);
});

let compared;

test("the two maps move together, and a click chooses the run", async () => {
  const page = await open(compared);
  await page.waitForFunction(() => document.querySelectorAll(".map-frame").length === 2, null, LONG);
  await drawn(page);
  const [left, right] = await page.locator(".map canvas").all();
  const picture = async (canvas) => (await canvas.screenshot()).toString("base64");
  const before = [await picture(left), await picture(right)];
  assert.notEqual(before[0], before[1], "the runs differ");
  const place = () => new URL(page.url()).searchParams.get("at");
  const was = place();
  await right.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((at) => new URL(location.href).searchParams.get("at") !== at, was);
  await drawn(page);
  assert.notEqual(await picture(left), before[0], "the first map follows");
  await page.getByRole("button", { name: "First run", exact: true }).click();
  assert.equal(new URL(page.url()).searchParams.get("show"), null);
  const box = await right.boundingBox();
  const shown = () => new URL(page.url()).searchParams.get("show");
  for (let i = 0; i < 100 && shown() !== "there"; i++) await page.mouse.click(box.x + box.width * (0.3 + (i % 10) / 20), box.y + box.height * (0.3 + Math.floor(i / 10) / 20));
  assert.equal(shown(), "there", "a click on the second map shows its run");
  await page.waitForFunction(() => new URL(location.href).searchParams.get("facility"));
  await fine(page);
});

for (const [name, options] of [["dark", { colorScheme: "dark" }], ["phone", { viewport: PHONE, hasTouch: true, isMobile: true }]]) {
  test(`the comparison in ${name}`, async () => {
    const page = await open(compared, options);
    await page.getByRole("heading", { name: /closed seaport/ }).waitFor(LONG);
    await drawn(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    await becomes(() => page.locator(".map-frame").count(), name === "phone" ? 1 : 2);
    await accessible(page);
    await shot(page, `plan-compare-${name}`);
    if (name === "phone") {
      await page.getByRole("group", { name: "Run shown on the map" }).getByRole("button", { name: "First run" }).click();
      await page.getByRole("heading", { name: "Tumen triangle", exact: true }).waitFor();
    }
    await fine(page);
  });
}

test("two runs are compared: a place closed", async () => {
  const page = await plan();
  await page.getByLabel("With the case").selectOption("closed:KPRJN");
  await page.getByRole("button", { name: "Run and compare" }).click();
  const table = page.getByRole("region", { name: "Differences" });
  await table.waitFor(LONG);
  assert.match(await table.textContent(), /Rajin closed/);
  await fine(page);
});

test("a run can be cancelled, and one that is gone says what to do", async () => {
  const page = await open("/?page=plan&scenario=tumen&samples=200");
  await page.getByRole("button", { name: "Run the plan" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("The plan was cancelled").waitFor();
  await page.goto(`${new URL(page.url()).origin}/?page=plan&scenario=tumen&run=no-such-run`);
  await page.getByText("The server no longer has this run.").waitFor();
  await page.getByText("Run it again.").waitFor();
  await page.goto(`${new URL(page.url()).origin}/?page=plan&scenario=nowhere`);
  await page.getByText("Choose one from the list.").waitFor();
  await fine(page);
});

for (const [name, options] of [["dark", { colorScheme: "dark" }], ["phone", { viewport: PHONE, hasTouch: true, isMobile: true }], ["4k", { viewport: { width: 3840, height: 2160 } }]]) {
  test(`the page in ${name}`, async () => {
    const page = await plan(options);
    await drawn(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    await accessible(page);
    await shot(page, `plan-${name}`);
    await fine(page);
  });
}

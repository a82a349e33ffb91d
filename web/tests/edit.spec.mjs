import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, BASE, becomes, context, drawn, fine, open, PHONE, picture, shot } from "./browser.mjs";

const LONG = { timeout: 120_000 };

async function edit(table = "links.csv", options = {}, scenario = "relief") {
  const page = await open(`/?page=edit&scenario=${scenario}&table=${table}`, options);
  await page.waitForSelector(".grid");
  return page;
}
/** A cell by its row, from 1, and the name of its column. */
async function cell(page, row, column) {
  const heads = await page.getByRole("columnheader").allTextContents();
  const at = heads.findIndex((h) => h.replace("*", "") === column);
  assert.ok(at > 0, `no column ${column} in ${heads}`);
  return page.locator(`.grid-row[aria-rowindex="${row + 1}"] .grid-cell[aria-colindex="${at + 1}"]`);
}
const noProblem = (page) => page.getByText("No problem found.").waitFor();
const address = (page, field) => new URL(page.url()).searchParams.get(field);

test("an empty page says what to do first", async () => {
  const page = await open("/?page=edit");
  await page.getByText("Choose a scenario to change its tables").waitFor();
  await accessible(page);
  await fine(page);
});

test("a wrong cell is shown at its row and column at once, and by the reader; undo and redo", async () => {
  const page = await edit();
  await noProblem(page);
  await (await cell(page, 2, "km")).click();
  await page.keyboard.type("far");
  await page.keyboard.press("Enter");
  await becomes(async () => (await cell(page, 2, "km")).getAttribute("aria-invalid"), "true");
  await page.getByRole("button", { name: "links, row 2" }).waitFor();
  await page.getByText("1 problem").first().waitFor();
  await drawn(page);
  await accessible(page);
  await picture(page, "map-edit");
  await page.getByRole("tab", { name: /^places/ }).click();
  await page.getByRole("button", { name: "links, row 2" }).click();
  assert.equal(address(page, "table"), "links.csv");
  await becomes(() => page.locator(".grid-cell.active").textContent(), "far");
  await page.keyboard.press("Control+z");
  await noProblem(page);
  await page.keyboard.press("Control+y");
  await page.getByRole("button", { name: "links, row 2" }).waitFor();
  await fine(page);
});

test("cells are reached, typed and chosen by keyboard alone", async () => {
  const page = await edit("links.csv");
  await page.getByRole("tab", { name: /^links/ }).focus();
  await page.keyboard.press("ArrowLeft");
  assert.equal(address(page, "table"), "places.csv");
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector(".grid");
  for (let i = 0; i < 8 && !(await page.evaluate(() => document.activeElement.classList.contains("grid-cell"))); i++) await page.keyboard.press("Tab");
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Control+Home");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  const field = page.locator("select.cell-field");
  await field.waitFor();
  assert.ok((await field.locator("option").allTextContents()).includes("barge"), "words are a list");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.type("7.5");
  await page.keyboard.press("Tab");
  await becomes(async () => (await cell(page, 1, "km")).textContent(), "7.5");
  await becomes(() => page.locator(".grid-cell.active").getAttribute("aria-colindex"), "8");
  await fine(page);
});

test("rows are pasted from a spreadsheet, copied, added and deleted", async () => {
  const page = await edit("places.csv");
  const rows = () => page.getByRole("grid").getAttribute("aria-rowcount").then((n) => Number(n) - 1);
  const first = await rows();
  await (await cell(page, first, "id")).click();
  const send = (type, text) => page.evaluate(([type, text]) => {
    const data = new DataTransfer();
    if (text !== null) data.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent(type, { clipboardData: data, bubbles: true, cancelable: true }));
    return data.getData("text/plain");
  }, [type, text]);
  await send("paste", "XXAAA\tAlpha\tKP\t41\t130\tport\tmade up\tassumed\r\nXXBBB\tBeta\tKP\t42\t130\tport\t\"with a\ttab\"\tassumed\r\n");
  await becomes(rows, first + 1);
  await becomes(async () => (await cell(page, first + 1, "name")).textContent(), "Beta");
  assert.match(await send("copy", null), /^XXAAA\tAlpha[\s\S]*XXBBB/);
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await rows(), first);
  await (await cell(page, 1, "id")).click();
  await page.getByRole("button", { name: "Copy row" }).click();
  await becomes(rows, first + 1);
  await page.getByRole("button", { name: "places, row" }).first().waitFor();
  await page.getByRole("button", { name: "Delete row" }).click();
  await noProblem(page);
  await page.getByRole("button", { name: "Add row" }).click();
  await becomes(() => page.locator(".grid-cell.active").getAttribute("aria-invalid"), "true", "an id must be given");
  await fine(page);
});

test("settings are a text, with undo", async () => {
  const page = await edit("places.csv");
  await page.getByRole("tab", { name: "settings" }).click();
  const text = page.getByRole("textbox", { name: /scenario\.toml/ });
  const before = await text.inputValue();
  await text.fill(`${before}\nno_such_key = 1\n`);
  await page.locator(".edit-problems").getByText("no_such_key").waitFor();
  await accessible(page);
  await page.getByRole("button", { name: "Undo" }).click();
  await noProblem(page);
  await becomes(() => text.inputValue(), before);
  await fine(page);
});

test("a run after a change shows the difference to before", async () => {
  const page = await edit("resources.csv", {}, "tumen");
  await (await cell(page, 1, "servers")).click();
  await page.keyboard.type("2");
  await page.keyboard.press("Enter");
  await noProblem(page);
  await page.getByRole("button", { name: "Run the plan" }).click();
  const table = page.getByRole("region", { name: "Differences" });
  await table.waitFor(LONG);
  assert.match(await table.textContent(), /As it was opened.*Capacity today.*\+/);
  await accessible(page);
  await shot(page, "edit-run");
  await fine(page);
});

test("it is saved as a new scenario, over one that is there only when asked", async () => {
  const name = `test-${Date.now()}`;
  const page = await edit("places.csv");
  await (await cell(page, 1, "name")).click();
  await page.keyboard.type("Rason");
  await page.keyboard.press("Enter");
  const save = async () => {
    await page.getByRole("button", { name: "Save as…" }).click();
    await page.getByLabel(/^Name: letters/).fill(name);
  };
  await save();
  await accessible(page);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText(`Saved as ${name}.`).waitFor();
  assert.equal(address(page, "scenario"), name);
  const other = await edit("places.csv", { in: page.context() });
  await other.getByRole("button", { name: "Save as…" }).click();
  await other.getByLabel(/^Name: letters/).fill(name);
  await other.getByRole("button", { name: "Save", exact: true }).click();
  await other.getByRole("checkbox", { name: /Replace/ }).check();
  await other.getByRole("button", { name: "Save", exact: true }).click();
  await other.getByText(`Saved as ${name}.`).waitFor();
  const kept = await (await fetch(`${BASE}/api/v1/scenarios/${name}`)).json();
  assert.match(kept.files["places.csv"], /Rajin/);
  assert.deepEqual(other.wrong, []);
  await fine(page);
});

test("a new corridor from a box that is drawn, and from places", async () => {
  const page = await open("/?page=edit&new=box&at=6/42.5/130.5");
  await drawn(page);
  await page.getByRole("button", { name: "Draw a box" }).click();
  const map = await page.locator(".map canvas").boundingBox();
  await page.mouse.click(map.x + 0.2 * map.width, map.y + 0.8 * map.height);
  await page.getByText("Click the opposite corner.").waitFor();
  await page.mouse.click(map.x + 0.7 * map.width, map.y + 0.2 * map.height);
  await page.waitForFunction(() => new URL(location).searchParams.get("box")?.split(",").length === 4);
  await page.getByLabel("West").fill("200");
  await page.getByLabel("West").blur();
  await page.getByText(/The sides are degrees/).waitFor();
  await accessible(page);
  for (const [side, value] of [["West", "129"], ["South", "41.5"], ["East", "132.5"], ["North", "43.8"]]) {
    await page.getByLabel(side).fill(value);
    await page.getByLabel(side).press("Tab");
  }
  await page.waitForFunction(() => new URL(location).searchParams.get("box") === "129,41.5,132.5,43.8");
  await drawn(page);
  await shot(page, "edit-corridor");
  await page.getByRole("button", { name: "Make the scenario" }).click();
  await page.waitForSelector(".grid", LONG);
  assert.ok(Number(await page.getByRole("grid").getAttribute("aria-rowcount")) > 2);
  await page.getByRole("button", { name: "Save as…" }).waitFor();
  await fine(page);
});

test("a box that crosses 180 degrees, drawn and typed, becomes a corridor", async () => {
  const page = await open("/?page=edit&new=box&at=3/58/180");
  await drawn(page);
  await page.getByRole("button", { name: "Draw a box" }).click();
  const map = await page.locator(".map canvas").boundingBox();
  await page.mouse.click(map.x + 0.2 * map.width, map.y + 0.6 * map.height);
  await page.getByText("Click the opposite corner.").waitFor();
  await page.mouse.click(map.x + 0.7 * map.width, map.y + 0.2 * map.height);
  await page.getByText("the box crosses 180 degrees").waitFor();
  const [west, , east] = address(page, "box").split(",").map(Number);
  assert.ok(west > 100 && east < -100, `${west} to ${east}`);
  for (const [side, value] of [["West", "160"], ["South", "45"], ["East", "-130"], ["North", "70"]]) {
    await page.getByLabel(side).fill(value);
    await page.getByLabel(side).press("Tab");
  }
  await page.waitForFunction(() => new URL(location).searchParams.get("box") === "160,45,-130,70");
  await drawn(page);
  await accessible(page);
  await shot(page, "edit-corridor-180");
  await page.getByRole("button", { name: "Make the scenario" }).click();
  await page.waitForSelector(".grid", LONG);
  const names = await page.getByRole("grid").textContent();
  assert.match(names, /Anchorage|Bethel|Dillingham/, "places east of the line");
  await drawn(page);
  await shot(page, "edit-180");
  await fine(page);
});

test("the sheets of a workbook are edited as tables and saved beside it", async (t) => {
  const page = await open("/?page=edit");
  const there = await page.evaluate(() => fetch("/api/v1/scenarios/book").then((r) => r.ok));
  if (!there) return t.skip("no workbook `book` among the scenarios");
  await page.goto(`${BASE}/?page=edit&scenario=book&table=links.csv`);
  await page.waitForSelector(".grid");
  await noProblem(page);
  await (await cell(page, 1, "km")).click();
  await page.keyboard.type("77");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Save as…" }).click();
  assert.equal(await page.getByLabel(/^Name/).inputValue(), "book-2");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved as book-2.").waitFor();
  const read = (name) => page.evaluate((n) => fetch(`/api/v1/scenarios/${n}`).then((r) => r.json()), name);
  assert.deepEqual([(await read("book")).workbook, (await read("book-2")).workbook], [true, false]);
  assert.match((await read("book-2")).files["links.csv"], /,77,|,77\n/);
  await fine(page);
});

test("a workbook that cannot be read is said to be one, and is not edited as if it had no tables", async () => {
  const shared = await context();
  await shared.route("**/api/v1/scenarios/relief", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), workbook: true, files: {} } });
  });
  const page = await open("/?page=edit&scenario=relief", { in: shared });
  await page.getByRole("heading", { name: "This workbook cannot be read" }).waitFor();
  await noProblem(page);
  assert.equal(await page.getByRole("button", { name: /Save as|Run the plan|Begin the table/ }).count(), 0);
  await drawn(page);
  await accessible(page);
  await shot(page, "edit-workbook");
  await fine(page);
});

/** Reloads a page whose edits are not saved; it must ask. */
async function leave(page, go = () => page.reload()) {
  let asked = 0;
  const accept = (d) => (asked++, d.accept());
  page.on("dialog", accept);
  await go();
  page.off("dialog", accept);
  assert.equal(asked, 1, "leaving asks");
}

async function rename(page, name) {
  await (await cell(page, 1, "name")).click();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
}

test("edits survive a reload, which asks; they come back or are discarded", async () => {
  const page = await edit("places.csv");
  const before = await (await cell(page, 1, "name")).textContent();
  await rename(page, "Rason");
  await leave(page);
  await page.waitForSelector(".grid");
  await becomes(async () => (await cell(page, 1, "name")).textContent(), before);
  await page.getByText("You left edits that are not saved: places.").waitFor();
  await accessible(page);
  await shot(page, "edit-offer");
  await page.reload();
  await page.getByRole("button", { name: "Bring them back" }).click();
  await becomes(async () => (await cell(page, 1, "name")).textContent(), "Rason");
  await noProblem(page);
  await page.getByRole("button", { name: "Undo" }).click();
  await becomes(async () => (await cell(page, 1, "name")).textContent(), before);
  await page.getByRole("button", { name: "Redo" }).click();
  await page.getByRole("link", { name: "Plan" }).click();
  await page.getByText("Choose a scenario to see").waitFor();
  await leave(page, () => page.goto(`${BASE}/?page=edit&scenario=relief&table=places.csv`));
  await page.getByRole("button", { name: "Discard them" }).click();
  await page.reload();
  await page.waitForSelector(".grid");
  assert.equal(await page.getByText("You left edits").count(), 0);
  await fine(page);
});

test("edits of a scenario that has changed since say so", async () => {
  const name = `test-${Date.now()}`;
  const { files } = await (await fetch(`${BASE}/api/v1/scenarios/relief`)).json();
  const put = (all) => fetch(`${BASE}/api/v1/scenarios/${name}`, { method: "PUT", body: JSON.stringify({ files: all, replace: true }) });
  await put(files);
  const page = await edit("places.csv", {}, name);
  await rename(page, "Rason");
  await put({ ...files, "scenario.toml": `${files["scenario.toml"]}\n# changed\n` });
  await leave(page);
  await page.getByText("The scenario has changed since").waitFor();
  await page.getByRole("button", { name: "Bring them back" }).click();
  await page.getByRole("tab", { name: "settings" }).click();
  assert.match(await page.getByRole("textbox", { name: /scenario\.toml/ }).inputValue(), /# changed/);
  await page.getByRole("button", { name: "Save as…" }).click();
  await page.getByRole("checkbox", { name: /Replace/ }).check();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText(`Saved as ${name}.`).waitFor();
  await page.reload();
  await page.waitForSelector(".edit-tables");
  assert.equal(await page.getByText("You left edits").count(), 0, "what is saved is not offered");
  await fine(page);
});

test("a new corridor survives a reload", async () => {
  const page = await open("/?page=edit&new=box&box=129,41.5,132.5,43.8");
  await page.getByRole("button", { name: "Make the scenario" }).click();
  await page.waitForSelector(".grid", LONG);
  await page.getByText("It is not saved yet").waitFor();
  const rows = await page.getByRole("grid").getAttribute("aria-rowcount");
  await leave(page);
  await page.getByText("You left a new corridor that is not saved.").waitFor();
  await accessible(page);
  await page.getByRole("button", { name: "Bring it back" }).click();
  await page.waitForSelector(".grid");
  assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), rows);
  await fine(page);
});

const filesOf = async (name) => (await (await fetch(`${BASE}/api/v1/scenarios/${name}`)).json()).files;
const put = (name, files) => fetch(`${BASE}/api/v1/scenarios/${name}`, { method: "PUT", body: JSON.stringify({ files, replace: true }) });
const save = (page) => page.getByRole("button", { name: "Save", exact: true }).click();

test("a save over changes of another tab asks: read anew with the edits offered, or replace", async () => {
  const name = `test-${Date.now()}`;
  const files = await filesOf("relief");
  const theirs = { ...files, "scenario.toml": `${files["scenario.toml"]}\n# theirs\n` };
  await put(name, files);
  const page = await edit("places.csv", {}, name);
  await rename(page, "Rason");
  await put(name, theirs);
  await page.getByRole("button", { name: "Save as…" }).click();
  await page.getByRole("checkbox", { name: /Replace/ }).check();
  await save(page);
  await page.getByRole("alert").getByText(/has been changed elsewhere/).waitFor();
  assert.deepEqual(await filesOf(name), theirs, "nothing was written");
  await accessible(page);
  await shot(page, "edit-overtaken");
  await page.getByRole("button", { name: "Read it anew" }).click();
  await page.getByText(/You left edits.*places.*The scenario has changed since/).waitFor();
  await page.getByRole("button", { name: "Bring them back" }).click();
  await page.getByRole("button", { name: "Save as…" }).click();
  await page.getByRole("checkbox", { name: /Replace/ }).check();
  await save(page);
  await page.getByText(`Saved as ${name}.`).waitFor();
  const both = await filesOf(name);
  assert.match(both["scenario.toml"], /# theirs/);
  assert.match(both["places.csv"], /Rason/);
  await put(name, theirs);
  await page.getByRole("button", { name: "Save as…" }).click();
  await page.getByRole("checkbox", { name: /Replace/ }).check();
  await save(page);
  await page.getByRole("button", { name: "Replace it anyway" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.match((await filesOf(name))["places.csv"], /Rason/);
  await fine(page);
});

test("a bundled name is not offered for a replacement", async () => {
  const page = await edit("places.csv");
  await page.getByRole("button", { name: "Save as…" }).click();
  await page.getByLabel(/^Name: letters/).fill("tumen");
  await page.getByText(/“tumen” comes with the program.*Give another name/).waitFor();
  assert.equal(await page.getByRole("checkbox", { name: /Replace/ }).count(), 0);
  assert.equal(await page.getByRole("button", { name: "Save", exact: true }).isDisabled(), true);
  await accessible(page);
  await fine(page);
});

test("a cell that begins with # keeps its row, with a problem", async () => {
  const page = await edit("places.csv");
  const rows = await page.getByRole("grid").getAttribute("aria-rowcount");
  await (await cell(page, 1, "id")).click();
  await page.keyboard.type("#1");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "places, row 1" }).first().waitFor();
  assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), rows);
  await fine(page);
});

test("undo shows the table that it changes", async () => {
  const page = await edit("places.csv");
  await rename(page, "Rason");
  await page.getByRole("tab", { name: /^links/ }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(address(page, "table"), "places.csv");
  await fine(page);
});

test("without an answer of the server an edit is not called good, and is not run", async () => {
  const page = await edit("places.csv");
  await noProblem(page);
  await page.context().route("**/api/v1/scenarios/check", (route) => route.abort());
  await rename(page, "Rason");
  await page.getByText("The server does not answer.").waitFor();
  assert.equal(await page.getByText("No problem found.").count(), 0);
  assert.equal(await page.getByRole("button", { name: "Run the plan" }).isDisabled(), true);
  await accessible(page);
  await shot(page, "edit-unchecked");
  await page.context().unroute("**/api/v1/scenarios/check");
  await page.getByRole("button", { name: "Check again" }).click();
  await noProblem(page);
  page.wrong = page.wrong.filter((w) => !/ERR_FAILED/.test(w));
  await fine(page);
});

test("headers are shown whole, with the mark of required columns", async () => {
  for (const table of ["places.csv", "links.csv", "operations.csv", "demand.csv", "vehicles.csv", "options.csv", "policies.csv", "resources.csv"]) {
    const page = await edit(table, {}, "tumen");
    const cut = await page.locator(".grid-head .grid-cell, .grid-head .name").evaluateAll((all) => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent));
    assert.deepEqual(cut, [], table);
    await shot(page, `edit-head-${table}`);
    await fine(page);
  }
});

for (const [name, options] of [["dark", { colorScheme: "dark" }], ["phone", { viewport: PHONE, hasTouch: true, isMobile: true }]]) {
  test(`the offer of edits in ${name}`, async () => {
    const page = await edit("places.csv", options);
    await rename(page, "Rason");
    await leave(page);
    await page.getByText("You left edits that are not saved: places.").waitFor();
    await drawn(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    await accessible(page);
    await shot(page, `edit-offer-${name}`);
    await fine(page);
  });
}

for (const [name, options] of [["dark", { colorScheme: "dark" }], ["phone", { viewport: PHONE, hasTouch: true, isMobile: true }]]) {
  test(`the page in ${name}`, async () => {
    const page = await edit("links.csv", options);
    await drawn(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    await accessible(page);
    await shot(page, `edit-${name}`);
    await fine(page);
  });
}

// The route page: search, question, Pareto set by keys, avoiding by click and by area, files, phone, dark.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { accessible, BASE, becomes, clickMap, drawn, fine, open, PHONE, picture, shot } from "./browser.mjs";

const ASKED = "/?page=route&from=Mombasa&to=Kampala";
/** Many itineraries. */
const CHOICE = "/?page=route&from=Durban&to=Lusaka";
const rows = (page) => page.locator(".itineraries tbody tr");
const address = (page) => new URL(page.url()).searchParams;

test("search as you type, by keyboard alone, to an answer", async () => {
  const page = await open("/");
  await page.getByRole("combobox", { name: "From" }).focus();
  await page.keyboard.type("Momba");
  await page.getByRole("option", { name: /Mombasa/ }).first().waitFor();
  await accessible(page);
  await shot(page, "route-search");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.match(address(page).get("from"), /Mombasa/);
  await page.getByRole("combobox", { name: "To" }).focus();
  await page.keyboard.type("Kampala");
  await page.getByRole("option", { name: /Kampala/ }).first().waitFor();
  await page.keyboard.press("Enter");
  await rows(page).first().waitFor();
  await fine(page);
});

test("the Pareto set: arrow keys move through chart and table, the address follows", async () => {
  const page = await open(CHOICE);
  await rows(page).nth(1).waitFor();
  await page.getByRole("listbox", { name: /Itineraries/ }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("heading", { name: /^2\. / }).waitFor();
  assert.equal(address(page).get("pick"), "2");
  const fills = await page.locator(".dot circle").evaluateAll((all) => all.map((c) => getComputedStyle(c).fill));
  assert.equal(fills.filter((fill) => fill === fills[1]).length, 1, "one dot stands out");
  await page.getByRole("radio", { name: /^Itinerary 2/ }).focus();
  await page.keyboard.press("ArrowDown");
  await page.getByRole("heading", { name: /^3\. / }).waitFor();
  await drawn(page);
  await picture(page, "map-route");
  await accessible(page);
  await fine(page);
});

test("legs and stops show what their figures rest on", async () => {
  const page = await open(`${ASKED}&pick=1`);
  const leg = page.locator(".steps .leg").nth(1);
  await leg.getByText("What the figures rest on").click();
  await leg.getByText(/^Price .*Source: /).first().waitFor();
  await leg.getByText(/^CO2e .*Source: /).first().waitFor();
  const stops = page.locator(".steps .transfer");
  assert.ok((await stops.count()) > 2);
  assert.equal(await stops.getByText("What the figures rest on").count(), await stops.count(), "each stop says it too");
  const stop = stops.first();
  await stop.getByText("What the figures rest on").click();
  await stop.getByText(/^Price \(load .*Source: /).first().waitFor();
  await shot(page, "route-sources");
  await fine(page);
});

test("a click on the map sets an end and avoids a country", async () => {
  const page = await open("/?page=route&from=Mombasa&at=5/0.5/36");
  await drawn(page);
  await clickMap(page, 0.25, 0.5);
  await page.getByRole("button", { name: "To here" }).click();
  assert.match(address(page).get("to"), /^-?\d+\.\d+,\d+\.\d+$/);
  await page.goBack();
  await clickMap(page, 0.7, 0.55);
  await page.getByRole("dialog", { name: "This point" }).waitFor();
  await accessible(page);
  await page.getByRole("button", { name: "Avoid Kenya" }).click();
  assert.equal(address(page).get("avoid"), "KE");
  await page.getByRole("button", { name: "Remove Kenya" }).waitFor();
  await fine(page);
});

test("a click on a port avoids it or forces it", async () => {
  const { places } = await (await fetch(`${BASE}/api/v1/places?q=KEMBA`)).json();
  const port = places.find((p) => p.code === "KEMBA");
  const page = await open(`/?page=route&from=Nairobi&to=Rotterdam&at=8.5/${port.lat}/${port.lon}`);
  await drawn(page);
  await clickMap(page, 0.5, 0.5);
  await page.getByRole("button", { name: "Avoid Mombasa" }).click();
  assert.equal(address(page).get("avoid"), "port:KEMBA");
  await page.getByText("avoided: the port KEMBA").waitFor();
  await clickMap(page, 0.5, 0.5);
  await page.getByRole("button", { name: "Only Mombasa" }).click();
  assert.equal(address(page).get("force"), "port:KEMBA");
  await fine(page);
});

test("an area drawn on the map changes the answer", async () => {
  const page = await open(`${ASKED}&modes=road`);
  await rows(page).first().waitFor();
  await drawn(page);
  const before = await rows(page).first().innerText();
  await page.getByText("Avoid or force").click();
  await page.getByRole("button", { name: "Draw an area to avoid" }).click();
  for (const [x, y] of [[0.45, 0.3], [0.65, 0.3], [0.65, 0.6], [0.45, 0.6]]) {
    await clickMap(page, x, y);
    await page.waitForTimeout(400); // not a double click
  }
  await shot(page, "route-draw");
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Areas to avoid" }).waitFor();
  await page.waitForFunction((was) => document.querySelector(".answer")?.getAttribute("aria-busy") === "false" && document.querySelector(".itineraries tbody tr")?.innerText !== was, before);
  await shot(page, "route-area");
  await fine(page);
});

test("why not: an unreachable place says the reason and what would help", async () => {
  const page = await open("/?page=route&from=Seoul&to=Pyongyang");
  await page.getByRole("heading", { name: /No itinerary/ }).waitFor({ timeout: 90_000 });
  assert.ok((await page.locator(".notice.danger li").count()) > 0);
  await accessible(page);
  await drawn(page);
  await shot(page, "route-why-not");
  await fine(page);
});

test("a place that is unknown is an error that says what to do", async () => {
  const page = await open("/?page=route&from=Mombsa&to=Kampala");
  const alert = page.getByRole("alert");
  await alert.getByText(/no place is called/).first().waitFor();
  assert.match(await alert.innerText(), /did you mean/);
  await accessible(page);
  await fine(page);
});

const asked = (page) => page.waitForFunction(() => document.querySelector(".answer")?.getAttribute("aria-busy") === "false");

test("an amount that is none is refused, not replaced", async () => {
  const page = await open(ASKED);
  await rows(page).first().waitFor();
  const amount = page.getByLabel("Amount");
  await amount.fill("-5");
  await amount.press("Tab");
  await page.getByRole("alert").getByText("“Amount” is -5").first().waitFor();
  assert.equal(await amount.getAttribute("aria-invalid"), "true");
  assert.equal(address(page).get("tonnes"), "-5");
  await accessible(page);
  await shot(page, "route-amount");
  await amount.fill("");
  await amount.press("Tab");
  await becomes(() => amount.inputValue(), "10");
  await rows(page).first().waitFor();
  await page.goto(`${BASE}${ASKED}&alternatives=abc`);
  await page.getByRole("alert").getByText("“Alternatives” is abc").first().waitFor();
  await fine(page);
});

test("an area that cannot be read is named; it and the others stay", async () => {
  const page = await open(`${ASKED}&area=30,0;31,0;31,1`);
  await page.getByText("Avoid or force").click();
  const field = page.getByLabel(/^Areas to avoid as text/);
  await field.fill("30,0;31,0;31,1|x,1;2,3");
  await field.press("Tab");
  await page.getByRole("alert").getByText(/Area 2 cannot be read: “x,1;2,3”/).waitFor();
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  assert.equal(await field.inputValue(), "30,0;31,0;31,1|x,1;2,3");
  await accessible(page);
  await shot(page, "route-area-wrong");
  await page.getByRole("button", { name: "Remove area 2" }).click();
  assert.equal(address(page).get("area"), "30,0;31,0;31,1");
  await rows(page).first().waitFor();
  await fine(page);
});

/** Holds back the answers about routes to a place until released. */
async function held(page, place) {
  let release;
  const gate = new Promise((done) => (release = done));
  await page.route("**/api/v1/route", async (route) => {
    if (route.request().postData().includes(place)) await gate;
    await route.continue().catch(() => {}); // cancelled meanwhile
  });
  return release;
}

test("cancelled, the answer before stays with its files and says so; ask again", async () => {
  const page = await open(ASKED);
  await rows(page).first().waitFor();
  const release = await held(page, "Nairobi");
  await page.getByRole("combobox", { name: "To" }).fill("Nairobi");
  await page.getByRole("combobox", { name: "To" }).press("Enter");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText(/was cancelled.*answers the question before it/).waitFor();
  await accessible(page);
  await shot(page, "route-cancelled");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "GeoJSON", exact: true }).click()]);
  assert.match(file.suggestedFilename(), /kampala/);
  const text = await readFile(await file.path(), "utf8");
  assert.match(text, /Kampala/);
  release();
  await page.getByRole("button", { name: "Ask again" }).click();
  await page.locator(".understood").getByText(/^Nairobi/).waitFor();
  await becomes(() => page.getByText(/was cancelled/).count(), 0);
  await fine(page);
});

test("an end that is cleared ends the question, and its error", async () => {
  const page = await open("/?page=route&from=Mombsa&to=Kampala");
  await page.getByRole("alert").waitFor();
  const to = page.getByRole("combobox", { name: "To" });
  await to.fill("");
  await to.press("Tab");
  await page.getByText("Give an origin and a destination").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  const release = await held(page, "Nairobi");
  await page.goto(`${BASE}/?page=route&from=Mombasa&to=Nairobi`);
  await page.getByRole("button", { name: "Cancel" }).waitFor();
  await to.fill("");
  await to.press("Tab");
  await page.getByText("Give an origin and a destination").waitFor();
  assert.equal(await page.getByRole("button", { name: "Cancel" }).count(), 0);
  release();
  await fine(page);
});

test("an area drawn across 180 degrees is one area", async () => {
  const page = await open("/?page=route&from=Vladivostok&to=Seattle&modes=sea&at=3.2/52/180");
  await asked(page);
  await drawn(page);
  await page.getByText("Avoid or force").click();
  await page.getByRole("button", { name: "Draw an area to avoid" }).click();
  for (const [x, y] of [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]]) {
    await clickMap(page, x, y);
    await page.waitForTimeout(400);
  }
  await drawn(page);
  await shot(page, "route-draw-180");
  await page.keyboard.press("Enter");
  const lons = address(page).get("area").split(";").map((p) => Number(p.split(",")[0]));
  assert.ok(Math.max(...lons) > 180 && Math.max(...lons) - Math.min(...lons) < 60, lons.join(" "));
  await asked(page);
  await rows(page).first().waitFor();
  await drawn(page);
  await shot(page, "route-area-180");
  await fine(page);
});

const POLICIES = `id,set,kind,effect,mode,territory,direction,binds,flag,hs,origin,counterparty,transit,cap_per_year,unit,valid_from,valid_to,exempted_by,reference,procedure,source,confidence
p1,no-uganda,case,forbid,any,UG,both,goods,any,any,any,any,yes,,,,,,A decree,,made up,assumed
`;

test("policies of one's own: a file, and which of its sets apply", async () => {
  const page = await open(ASKED);
  await rows(page).first().waitFor();
  await page.getByText("Date and law").click();
  await page.getByLabel("Load policies.csv").setInputFiles({ name: "policies.csv", mimeType: "text/csv", buffer: Buffer.from(POLICIES) });
  await page.getByRole("checkbox", { name: "no uganda" }).check();
  await page.getByRole("heading", { name: "No itinerary: Forbidden by law" }).waitFor();
  await accessible(page);
  await shot(page, "route-policies");
  await page.reload();
  await page.getByRole("heading", { name: "No itinerary: Forbidden by law" }).waitFor();
  await page.getByText("Date and law (2 set)").click();
  await page.getByRole("button", { name: "Remove policies.csv" }).click();
  await rows(page).first().waitFor();
  assert.equal(address(page).get("policies"), null);
  await fine(page);
});

test("swap, cargo, modes and passages are in the address, and the address restores them", async () => {
  const page = await open(ASKED);
  await page.getByRole("button", { name: /Swap/ }).click();
  assert.deepEqual([address(page).get("from"), address(page).get("to")], ["Kampala", "Mombasa"]);
  await page.getByRole("combobox", { name: /^Cargo/ }).selectOption("reefer");
  await page.getByRole("checkbox", { name: "Road" }).uncheck();
  await page.getByText("Avoid or force").click();
  await page.getByLabel(/Passage, country/).fill("suez");
  await page.getByRole("button", { name: "Avoid", exact: true }).click();
  const restored = await open(new URL(page.url()).search.replace(/^/, "/"));
  assert.equal(await restored.getByRole("combobox", { name: /^Cargo/ }).inputValue(), "reefer");
  assert.equal(await restored.getByRole("checkbox", { name: "Road" }).isChecked(), false);
  await restored.getByRole("button", { name: "Remove Suez Canal" }).waitFor();
  await fine(restored);
  await fine(page);
});

test("downloads: GeoJSON and CSV", async () => {
  const page = await open(ASKED);
  await rows(page).first().waitFor();
  const save = async (name) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name, exact: true }).click()]);
    return readFile(await file.path(), "utf8");
  };
  const lines = (await save("CSV")).trim().split("\n");
  assert.match(lines[0], /^itinerary,modes,step,kind,/);
  assert.ok(lines.length > 10);
  assert.ok(["FeatureCollection", undefined].includes(JSON.parse(await save("GeoJSON")).type));
  await fine(page);
});

test("printed, the answer is there and the form is not, dark on white", async () => {
  const page = await open(ASKED, { colorScheme: "dark" });
  await rows(page).first().waitFor();
  await drawn(page);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("form.ask").isVisible(), false);
  assert.equal(await page.locator(".steps").isVisible(), true);
  assert.equal(await page.locator("body").evaluate((b) => getComputedStyle(b).color), "rgb(28, 42, 53)");
  await drawn(page);
  await shot(page, "route-print");
  await fine(page);
});

test("the button prints with the map in light, and the page is dark again", async () => {
  const page = await open(ASKED, { colorScheme: "dark" });
  await rows(page).first().waitFor();
  await drawn(page);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  await page.evaluate(() => (window.print = () => (window.printed = [document.documentElement.dataset.theme, document.querySelector(".map-frame").dataset.idle])));
  assert.equal(await theme(), "dark");
  await page.getByRole("button", { name: "Print or PDF" }).click();
  await page.waitForFunction(() => window.printed);
  assert.deepEqual(await page.evaluate(() => window.printed), ["light", "true"]);
  assert.equal(await theme(), "dark");
  await fine(page);
});

test("at phone width nothing is wider than the screen", async () => {
  const page = await open(`${ASKED}&pick=2`, { viewport: PHONE, hasTouch: true });
  await rows(page).first().waitFor();
  await drawn(page);
  const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
  assert.ok(width <= PHONE.width, `${width} px`);
  const scrolls = (selector) => page.locator(selector).evaluate((e) => e.scrollHeight > e.clientHeight + 1);
  assert.deepEqual([await scrolls(".split"), await scrolls(".page")], [true, false], "one scroller");
  await shot(page, "route-phone");
  await accessible(page);
  await fine(page);
});

test("dark", async () => {
  const page = await open(ASKED, { colorScheme: "dark" });
  await rows(page).first().waitFor();
  await drawn(page);
  await accessible(page);
  await shot(page, "route-dark");
  await fine(page);
});

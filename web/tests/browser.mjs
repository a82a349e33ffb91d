// What the tests of pages share: a browser, a page that records what must not happen, axe, screenshots.
// TRIMODAL_URL: the server; TRIMODAL: the program, for servers of a test; SHOTS: a folder for screenshots; CHROMIUM: the browser.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import { chromium } from "playwright-core";
import sharp from "sharp";

export const BASE = process.env.TRIMODAL_URL ?? "http://127.0.0.1:8765";
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };

let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  });
});
after(() => browser?.close());

/** A new context: its own storage. */
export function context(options = {}) {
  return browser.newContext({ viewport: DESK, colorScheme: "light", acceptDownloads: true, reducedMotion: "reduce", ...options });
}

/** A page of the server, or a `file:`, that fails its test on an error of script, a breach of the policy or a request elsewhere. */
export async function open(path, { in: shared, ...options } = {}) {
  const page = await (shared ?? (await context(options))).newPage();
  page.setDefaultTimeout(30_000);
  page.wrong = [];
  const own = path.startsWith("file:") ? path : BASE;
  page.on("pageerror", (e) => page.wrong.push(`script: ${e.message}`));
  page.on("console", (m) => {
    if (m.type() === "error" && !/status of 4\d\d/.test(m.text())) page.wrong.push(`console: ${m.text()}`);
  });
  page.on("request", (r) => {
    if (!r.url().startsWith(own) && !/^(data|blob):/.test(r.url())) page.wrong.push(`foreign request: ${r.url()}`);
  });
  await page.goto(own === BASE ? BASE + path : path);
  return page;
}

export async function fine(page) {
  assert.deepEqual(page.wrong, []);
  await page.context().close();
}

/** Fails unless what is read from the page becomes what is wanted: a page is drawn after what changed it. */
export async function becomes(read, wanted, what) {
  for (let left = 50; left > 0; left -= 1) {
    if ((await read()) === wanted) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.equal(await read(), wanted, what);
}

/** No violation of WCAG A and AA. */
export async function accessible(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ")}`), []);
}

/** Waits until the map, or each of two, has drawn what it was given. */
export async function drawn(page) {
  await page.waitForFunction(() => {
    const all = [...document.querySelectorAll(".map-frame")];
    return all.length > 0 && all.every((frame) => frame.dataset.idle === "true");
  }, null, { timeout: 60_000 });
}

export async function shot(page, name) {
  if (!process.env.SHOTS) return;
  mkdirSync(process.env.SHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
}

/** A picture of the guide, docs/images: at most 250 kB. */
export async function picture(page, name) {
  if (!process.env.SHOTS) return;
  mkdirSync(process.env.SHOTS, { recursive: true });
  const { size } = await sharp(await page.screenshot()).png({ palette: true, quality: 90, effort: 10 }).toFile(join(process.env.SHOTS, `${name}.png`));
  assert.ok(size <= 250_000, `${name}: ${size} bytes`);
}

/** A click on the map, at a share of its width and height. */
export async function clickMap(page, x, y, options = {}) {
  const box = await page.locator(".map canvas").boundingBox();
  await page.mouse.click(box.x + box.width * x, box.y + box.height * y, options);
}

// A server that asks for a token: who is let in, and what others see.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { accessible, context, fine, open, PHONE, shot } from "./browser.mjs";

const PROGRAM = process.env.TRIMODAL ?? fileURLToPath(new URL("../../target/release/trimodal", import.meta.url));
const TOKEN = "a-token-of-the-tests";
const SAYS = /\/\?token=TOKEN/;

let folder, server, url;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "token-"));
  server = spawn(PROGRAM, ["serve", "--port", "0", "--state", join(folder, "state"), "--scenarios", join(folder, "scenarios")], { env: { ...process.env, TRIMODAL_TOKEN: TOKEN } });
  url = await new Promise((found, failed) => {
    server.stdout.on("data", (text) => /^Map: (http:\/\/[^/]+)\//.exec(text)?.[1] && found(/^Map: (http:\/\/[^/]+)\//.exec(text)[1]));
    server.on("error", failed);
    server.on("exit", () => failed(new Error("the server ended")));
  });
}, { timeout: 30_000 });
after(() => {
  server?.kill("SIGINT");
  rmSync(folder, { recursive: true, force: true });
});

const entered = (page) => page.getByRole("combobox", { name: "From" }).waitFor();

test("the token in the address lets a browser in, and a cookie keeps it out of the address", async () => {
  const shared = await context();
  const page = await shared.newPage();
  await page.goto(`${url}/?token=${TOKEN}`);
  await entered(page);
  assert.ok(!page.url().includes(TOKEN));
  const [cookie] = await shared.cookies();
  assert.deepEqual([cookie.value, cookie.httpOnly, cookie.sameSite], [TOKEN, true, "Lax"]);
  assert.equal(await page.evaluate(() => document.cookie), "", "scripts cannot read it");
  const other = await shared.newPage();
  await other.goto(`${url}/?page=network`);
  await other.getByRole("heading", { name: /^Overrides/ }).waitFor();
  await shared.close();
});

test("without the token, or with a wrong one, a browser is told what to do", async () => {
  const shared = await context();
  const page = await shared.newPage();
  for (const address of ["/", "/?page=plan", "/?token=wrong"]) {
    const answer = await page.goto(url + address);
    assert.equal(answer.status(), 401);
    assert.match(await page.locator("body").textContent(), SAYS);
  }
  assert.deepEqual(await shared.cookies(), []);
  await page.goto(`${url}/?token=${TOKEN}`);
  await entered(page);
  await shared.close();
});

test("a page whose token is gone says how to come back", async () => {
  const refusal = await fetch(url);
  const refused = { status: refusal.status, contentType: refusal.headers.get("content-type"), body: await refusal.text() };
  const shared = await context();
  const page = await open("/", { in: shared });
  await entered(page);
  await shared.route("**/*", (route) => route.fulfill(refused));
  await page.getByRole("link", { name: "Plan" }).click();
  const alert = page.getByRole("alert").filter({ hasText: SAYS }).first();
  await alert.waitFor();
  assert.doesNotMatch(await alert.textContent(), /defect/);
  await accessible(page);
  await shot(page, "token-gone");
  // The map logs the tiles that do not come.
  assert.deepEqual(page.wrong.filter((w) => !w.startsWith("console:")), []);
  await shared.close();
});

for (const [name, options] of [["light", {}], ["dark", { colorScheme: "dark" }], ["phone", { viewport: PHONE, isMobile: true }]]) {
  test(`the page of those who are not let in, ${name}`, async () => {
    const page = await open("/token.html", options);
    await page.getByRole("heading", { name: "A token is needed" }).waitFor();
    assert.match(await page.textContent("body"), SAYS);
    assert.equal(await page.locator("script, link, style, img").count(), 0, "it needs nothing that is refused");
    await accessible(page);
    await shot(page, `token-${name}`);
    await fine(page);
  });
}

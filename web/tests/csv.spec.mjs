// CSV and overrides.csv: what is written is read back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runnerImport } from "vite";

globalThis.localStorage = { getItem: () => null, setItem() {}, removeItem() {} };
globalThis.addEventListener ??= () => {};
const load = async (path) => (await runnerImport(new URL(`../src/${path}`, import.meta.url).pathname, { configFile: false, logLevel: "error" })).module;
const { csv, parseCsv } = await load("csv.ts");
const { fromCsv, toCsv } = await load("overrides.ts");

test("quotes, commas, line ends and a byte order mark", () => {
  const rows = [["a", "b"], ["1,5", 'say "so"'], ["two\nlines", ""], ["", "x"]];
  assert.deepEqual(parseCsv(csv(rows)), rows);
  assert.deepEqual(parseCsv("\uFEFFa,b\r\n1,2"), [["a", "b"], ["1", "2"]]);
});

test("overrides", () => {
  const list = [{ link: "rail:0123456789", action: "speed", value: "40", author: "A, B", reason: 'bridge "old"' }];
  assert.deepEqual(fromCsv(toCsv(list)), list);
  assert.deepEqual(fromCsv("author,reason,link,action\nA,flood,road:1,close\n")[0].value, "");
  assert.throws(() => fromCsv("link,action\n"), /no column author, reason/);
  assert.throws(() => fromCsv("link,action,value,author,reason\nroad:1,shut,,A,B\n"), /Row 2, column action: the action is “shut”/);
  assert.throws(() => fromCsv("link,action,value,author,reason\nroad:1,toString,,A,B\n"), /Row 2, column action/);
  assert.throws(() => fromCsv("link,action,value,author,reason\nroad:1,cost,,A,B\n"), /Row 2, column value: the value is blank/);
});

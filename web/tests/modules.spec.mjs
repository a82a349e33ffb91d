// Modules without a page: the player, tables, differences.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runnerImport } from "vite";

const load = async (path) => (await runnerImport(new URL(`../src/${path}`, import.meta.url).pathname, { configFile: false, logLevel: "error" })).module;
const { Player, byDay, dateOf } = await load("player/player.ts");
const { pack } = await load("player/pack.ts");
const { span } = await load("map/span.ts");
const table = await load("pages/edit/table.ts");
const areas = await load("pages/route/areas.ts");
const { inFormWords } = await load("pages/route/options.ts");
const history = await load("pages/edit/history.ts");

const trace = () => ({
  schema: "trimodal/trace/1",
  start: "2025-01-01",
  hours: 72,
  places: [
    { id: "A", name: "Aton", lat: 0, lon: 178 },
    { id: "B", name: "Beton", lat: 0, lon: -178 },
  ],
  paths: [{ mode: "sea", from: 0, to: 1, line: [[178, 0], [179, 0], [-178, 0]] }, { mode: "rail", from: 1, to: 0, line: [] }],
  vehicles: [{ class: "Ship", mode: "sea", moves: [[0, 10, 14, 500], [1, 20, 24, 0]] }],
  resources: [{ id: "q", name: "Quay", place: 1, busy: [0.5, 1, 0.5], queue: [0, 4, 2] }],
  stocks: [],
});

test("a vehicle moves along its path by distance, across 180 degrees", () => {
  const player = new Player(pack(trace()));
  assert.equal(player.frame(9.9).count, 0);
  const frame = player.frame(12);
  assert.equal(frame.count, 1);
  assert.ok(Math.abs(frame.lon[0] - 180) < 1e-9);
  assert.equal(frame.kind[0], 3);
  assert.ok(Math.abs(frame.heading[0] - Math.PI / 2) < 1e-6);
  assert.equal(player.frame(14).count, 0, "at its end it has stopped");
  assert.equal(player.frame(22).kind[0], 2, "empty on the way back");
  assert.equal(player.frame(10).count, 1, "back in time");
  assert.deepEqual(player.doing(0, 12), { vehicle: "Ship", from: "Aton", to: "Beton", tonnes: 500, arrives: 14 });
});

test("queues grow between the middles of days", () => {
  const player = new Player(pack(trace()));
  assert.equal(player.longestQueue(), 4);
  assert.deepEqual(player.queues(24).map((q) => [q.name, q.waiting]), [["Beton", 2]]);
  assert.equal(byDay([0, 4, 2], 71), 2);
  assert.equal(dateOf(trace(), 26.5), "2 January 2025, 02:00");
});

test("5,000 vehicles are placed in under 10 ms", () => {
  const many = trace();
  const line = Array.from({ length: 200 }, (_, i) => [100 + i / 10, i / 20]);
  many.paths = [{ mode: "rail", from: 0, to: 1, line }];
  many.hours = 8760;
  many.vehicles = Array.from({ length: 5000 }, (_, v) => ({ class: "Train", mode: "rail", moves: Array.from({ length: 300 }, (_, i) => [0, i * 29 + (v % 7), i * 29 + 28 + (v % 7), 100]) }));
  const player = new Player(pack(many));
  const begun = performance.now();
  for (let i = 0; i < 50; i++) assert.ok(player.frame(100 + i * 3.7).count > 4000);
  assert.ok((performance.now() - begun) / 50 < 10, `${(performance.now() - begun) / 50} ms a frame`);
});

test("every table of the triangle is read and written without loss", () => {
  for (const name of ["places", "links", "demand", "operations", "resources", "vehicles", "options", "policies", "calendars"]) {
    const text = readFileSync(new URL(`../../scenarios/tumen/${name}.csv`, import.meta.url), "utf8");
    const read = table.parseTable(text);
    const { text: out, lines } = table.writeTable(read);
    const plain = (t) => ({ ...t, rows: t.rows.map((r) => ({ cells: r.cells, before: r.before })) });
    assert.deepEqual(plain(table.parseTable(out)), plain(read), name);
    assert.equal(lines.length, read.rows.length);
  }
});

test("comments stay with their row, problems find theirs", () => {
  const text = '# about, "this"\nid,name\n# the first\na,"two\nlines"\n\nb,x\n# the end\n';
  const read = table.parseTable(text);
  assert.deepEqual(read.head, ['# about, "this"']);
  assert.deepEqual(read.rows.map((r) => [r.before, r.cells]), [[["# the first"], ["a", "two\nlines"]], [[], ["b", "x"]]]);
  assert.deepEqual(read.tail, ["# the end"]);
  assert.deepEqual(table.readTable(text).lines, [4, 7]);
  const { lines } = table.writeTable(read);
  assert.deepEqual(lines, [4, 6]);
  assert.equal(table.rowOfLine(lines, 5), 0);
  assert.equal(table.rowOfLine(lines, 2), -1);
});

test("a first cell that begins with # is quoted, so that its row is no comment", () => {
  const read = table.parseTable("id,name\na,x\n");
  const { text } = table.writeTable(table.paste(read, 0, 0, [["#1"]]));
  assert.equal(text, 'id,name\n"#1",x\n');
  assert.deepEqual(table.parseTable(text).rows.map((r) => r.cells), [["#1", "x"]]);
});

test("of areas as text, those that cannot be read are named and kept", () => {
  const read = areas.readAreas("1,2;3,4;5,6|1,;2,3;4,5| 7,8 ; 9,9; 7,9;|");
  assert.deepEqual(read.map((a) => a.ring), [[[1, 2], [3, 4], [5, 6]], null, [[7, 8], [9, 9], [7, 9]]]);
  assert.match(areas.areaProblem(read), /^Area 2 cannot be read: “1,;2,3;4,5”\. Give three corners/);
  assert.equal(areas.areaProblem(areas.readAreas("")), "");
});

test("a longitude next to another goes past 180 degrees where that is nearer", () => {
  assert.deepEqual([areas.beside(-175, 175), areas.beside(175, -175), areas.beside(10, 20), areas.beside(-170, 365)], [185, -185, 10, 550 - 360]);
});

test("options of the command line and fields of the API have the names of the form", () => {
  assert.equal(inFormWords("declare the HS code with --hs"), "declare the HS code with “HS codes of the goods”");
  assert.equal(inFormWords("leave out some of --avoid, --avoid-area, --only-via or `suez`"), "leave out some of “Avoid”, “Areas to avoid”, “Only this” or `suez`");
  assert.equal(inFormWords("`tonnes` is 0; --snap-km"), "“Amount” is 0; --snap-km");
});

test("a block is pasted with rows that are missing, columns beyond the header dropped", () => {
  const before = table.parseTable("id,km\na,1\n");
  const after = table.paste(before, 0, 1, table.parseClipboard("5\tx\r\n6\ty\r\n"));
  assert.deepEqual(after.rows.map((r) => r.cells), [["a", "5"], ["", "6"]]);
  assert.deepEqual(before.rows.map((r) => r.cells), [["a", "1"]], "the state before is kept");
  assert.equal(after.rows[0].key, before.rows[0].key);
});

test("what is undone can be redone until something else is done", () => {
  let h = history.begin(1);
  h = history.commit(history.commit(h, 2), 3);
  h = history.undo(history.undo(h));
  assert.equal(h.now, 1);
  assert.equal(history.redo(h).now, 2);
  assert.deepEqual(history.commit(h, 9).future, []);
  assert.equal(history.undo(history.begin(1)).now, 1);
});

test("the narrowest stretch of longitudes goes over 180 degrees where that is shorter", () => {
  const points = (...lons) => span(lons.map((x) => [x, x]));
  assert.deepEqual(points(10, 30, 20), [10, 30]);
  assert.deepEqual(points(170, -170), [170, 190]);
  assert.deepEqual(points(-170, 170, 180), [170, 190]);
  assert.deepEqual(points(5), [5, 5]);
  assert.deepEqual(span([[4, 121], [-118, 4]]), [-118, 121], "a line over the Atlantic is not cut");
  assert.deepEqual(span([[100, 250], [-120, 110]]), [-180, 180], "all around");
});

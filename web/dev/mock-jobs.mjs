// Scenarios and jobs for the mock server: the binary runs, the trace is made up.
// TRIMODAL names the binary (default: target/release/trimodal of the checkout, or on the path).
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeTrace } from "./mock-trace.mjs";
import { bundled, files, network, rows, tables, title } from "./scenario-files.mjs";

const built = new URL("../../target/release/trimodal", import.meta.url).pathname;
const BIN = process.env.TRIMODAL ?? (existsSync(built) ? built : "trimodal");
const own = new Map();
const jobs = new Map();
let count = 0;

/** Answers a request below /api/v1 about scenarios and jobs; false: it is about something else. */
export function answer(request, response, url, body) {
  const path = url.pathname.replace(/^\/api\/v1/, "");
  const route = ROUTES.find(([method, pattern]) => method === request.method && pattern.test(path));
  if (!route) return false;
  const words = route[1].exec(path).slice(1).map(decodeURIComponent);
  Promise.resolve(route[2]({ response, words, body })).catch((e) => problem(response, 500, String(e)));
  return true;
}

const ROUTES = [
  ["GET", /^\/scenarios$/, ({ response }) => send(response, { scenarios: listed() })],
  ["GET", /^\/scenarios\/tables$/, ({ response }) => send(response, { tables: tables() })],
  ["POST", /^\/scenarios\/check$/, async ({ response, body }) => send(response, await checked(body.files))],
  ["GET", /^\/scenarios\/([^/]+)$/, readScenario],
  ["PUT", /^\/scenarios\/([^/]+)$/, writeScenario],
  ["POST", /^\/(plan|simulate|extract)$/, ({ response, words, body }) => start(response, words[0], body)],
  ["GET", /^\/jobs$/, ({ response }) => send(response, { jobs: [...jobs.values()].map(shown) })],
  ["GET", /^\/jobs\/([^/]+)$/, ({ response, words }) => withJob(response, words[0], (job) => send(response, shown(job)))],
  ["GET", /^\/jobs\/([^/]+)\/result$/, ({ response, words }) => withJob(response, words[0], (job) => (job.result ? send(response, job.result) : problem(response, 409, "The job has no result yet")))],
  ["GET", /^\/jobs\/([^/]+)\/trace$/, ({ response, words }) => withJob(response, words[0], (job) => (job.trace ? send(response, job.trace) : problem(response, 404, "No trace was asked for")))],
  ["GET", /^\/jobs\/([^/]+)\/events$/, ({ response, words }) => withJob(response, words[0], (job) => events(response, job))],
  ["DELETE", /^\/jobs\/([^/]+)$/, ({ response, words }) => withJob(response, words[0], (job) => cancel(response, job))],
];

function send(response, value, status = 200, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", "trimodal-version": "mock", ...headers });
  response.end(JSON.stringify(value));
}

function problem(response, status, detail, problems) {
  response.writeHead(status, { "content-type": "application/problem+json" });
  response.end(JSON.stringify({ type: "about:blank", title: status === 404 ? "Not found" : "Bad request", status, detail, problems }));
}

const filesOf = (name) => own.get(name) ?? (bundled().includes(name) ? files(name) : null);
const listed = () => [
  ...bundled().map((name) => ({ name, title: title(files(name)), bundled: true })),
  ...[...own].map(([name, all]) => ({ name, title: title(all), bundled: false })),
];

async function readScenario({ response, words: [name] }) {
  const all = filesOf(name);
  if (!all) return problem(response, 404, `There is no scenario \`${name}\``);
  send(response, { name, title: title(all), bundled: bundled().includes(name), files: all, ...(await checked(all)) });
}

function writeScenario({ response, words: [name], body }) {
  if (bundled().includes(name)) return problem(response, 409, `\`${name}\` is bundled and cannot be replaced`);
  if (own.has(name) && !body.replace) return problem(response, 409, `A scenario \`${name}\` exists`);
  own.set(name, body.files);
  send(response, {}, 201);
}

function folderOf(all) {
  const folder = mkdtempSync(join(tmpdir(), "trimodal-mock-"));
  for (const [file, text] of Object.entries(all)) writeFileSync(join(folder, file), text);
  return folder;
}

async function checked(all) {
  const folder = folderOf(all);
  const { err } = await run(["check", folder]);
  rmSync(folder, { recursive: true });
  const found = [...err.matchAll(/^error\[(.+?)\]: (.+)\n(?: {2}\S*?([^/\s:]+):(\d+)(?::(\d+))?\n)?(?: {2}(.+)\n)?/gm)];
  const problems = found.map(([, id, message, file, row, column, hint]) => ({ id, message, at: file && { file, row: Number(row), column: Number(column) || undefined }, hint }));
  return { problems, notes: [], network: problems.length ? null : network(all) };
}

function run(args, job) {
  return new Promise((resolve) => {
    const child = spawn(BIN, args);
    if (job) job.child = child;
    let [out, err] = ["", ""];
    child.stdout.on("data", (d) => (out += d));
    child.stderr.on("data", (d) => (err += d));
    child.on("close", (code) => resolve({ code, out, err }));
    child.on("error", (e) => resolve({ code: 2, out, err: `error[TM-MOCK]: ${e.message}\n` }));
  });
}

const shown = ({ id, verb, state, title, created, progress, problem }) => ({ id, verb, state, title, created, progress, problem });

function withJob(response, id, then) {
  const job = jobs.get(id);
  if (!job) return problem(response, 404, `There is no job \`${id}\``);
  return then(job);
}

function change(job, patch) {
  Object.assign(job, patch);
  for (const tell of job.listeners) tell();
}

function events(response, job) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const tell = () => {
    response.write(`event: job\ndata: ${JSON.stringify(shown(job))}\n\n`);
    if (!["queued", "running"].includes(job.state)) response.end();
  };
  job.listeners.add(tell);
  response.on("close", () => job.listeners.delete(tell));
  tell();
}

function cancel(response, job) {
  if (["queued", "running"].includes(job.state)) {
    change(job, { state: "cancelled" });
    job.child?.kill();
  } else jobs.delete(job.id);
  send(response, {});
}

function start(response, verb, body) {
  const all = body.files ?? filesOf(body.scenario);
  if (verb !== "extract" && !all) return problem(response, 404, `There is no scenario \`${body.scenario}\``);
  const id = `j${++count}`;
  const job = { id, verb, state: "running", title: all ? title(all) : body.name, created: new Date().toISOString(), progress: { stage: verb, done: 0, total: 10 }, listeners: new Set() };
  jobs.set(id, job);
  const ticking = setInterval(() => job.progress.done < 9 && change(job, { progress: { ...job.progress, done: job.progress.done + 1 } }), 700);
  const work = { plan, simulate, extract }[verb];
  work(job, body, all)
    .then((result) => job.state === "running" && change(job, { state: "done", result, progress: { ...job.progress, done: 10 } }))
    .catch((e) => job.state === "running" && change(job, { state: "failed", problem: { type: "about:blank", title: "Failed", status: 422, detail: e.message } }))
    .finally(() => clearInterval(ticking));
  send(response, shown(job), 202, { location: `/api/v1/jobs/${id}` });
}

async function json(args, job) {
  const { out, err } = await run(args, job);
  if (!out) throw new Error(err.split("\n")[0].replace(/^error\[.*?\]: /, "") || "stopped");
  return JSON.parse(out);
}

async function plan(job, body, all) {
  const closed = new Set(body.closed ?? []);
  const kept = closed.size ? without(all, closed) : all;
  const toml = kept["scenario.toml"].replace(/^policies = .*$/m, `policies = ${JSON.stringify(body.policies ?? [])}`);
  const folder = folderOf({ ...kept, "scenario.toml": toml });
  const args = ["plan", folder, "--json", "--samples", String(body.samples ?? 0)];
  if (body.counterfactual_no_law) args.push("--counterfactual-no-law");
  for (const x of body.multiples ?? []) args.push("--multiple", String(x));
  try {
    return await json(args, job);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Resources without any server: closed. */
function without(all, closed) {
  const lines = all["resources.csv"].split("\n");
  const at = lines[0].split(",").indexOf("servers");
  const edited = lines.map((l) => {
    const cells = l.split(",");
    if (!closed.has(cells[0])) return l;
    cells[at] = "0";
    return cells.join(",");
  });
  return { ...all, "resources.csv": edited.join("\n") };
}

async function simulate(job, body, all) {
  const folder = folderOf(all);
  try {
    const made = jobs.get(body.plan)?.result ?? (await json(["plan", folder, "--json", "--samples", "0"], job));
    const args = ["simulate", folder, "--json", "--replications", String(body.replications ?? 32), "--multiple", String(body.volume ?? 1)];
    if (body.derate) args.push("--derate");
    const result = await json(args, job);
    if (body.trace) job.trace = makeTrace(all, made, result);
    return result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function extract(job, body) {
  if (!body.box) throw new Error("The mock server extracts boxes only");
  const [w, s, e, n] = body.box;
  const folder = join(mkdtempSync(join(tmpdir(), "trimodal-mock-")), "out");
  const { code, err } = await run(["world", "extract", `--bbox=${s},${w},${n},${e}`, "-o", folder], job);
  if (code !== 0) throw new Error(err.split("\n")[0].replace(/^error\[.*?\]: /, ""));
  const names = ["scenario.toml", "places.csv", "links.csv", "calendars.csv", "resources.csv", "vehicles.csv", "operations.csv", "demand.csv", "options.csv"];
  const all = Object.fromEntries(names.filter((f) => existsSync(join(folder, f))).map((f) => [f, readFileSync(join(folder, f), "utf8")]));
  if (!rows(all["places.csv"]).length) throw new Error("There is no terminal in this box");
  return { files: all };
}

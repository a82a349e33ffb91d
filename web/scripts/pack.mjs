// Puts what was built into the folders that the program embeds:
//   node scripts/pack.mjs            writes
//   node scripts/pack.mjs --check    fails where what is there was built from another source
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

const folder = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The pages are compressed, as the server sends them; the player is written into reports as it is. */
const TARGETS = [
  { from: folder("dist"), to: folder("../crates/serve/assets"), suffix: ".gz", encode: (bytes) => gzipSync(bytes, { level: 9 }), decode: gunzipSync },
  { from: folder("dist-player"), to: folder("../crates/report/assets"), suffix: "", encode: (bytes) => bytes, decode: (bytes) => bytes },
];

const files = (folder) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name).slice(folder.length + 1)).sort() : [];

function wrong({ from, to, suffix, decode }) {
  const packed = files(to).filter((f) => f.endsWith(suffix));
  const wanted = files(from).map((f) => f + suffix);
  const differs = (f) => !decode(readFileSync(join(to, f))).equals(readFileSync(join(from, f.slice(0, f.length - suffix.length))));
  return [...packed.filter((f) => !wanted.includes(f)), ...wanted.filter((f) => !packed.includes(f) || differs(f))];
}

function check() {
  const all = TARGETS.flatMap(wrong);
  if (all.length === 0) return;
  console.error(`not what the source makes: ${all.join(", ")}\nrun: npm run pack`);
  process.exitCode = 1;
}

function write({ from, to, suffix, encode }) {
  for (const f of files(to).filter((f) => f.endsWith(suffix))) rmSync(join(to, f));
  let total = 0;
  for (const f of files(from)) {
    const target = join(to, f + suffix);
    mkdirSync(dirname(target), { recursive: true });
    const bytes = encode(readFileSync(join(from, f)));
    total += bytes.length;
    writeFileSync(target, bytes);
  }
  console.log(`${files(from).length} files, ${(total / 1e6).toFixed(2)} MB`);
}

if (process.argv[2] === "--check") check();
else TARGETS.forEach(write);

// Puts dist/ into the folder that the server embeds, each file compressed:
//   node scripts/pack.mjs ../crates/serve/assets            writes
//   node scripts/pack.mjs ../crates/serve/assets --check    fails where what is there was built from another source
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const [target, mode] = process.argv.slice(2);
if (!target) throw new Error("name the folder to write to");

const files = (folder) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name).slice(folder.length + 1)).sort() : [];

function check() {
  const packed = files(target).filter((f) => f.endsWith(".gz"));
  const wanted = files(dist).map((f) => `${f}.gz`);
  const differs = (f) => !gunzipSync(readFileSync(join(target, f))).equals(readFileSync(join(dist, f.slice(0, -3))));
  const wrong = [...packed.filter((f) => !wanted.includes(f)), ...wanted.filter((f) => !packed.includes(f) || differs(f))];
  if (wrong.length === 0) return;
  console.error(`not what the source makes: ${wrong.join(", ")}\nrun: npm run pack`);
  process.exitCode = 1;
}

function write() {
  for (const f of files(target).filter((f) => f.endsWith(".gz"))) rmSync(join(target, f));
  let total = 0;
  for (const f of files(dist)) {
    const to = join(target, `${f}.gz`);
    mkdirSync(dirname(to), { recursive: true });
    const bytes = gzipSync(readFileSync(join(dist, f)), { level: 9 });
    total += bytes.length;
    writeFileSync(to, bytes);
  }
  console.log(`${files(dist).length} files, ${(total / 1e6).toFixed(2)} MB`);
}

if (mode === "--check") check();
else write();

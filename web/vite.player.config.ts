import prefixer from "postcss-prefix-selector";
import { defineConfig, type Plugin } from "vite";

/** Rules reach the player only, not the page around it. */
const scope = prefixer({
  prefix: "#player",
  transform: (prefix, selector, prefixed) => (selector.startsWith(":root") ? selector.replace(":root", prefix) : prefixed),
});

const LICENSES = "licenses.txt";

/** A page holds the script alone, so the notices of its libraries are in it. */
const notices: Plugin = {
  name: "notices",
  enforce: "post",
  generateBundle: {
    order: "post",
    handler(_, bundle) {
      const [script, texts] = [bundle["player.js"], bundle[LICENSES]];
      if (script?.type !== "chunk" || texts?.type !== "asset") throw new Error("the notices of libraries are missing");
      script.code += `/*!\n${String(texts.source).trim()}\n*/\n`;
      delete bundle[LICENSES];
    },
  },
};

/** The player as one script and one stylesheet: src/player/README.md. */
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  css: { postcss: { plugins: [scope] } },
  plugins: [notices],
  publicDir: false,
  define: { "process.env.NODE_ENV": '"production"' },
  build: {
    target: "es2022",
    outDir: "dist-player",
    lib: { entry: "src/player/standalone.tsx", formats: ["iife"], name: "TrimodalPlayer", fileName: () => "player.js", cssFileName: "player" },
    license: { fileName: LICENSES },
  },
});

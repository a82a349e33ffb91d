import { defineConfig } from "vite";

/** Where `/api` is answered while developing: `trimodal serve`, or `node dev/mock.mjs`. */
declare const process: { env: Record<string, string | undefined> };
const server = process.env.TRIMODAL_URL ?? "http://127.0.0.1:8787";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  server: { proxy: { "/api": server } },
  build: {
    target: "es2022",
    // The policy of the server forbids inline styles and data: fonts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    // Notices of the libraries that are in the bundle.
    license: { fileName: "licenses.txt" },
  },
});

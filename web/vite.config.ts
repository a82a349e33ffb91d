import { defineConfig } from "vite";

/** Where `/api` is answered while developing: `trimodal serve`. */
declare const process: { env: Record<string, string | undefined> };
const proxy = { "/api": process.env.TRIMODAL_URL ?? "http://127.0.0.1:8765" };

/** The policy of the server, so that `npm run preview` shows what it would forbid. */
const policy = "default-src 'self'; worker-src 'self'; img-src 'self' data: blob:; style-src 'self'; font-src 'self'; connect-src 'self'";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  server: { proxy },
  preview: { proxy, headers: { "content-security-policy": policy } },
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

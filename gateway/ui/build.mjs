// Bundles the console into dist/: one script, one style sheet, the page and its icon.
// File names carry no hash: the gateway answers with an ETag, and the committed bundle stays diffable by name.
import { build } from "esbuild";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { gzipSync } from "node:zlib";

/** What a first visit may download for the script, compressed. */
const BUDGET_BYTES = 64_000;

const out = new URL("dist/", import.meta.url);
await rm(out, { recursive: true, force: true });
await mkdir(new URL("assets/", out), { recursive: true });
await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: { app: "src/main.ts", style: "src/style.css" },
  outdir: "dist/assets",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome120", "firefox121", "safari17.5"],
  legalComments: "linked",
  logLevel: "warning",
});
await cp(new URL("index.html", import.meta.url), new URL("index.html", out));
await cp(new URL("icon.svg", import.meta.url), new URL("assets/icon.svg", out));

const size = gzipSync(await readFile(new URL("assets/app.js", out))).length;
if (size > BUDGET_BYTES) throw new Error(`app.js is ${size} bytes compressed, over its budget of ${BUDGET_BYTES}`);

/**
 * Builds everything that is shipped into dist/: the extension, the trainer with its workers, the views and the schedule's schema.
 * `--watch` rebuilds on every change, `--production` minifies and leaves source maps out.
 *
 * Workers: every file named *Worker.ts becomes a bundle of its own. Sources say `new URL("./nameWorker.ts", import.meta.url)`,
 * which Node runs as it stands; in a bundle the same URL is turned into "./nameWorker.mjs". So a new worker needs no line here.
 */
import { context, build } from "esbuild";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const workerUrl = /new URL\(\s*"(\.{1,2}\/[^"]+Worker)\.ts",\s*import\.meta\.url,?\s*\)/g;

const shared = {
  bundle: true,
  sourcemap: production ? false : "linked",
  minify: production,
  legalComments: "none",
  // ES modules first: jsonc-parser's "main" is a UMD file that bundlers cannot read.
  mainFields: ["module", "main"],
  logLevel: "warning",
  metafile: true,
};
const node = {
  ...shared,
  platform: "node",
  target: "node22",
  external: ["vscode", "@tensorflow/*"],
  plugins: [bundledWorkers()],
};
const module = { ...node, format: "esm", outExtension: { ".js": ".mjs" }, outdir: "dist" };

const views = globSync("webviews/*/index.ts").map((file) => ({ in: file, out: path.basename(path.dirname(file)) }));

const bundles = [
  {
    ...node,
    format: "cjs",
    entryPoints: ["extension/extension.ts"],
    outfile: "dist/extension.cjs",
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { "import.meta.url": "importMetaUrl" },
  },
  { ...module, entryPoints: [{ in: "trainer/node/main.ts", out: "raptr" }, ...workers()] },
  { ...shared, platform: "browser", target: "chrome128", format: "iife", entryPoints: views, outdir: "dist/webviews" },
];

mkdirSync("dist", { recursive: true });
await writeScheduleSchema();
if (watch) {
  for (const options of bundles) await (await context({ ...options, logLevel: "info" })).watch();
} else {
  const built = await Promise.all(bundles.map((options) => build(options))).catch(() => process.exit(1));
  const outputs = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs));
  removeStale(outputs);
  printSizes(outputs);
}

/** Every worker, as an entry point named for its file. */
function workers() {
  const entries = globSync("{trainer,extension}/**/*Worker.ts").map((file) => ({
    in: file,
    out: path.basename(file, ".ts"),
  }));
  if (new Set(entries.map((entry) => entry.out)).size !== entries.length)
    throw new Error("Two workers have the same file name.");
  return entries;
}

function bundledWorkers() {
  return {
    name: "bundled-workers",
    setup(esbuild) {
      esbuild.onLoad({ filter: /[/\\](trainer|extension)[/\\].*\.ts$/ }, ({ path: file }) => {
        const source = readFileSync(file, "utf8");
        const contents = source.replace(
          workerUrl,
          (_, target) => `new URL("./${path.basename(target)}.mjs", import.meta.url)`,
        );
        return contents === source ? undefined : { contents, loader: "ts" };
      });
    },
  };
}

/** The schema that VS Code completes and hovers by, from the same shape as the parser. */
async function writeScheduleSchema() {
  const { scheduleJsonSchema } = await import("./trainer/protocol/jsonSchema.ts");
  writeFileSync("dist/schedule.schema.json", JSON.stringify(scheduleJsonSchema({ lax: true }), null, 2) + "\n");
}

/** Bundles of sources that are gone must not linger; the kernels have their own build. */
function removeStale(outputs) {
  for (const file of globSync("dist/{*.cjs,*.mjs,*.map,webviews/*}")) {
    if (!(file.split(path.sep).join("/") in outputs)) rmSync(file);
  }
}

function printSizes(outputs) {
  for (const [file, { bytes }] of Object.entries(outputs)) {
    if (!file.endsWith(".map")) console.log(`${(bytes / 1024).toFixed(1).padStart(9)} kB  ${file}`);
  }
}

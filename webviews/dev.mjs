/** `node webviews/dev.mjs`: the run view in a plain browser, rebuilt on each reload. Loopback only; ends with Ctrl+C. */
import { context } from "esbuild";

const port = Number(process.env.PORT ?? 4173);
const views = await context({
  entryPoints: [
    { in: "webviews/run/index.ts", out: "run" },
    { in: "webviews/run/dev/page.ts", out: "page" },
    { in: "webviews/run/dev.html", out: "dev" },
  ],
  loader: { ".html": "copy" },
  bundle: true,
  format: "iife",
  target: "chrome128",
  mainFields: ["module", "main"],
  sourcemap: "inline",
  outdir: "dist/dev",
});
const { port: served } = await views.serve({ host: "127.0.0.1", port, servedir: "dist/dev" });
process.stdout.write(`http://127.0.0.1:${served}/dev.html?theme=dark&live=20\n`);

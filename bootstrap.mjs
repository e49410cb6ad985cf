// `node bootstrap.mjs SCRIPT`: installs the packages when they are missing or older than package-lock.json, then runs
// the npm script. It lets `npm start` and `npm test` do everything on a fresh clone, from any Node >= 20: the scripts
// themselves run on the clone's own Node, the devDependency `node`.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));
const [script, ...rest] = process.argv.slice(2);
if (!script) throw new Error("usage: node bootstrap.mjs SCRIPT [ARGUMENT ...]");

const modified = (file) => (existsSync(root + file) ? statSync(root + file).mtimeMs : 0);
const ownNode = process.platform === "win32" ? "node_modules/.bin/node.cmd" : "node_modules/.bin/node";
const installed = modified(ownNode) > 0 && modified("node_modules/.package-lock.json") >= modified("package-lock.json");

function npm(...args) {
  // npm is a .cmd file on Windows, which only a shell can start.
  const done = spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (done.error) throw done.error;
  if (done.status !== 0) process.exit(done.status ?? 1);
}

if (!installed) {
  console.log("Installing packages (npm ci): once, about half a minute.");
  npm("ci", "--no-audit", "--no-fund", "--loglevel", "error");
}
npm("run", "--silent", script, ...(rest.length > 0 ? ["--", ...rest] : []));

// What `npm start` does once everything is built: trains the quickstart schedule to its end and says how to watch it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const raptr = (...args) =>
  spawnSync(process.execPath, ["trainer/bin/raptr.mjs", ...args], { cwd: root, stdio: "inherit" }).status ?? 1;

const schedule = "examples/quickstart.raptr.json";
const planned = raptr("plan", schedule);
if (planned !== 0) process.exit(planned);

console.log(
  "\nTraining takes two to three minutes on two cores. Ctrl+C saves a checkpoint; `npx raptr resume RUN` goes on.\n",
);
const trained = raptr("train", schedule);
if (trained !== 0) process.exit(trained);

console.log(`
Watch it in VS Code: \`npm run vscode\` opens an editor with the extension and this example;
then "RAPTR: Open Run" in the command palette, or the "Pretraining Runs" view in the activity bar.`);

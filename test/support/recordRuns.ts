/**
 * Records test/fixtures/runs with the real trainer: `npm run build && node test/support/recordRuns.ts`. To be run again
 * when the run directory's format changes. What names this machine is replaced.
 *
 * - `completed`: from the first step to the last in one launch.
 * - `resumed`: killed after a checkpoint, resumed, so that a second launch supersedes rows of the first.
 * - `killed`: ended by SIGKILL amid a stage, without a last word.
 */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { parseEvents, parseLease } from "../../trainer/protocol/readers.ts";

const root = path.resolve(import.meta.dirname, "../..");
const recorded = path.join(root, "test/fixtures/runs");
const workspace = mkdtempSync(path.join(tmpdir(), "raptr-record-"));

const schedule = (steps: number): string => `{
  "name": "recorded",
  "model": { "kind": "bert", "layers": 6, "hidden": 16, "heads": 2, "feedForward": 32 },
  "objective": { "kind": "maskedLanguage" },
  "data": { "files": ["text/*.md"], "evaluationShare": 0.2 },
  "tokenizer": "bytes",
  "batch": { "size": 4, "length": 32 },
  "steps": ${steps},
  "strategy": { "kind": "raptr", "stages": [{ "layers": 3 }, { "layers": 4.5 }, { "layers": 6 }] },
  "optimizer": { "kind": "adamw" },
  "learningRate": { "peak": 2e-3, "warmupSteps": 10 },
  "checkpoint": { "everySteps": 50, "keep": 2 },
  "evaluation": { "everySteps": 50, "batches": 1 },
  "seed": 1
}
`;
const short = 150;
/** Long enough to be killed on the way. */
const long = 30_000;

rmSync(recorded, { recursive: true, force: true });
mkdirSync(path.join(workspace, "text"));
for (const file of globSync("node_modules/{chokidar,esbuild,vitest,uplot,fast-check,mocha,prettier}/*.md", {
  cwd: root,
}))
  cpSync(path.join(root, file), path.join(workspace, "text", file.replaceAll(/[/\\]/g, "-")));

record("completed", () => raptr("train", scheduleFile(short), "--run-dir", "completed"));
record("killed", () => {
  raptr("train", scheduleFile(long), "--run-dir", "killed", "--detach", "--json");
  killAfter("killed", 1);
});
record("resumed", () => {
  raptr("train", scheduleFile(long), "--run-dir", "resumed", "--detach", "--json");
  killAfter("resumed", 2);
  raptr("resume", "resumed", "--detach", "--json");
  killAfter("resumed", 4);
});
rmSync(workspace, { recursive: true, force: true });

function scheduleFile(steps: number): string {
  writeFileSync(path.join(workspace, "recorded.raptr.json"), schedule(steps));
  return "recorded.raptr.json";
}

function raptr(...args: string[]): void {
  execFileSync(process.execPath, [path.join(root, "dist/raptr.mjs"), ...args], { cwd: workspace, stdio: "inherit" });
}

/** Kills the trainer once the journal has seen so many checkpoints. */
function killAfter(run: string, checkpoints: number): void {
  const directory = path.join(workspace, run);
  for (;;) {
    const { events } = parseEvents(readFileSync(path.join(directory, "events.ndjson"), "utf8"));
    if (events.filter(({ type }) => type === "checkpointSaved").length >= checkpoints) break;
    execFileSync(process.execPath, ["-e", "setTimeout(() => {}, 20)"]);
  }
  const lease = parseLease(JSON.parse(readFileSync(path.join(directory, "lease.json"), "utf8")));
  if (!lease.ok) throw new Error("The lease cannot be read.");
  process.kill(lease.value.pid, "SIGKILL");
}

/** Copies what readers of runs need, without what names this machine. Tensors are left out: nobody here loads them. */
function record(name: string, run: () => void): void {
  run();
  const to = path.join(recorded, name);
  cpSync(path.join(workspace, name), to, {
    recursive: true,
    filter: (file) => !file.endsWith(".safetensors"),
  });
  for (const file of globSync("**/*.{json,ndjson,txt}", { cwd: to })) {
    const text = readFileSync(path.join(to, file), "utf8");
    const clean = text
      .replaceAll(`${workspace}${path.sep}`, "")
      .replaceAll(hostname(), "recorded-host")
      .replaceAll(/"bootId": ?"[^"]*"/g, '"bootId": "recorded-boot"');
    writeFileSync(path.join(to, file), clean);
  }
}

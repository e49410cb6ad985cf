/** The built trainer as a real process, and a workspace small enough for whole runs in a second or two. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { Lease } from "../../trainer/protocol/lease.ts";
import { readLease } from "../../trainer/node/run/runFiles.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** The trainer under test; another build of it, such as a package's or one with a bug put in, can be named. */
const program = process.env["RAPTR_TEST_PROGRAM"] ?? path.join(root, "dist/raptr.mjs");
const killPreload = pathToFileURL(path.join(import.meta.dirname, "killDuringWrite.mjs")).href;

export interface KillPoint {
  readonly match: string;
  readonly operation: "write" | "flush" | "rename" | "read";
  readonly nth: number;
  readonly moment: "before" | "half" | "after" | "full" | "fails";
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has said on stdout and stderr so far. */
  output(): string;
}

export interface StartOptions {
  readonly cwd: string;
  readonly kill?: KillPoint;
}

export function startRaptr(args: readonly string[], { cwd, kill }: StartOptions): Started {
  const preload = kill === undefined ? [] : ["--import", killPreload];
  const env = kill === undefined ? process.env : { ...process.env, RAPTR_TEST_KILL: JSON.stringify(kill) };
  const child = spawn(process.execPath, [...preload, program, ...args], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...said }));
  });
  return { process: child, ended, output: () => said.stdout + said.stderr };
}

export const runRaptr = (args: readonly string[], options: StartOptions): Promise<Ended> =>
  startRaptr(args, options).ended;

/** Polls until `probe` gives something, for at most two minutes. */
export async function eventually<T>(what: string, probe: () => T | null | undefined | false): Promise<T> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const found = probe();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`never came: ${what}`);
    await delay(10);
  }
}

export const leaseReaches = (run: string, reached: (lease: Lease) => boolean): Promise<Lease> =>
  eventually("the lease", () => {
    const lease = readLease(run);
    return lease !== null && reached(lease) ? lease : null;
  });

/** Changes to the tiny schedule, top-level keys as JSON. */
export type ScheduleChanges = Readonly<Record<string, unknown>>;

export const tinySteps = 120;

/** A folder with text and `tiny.raptr.json`: 4 layers, 3 stages, 120 steps of about a millisecond. */
export function makeTrainerWorkspace(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "raptr-trainer-"));
  mkdirSync(path.join(folder, "text"));
  for (let document = 0; document < 30; document++)
    writeFileSync(path.join(folder, "text", `${document}.txt`), sentences(document));
  writeSchedule(folder, "tiny");
  return folder;
}

export function removeWorkspace(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** Writes `NAME.raptr.json`; returns its file name. */
export function writeSchedule(folder: string, name: string, changes: ScheduleChanges = {}): string {
  const schedule = {
    model: { kind: "bert", layers: 4, hidden: 16, heads: 2, dropout: 0.1 },
    objective: { kind: "maskedLanguage" },
    data: { files: ["text/*.txt"], evaluationShare: 0.2 },
    tokenizer: "bytes",
    batch: { size: 4, length: 16 },
    steps: tinySteps,
    strategy: { kind: "raptr", stages: "2-3-4" },
    optimizer: { kind: "adamw" },
    learningRate: { peak: 0.01, warmupSteps: 10 },
    checkpoint: { everySteps: 15, keep: 2 },
    evaluation: { everySteps: 20, batches: 2 },
    ...changes,
  };
  const file = `${name}.raptr.json`;
  writeFileSync(path.join(folder, file), JSON.stringify(schedule, null, 2));
  return file;
}

const words = "a random part of the network trains at each step while the whole of it grows in stages".split(" ");

function sentences(document: number): string {
  const picked = Array.from(
    { length: 300 },
    (_, index) => words[(index * index * 7 + index * document * 3 + document) % words.length],
  );
  return picked.join(" ");
}

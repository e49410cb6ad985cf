/** A new run's directory, id and `run.json`. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync, existsSync } from "node:fs";
import { availableParallelism, hostname, totalmem } from "node:os";
import path from "node:path";
import type { RunManifest } from "../../protocol/manifest.ts";
import { launchesDirectory, logFile, logsDirectory, runFile } from "../../protocol/runDirectory.ts";
import { replaceFile, syncDirectory } from "./atomicFile.ts";
import { directoryNotEmpty } from "../commandLine/failures.ts";
import { isOwnOutput } from "../commandLine/output.ts";
import type { ScheduleDocument } from "../commandLine/scheduleFile.ts";
import { packageVersion } from "../commandLine/version.ts";

/** Where runs land: `runs/` of the current directory. */
export const runRoot = (): string => path.resolve("runs");

/**
 * Makes the directory of a new run, `requested` or a new one in `runs/`; absolute. Throws `directoryNotEmpty`; the log
 * of this very launch, which whoever started it detached has put there, does not count.
 */
export function createRunDirectory(requested: string | undefined, name: string, now = new Date()): string {
  const run = path.resolve(requested ?? path.join(runRoot(), newRunId(name, now)));
  mkdirSync(run, { recursive: true });
  const own = isOwnOutput(path.join(run, logFile(1)));
  const entries = readdirSync(run).filter((entry) => !(own && entry === logsDirectory));
  // Another launch that made the same empty directory its own is told apart by its claim, not here.
  if (entries.some((entry) => entry !== launchesDirectory)) throw directoryNotEmpty(run);
  return run;
}

/** Sorts by time, is a file name everywhere, and differs for two runs of one second: `20261123T214512Z-quickstart-3f9c`. */
export function newRunId(name: string, now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  return [time, readable, randomBytes(2).toString("hex")].filter((part) => part !== "").join("-");
}

/** Writes `run.json`, once: the run exists from here on and can be resumed. */
export function writeManifest(run: string, document: ScheduleDocument, data: RunManifest["data"]): RunManifest {
  const manifest: RunManifest = {
    format: "raptr-run",
    version: 1,
    id: path.basename(run),
    name: document.name,
    createdAt: new Date().toISOString(),
    schedule: { path: path.resolve(document.file), text: document.text },
    config: document.schedule,
    code: { version: packageVersion() },
    host: {
      name: hostname(),
      platform: `${process.platform}-${process.arch}`,
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
    },
    data,
  };
  const file = path.join(run, runFile);
  if (existsSync(file)) throw directoryNotEmpty(run);
  replaceFile(file, JSON.stringify(manifest, null, 2) + "\n", { durable: true });
  syncDirectory(run);
  return manifest;
}

/** Packed data is cached beside the runs, so that all runs of a root share it and a resumed run finds it. */
export const dataCache = (run: string): string => path.join(path.dirname(run), ".cache");

/** Keeps the cache and the runs of a new root out of version control. */
export function ignoreRunRoot(): void {
  mkdirSync(runRoot(), { recursive: true });
  const file = path.join(runRoot(), ".gitignore");
  if (!existsSync(file)) writeFileSync(file, "*\n");
}

/** What there is on this machine, as far as training cares. */
import { mkdtempSync, existsSync, rmdirSync, statfsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { errorCode } from "../run/atomicFile.ts";
import { runRoot } from "../run/createRun.ts";
import { packageVersion } from "./version.ts";

export interface MachineReport {
  readonly raptr: string;
  readonly node: string;
  readonly v8: string;
  readonly nodePath: string;
  readonly platform: string;
  readonly release: string;
  readonly processor: string;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly runRoot: RunRootReport;
}

export interface RunRootReport {
  readonly path: string;
  readonly writable: boolean;
  /** The system's name of what is in the way; null when it is writable. */
  readonly reason: string | null;
  /** Null where the file system does not tell. */
  readonly freeBytes: number | null;
}

export function examineMachine(): MachineReport {
  return {
    raptr: packageVersion(),
    node: process.versions.node,
    v8: process.versions.v8,
    nodePath: process.execPath,
    platform: `${process.platform}-${process.arch}`,
    release: os.release(),
    processor: os.cpus()[0]?.model.trim() ?? "unknown processor",
    threads: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    freeMemoryBytes: os.freemem(),
    runRoot: examineRunRoot(runRoot()),
  };
}

/** Tries it, in the nearest folder that exists: rights alone do not tell on network file systems and Windows. */
function examineRunRoot(root: string): RunRootReport {
  let folder = root;
  while (!existsSync(folder) && path.dirname(folder) !== folder) folder = path.dirname(folder);
  try {
    rmdirSync(mkdtempSync(path.join(folder, ".raptr-doctor-")));
    return { path: root, writable: true, reason: null, freeBytes: freeBytes(folder) };
  } catch (error) {
    return { path: root, writable: false, reason: errorCode(error) ?? String(error), freeBytes: freeBytes(folder) };
  }
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** Reads the small JSON files of a run directory; what is missing is null, what cannot be read is the run's damage. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Parsed } from "../../protocol/errors.ts";
import type { Lease } from "../../protocol/lease.ts";
import type { RunManifest } from "../../protocol/manifest.ts";
import { parseJson, parseLease, parseManifest } from "../../protocol/readers.ts";
import { leaseFile, runFile } from "../../protocol/runDirectory.ts";
import { errorCode } from "./atomicFile.ts";
import { runDamaged } from "../commandLine/failures.ts";

/** Null when there is no such file. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/** Names in a folder; none when there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** Null when `run.json` is not there. Throws `runDamaged`. */
export function readManifest(run: string): RunManifest | null {
  return readWhole(path.join(run, runFile), parseManifest);
}

/** Null when nobody ever held the run, or when the lease is unreadable: then it protects nobody. */
export function readLease(run: string): Lease | null {
  const text = readText(path.join(run, leaseFile));
  if (text === null) return null;
  const parsed = parseJson(text, parseLease);
  return parsed.ok ? parsed.value : null;
}

function readWhole<T>(file: string, parse: (value: unknown) => Parsed<T>): T | null {
  const text = readText(file);
  if (text === null) return null;
  const parsed = parseJson(text, parse);
  if (parsed.ok) return parsed.value;
  throw runDamaged(file, parsed.problems[0]?.sentence ?? "It cannot be read.");
}

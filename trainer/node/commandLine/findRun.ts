/** Which run a person means: a path, an id in `runs/`, or the beginning of one that no other shares. */
import { statSync } from "node:fs";
import path from "node:path";
import { eventsFile, leaseFile, runFile } from "../../protocol/runDirectory.ts";
import { runRoot } from "../run/createRun.ts";
import { noSuchRun } from "./failures.ts";
import { namesIn } from "../run/runFiles.ts";

/** Absolute. Throws `noSuchRun`. */
export function findRun(named: string): string {
  const candidates = [path.resolve(named), path.join(runRoot(), named)];
  const found = candidates.find(isRun) ?? onlyOneBeginning(named);
  if (found === null) throw noSuchRun(named);
  return found;
}

/** A directory with any of the files that only runs have; one whose run.json is lost is still a run, if a damaged one. */
const isRun = (directory: string): boolean =>
  [runFile, eventsFile, leaseFile].some((file) => exists(path.join(directory, file)));

function onlyOneBeginning(named: string): string | null {
  if (named === "" || named.includes("/") || named.includes(path.sep)) return null;
  const matching = namesIn(runRoot()).filter((name) => name.startsWith(named) && isRun(path.join(runRoot(), name)));
  return matching.length === 1 && matching[0] !== undefined ? path.join(runRoot(), matching[0]) : null;
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

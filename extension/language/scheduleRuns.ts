/** Which runs belong to a schedule file. */
import path from "node:path";
import { isLive, type RunFacts } from "../runs/facts.ts";

/** The live run of this file, else the newest; `runs` come newest first. */
export function latestRunOf(file: string, runs: readonly RunFacts[]): RunFacts | undefined {
  const own = runs.filter((run) => isRunOf(file, run));
  return own.find((run) => isLive(run.status)) ?? own[0];
}

/**
 * The manifest names the schedule as it was given. A relative name is looked for from the run directory upward, as the
 * runs of a workspace lie inside of it.
 */
export function isRunOf(file: string, run: Pick<RunFacts, "directory" | "schedulePath">): boolean {
  if (run.schedulePath === null) return false;
  return schedulePlaces(run.directory, run.schedulePath).some((place) => samePath(place, file));
}

/** Absolute paths where a run's schedule may be, nearest first. */
export function schedulePlaces(directory: string, schedulePath: string): readonly string[] {
  if (path.isAbsolute(schedulePath)) return [path.normalize(schedulePath)];
  const places: string[] = [];
  for (let from = path.dirname(directory); ; from = path.dirname(from)) {
    places.push(path.resolve(from, schedulePath));
    if (path.dirname(from) === from) return places;
  }
}

const samePath = (a: string, b: string): boolean =>
  process.platform === "win32" || process.platform === "darwin" ? a.toLowerCase() === b.toLowerCase() : a === b;

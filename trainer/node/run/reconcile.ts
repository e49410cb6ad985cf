/**
 * A launch that is killed between a deed and its line in the journal leaves a checkpoint that no event tells of, or
 * tells of one that is gone. The next launch writes the missing line, so that the journal loses nothing.
 */
import path from "node:path";
import type { Journal } from "../../ports.ts";
import { parseEvents } from "../../protocol/readers.ts";
import { eventsFile } from "../../protocol/runDirectory.ts";
import { listCheckpoints } from "./checkpointFiles.ts";
import { readText } from "./runFiles.ts";

/** Only checkpoints up to `fromStep` are told of: later ones belong to steps that are computed again. */
export function reconcile(run: string, journal: Journal, fromStep: number): void {
  const { events } = parseEvents(readText(path.join(run, eventsFile)) ?? "");
  const told = new Set<string>();
  for (const event of events) {
    if (event.type === "checkpointSaved") told.add(event.name);
    if (event.type === "checkpointRemoved") told.delete(event.name);
  }
  const there = listCheckpoints(run);
  for (const { name, step, bytes, state } of there) {
    if (told.delete(name) || state === null || step > fromStep) continue;
    journal.event({ type: "checkpointSaved", step, name, bytes, kept: [...state.reasons] });
  }
  for (const name of told) {
    if (!there.some((each) => each.name === name)) journal.event({ type: "checkpointRemoved", step: fromStep, name });
  }
}

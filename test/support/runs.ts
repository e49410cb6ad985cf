/** What two runs are compared by: rows and tensors, bit for bit. */
import type { MetricRow } from "../../trainer/protocol/metrics.ts";
import type { MemoryWorld, SavedCheckpoint } from "./memoryWorld.ts";

/** What of a row must not depend on when and how often the run was launched: all but the times. */
export function timeless({
  stepMilliseconds,
  tokensPerSecond,
  time,
  ...row
}: MetricRow): Omit<MetricRow, "stepMilliseconds" | "tokensPerSecond" | "time"> {
  if (!(stepMilliseconds > 0 && tokensPerSecond > 0 && time > 0)) throw new Error("a row without times");
  return row;
}

export const losses = (world: MemoryWorld): readonly number[] => world.rows.map(({ loss }) => loss);

export function savedAt(world: MemoryWorld, step: number): SavedCheckpoint {
  const found = world.saved.find(({ state }) => state.step === step);
  if (found === undefined) throw new Error(`no checkpoint of step ${step}`);
  return found;
}

/** Events of one type, without further ceremony. */
export const eventsOf = (world: MemoryWorld, type: string) => world.events.filter((event) => event.type === type);

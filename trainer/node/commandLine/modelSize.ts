/** Refuses, before anything runs, a model that the engine cannot hold. */
import type { ReadyEngine } from "../../engines/registry.ts";
import { memoryBytes } from "../../plan/memory.ts";
import type { Schedule } from "../../protocol/config.ts";
import type { Problem } from "../../protocol/errors.ts";
import { bytes } from "./units.ts";

/** The problem with a model that the engine's memory cannot hold, at the schedule's `model`; null when it fits. */
export function tooLarge(schedule: Schedule, { factory, probe }: ReadyEngine): Omit<Problem, "span"> | null {
  const needed = memoryBytes(schedule);
  if (needed.total <= probe.maximumBytes) return null;
  return {
    severity: "error",
    code: "model-too-large",
    path: ["model"],
    sentence:
      `The model needs about ${bytes(needed.total)} while training ` +
      `(${bytes(needed.parameters + needed.moments + needed.gradients)} for parameters, gradients and moments, ` +
      `${bytes(needed.activations)} for activations); engine ${factory.name} holds at most ${bytes(probe.maximumBytes)}.`,
    remedy: "Lower `layers`, `hidden` or `batch.size`, or raise `batch.microBatches`.",
  };
}

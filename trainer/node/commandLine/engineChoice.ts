/** Which engine trains: the one asked for, or the first that works here. Refuses models that it cannot hold. */
import type { EngineFactory, Probe } from "../../engine/factory.ts";
import { engines } from "../../engines/registry.ts";
import { memoryBytes } from "../../plan/memory.ts";
import type { Schedule } from "../../protocol/config.ts";
import type { Problem } from "../../protocol/errors.ts";
import { engineRefused, noEngineHere, noSuchEngine } from "./failures.ts";
import { bytes } from "./units.ts";

type Ready = Extract<Probe, { state: "ready" }>;

export interface ChosenEngine {
  readonly factory: EngineFactory;
  readonly probe: Ready;
}

/** `name` is an engine's or "auto". Throws `noSuchEngine`, `engineRefused` or `noEngineHere`. */
export async function chooseEngine(name: string): Promise<ChosenEngine> {
  if (name !== "auto") {
    const factory = engines.find((each) => each.name === name);
    if (factory === undefined) {
      const known = ["auto", ...engines.map((each) => each.name)];
      throw noSuchEngine(name, known);
    }
    const probe = await factory.probe();
    if (probe.state === "refused") throw engineRefused(name, probe.reason, probe.remedy);
    return { factory, probe };
  }
  const reasons: string[] = [];
  for (const factory of engines) {
    const probe = await factory.probe();
    if (probe.state === "ready") return { factory, probe };
    reasons.push(`${factory.name}: ${probe.reason}`);
  }
  throw noEngineHere(reasons);
}

/** The problem with a model that the engine's memory cannot hold, at the schedule's `model`; null when it fits. */
export function tooLarge(schedule: Schedule, { factory, probe }: ChosenEngine): Omit<Problem, "span"> | null {
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

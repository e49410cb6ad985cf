/** The engines, in the order in which `auto` prefers them. Adding one: one file and one line here. */
import type { EngineFactory, Probe } from "../engine/factory.ts";
import { ExpectedError } from "../protocol/errors.ts";
import { cpuEngine } from "./cpu/factory.ts";

export const engines: readonly EngineFactory[] = [cpuEngine];

/** An engine that works on this machine, not yet started. */
export interface ReadyEngine {
  readonly factory: EngineFactory;
  readonly probe: Extract<Probe, { state: "ready" }>;
}

/** The named engine, or with "auto" the first that is ready; one that is named is not replaced. Throws with exit code 3. */
export async function chooseEngine(name: string, from: readonly EngineFactory[] = engines): Promise<ReadyEngine> {
  const candidates = name === "auto" ? from : from.filter((factory) => factory.name === name);
  const refusals: string[] = [];
  for (const factory of candidates) {
    const probe = await factory.probe();
    if (probe.state === "ready") return { factory, probe };
    refusals.push(`${probe.name}: ${probe.reason} ${probe.remedy}`);
  }
  if (candidates.length === 0) {
    const names = ["auto", ...from.map((factory) => factory.name)].join(", ");
    throw new ExpectedError("no-such-engine", `There is no engine "${name}".`, `Engines: ${names}.`, 3);
  }
  const sentence = name === "auto" ? "No engine works on this machine." : `Engine ${name} cannot be used here.`;
  throw new ExpectedError("no-engine", sentence, refusals.join(" "), 3);
}

/** The engines, in the order in which `auto` prefers them. Adding one: one file and one line here. */
import type { EngineFactory, EngineOptions } from "../engine/factory.ts";
import type { Engine } from "../engine/port.ts";
import { ExpectedError } from "../protocol/errors.ts";
import { cpuEngine } from "./cpu/factory.ts";

export const engines: readonly EngineFactory[] = [cpuEngine];

/** The named engine, or with "auto" the first that is ready. Throws `no-engine` (exit code 3) with every refusal. */
export async function chooseEngine(
  name: string,
  options: EngineOptions = {},
  from: readonly EngineFactory[] = engines,
): Promise<Engine> {
  const candidates = name === "auto" ? from : from.filter((factory) => factory.name === name);
  const refusals: string[] = [];
  for (const factory of candidates) {
    const probe = await factory.probe();
    if (probe.state === "ready") return factory.create(options);
    refusals.push(`${probe.name}: ${probe.reason} ${probe.remedy}`);
  }
  if (candidates.length === 0) {
    const names = from.map((factory) => `"${factory.name}"`).join(", ");
    throw new ExpectedError("no-engine", `There is no engine "${name}".`, `Use "auto" or one of ${names}.`, 3);
  }
  throw new ExpectedError("no-engine", "No engine works on this machine.", refusals.join(" "), 3);
}

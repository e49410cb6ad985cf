/** The engines that suites run over: the plain reference, and every engine of the registry on two threads. */
import type { Engine } from "../../trainer/engine/port.ts";
import { engines } from "../../trainer/engines/registry.ts";
import { ReferenceEngine } from "./referenceEngine.ts";

export interface TestEngine {
  readonly name: string;
  create(): Promise<Engine>;
}

export const referenceEngine: TestEngine = { name: "reference", create: async () => new ReferenceEngine() };

const registered = engines.map(({ name, create }): TestEngine => ({ name, create: () => create({ threads: 2 }) }));

export const testEngines: readonly TestEngine[] = [referenceEngine, ...registered];

/** Every engine that parity is held on: the plain reference, and each of the registry. */
import type { Engine } from "../../trainer/engine/port.ts";
import { ReferenceEngine } from "./referenceEngine.ts";

export interface TestEngine {
  readonly name: string;
  create(): Promise<Engine>;
}

export const testEngines: readonly TestEngine[] = [{ name: "reference", create: async () => new ReferenceEngine() }];

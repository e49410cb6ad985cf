/** Each operation of each engine in the registry against plain loops in float64, over odd shapes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../trainer/engine/port.ts";
import { engines } from "../../trainer/engines/registry.ts";
import { largestDifference } from "../support/differences.ts";
import { runCase } from "../support/operationBench.ts";
import { operationCases } from "../support/operationCases.ts";
import { ReferenceEngine } from "../support/referenceEngine.ts";

describe.each(engines)("operations of engine $name", (factory) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await factory.create({});
  });
  afterAll(async () => {
    expect(engine.tensorCount).toBe(0);
    await engine.close();
  });

  test.each(operationCases)("$name", async (operation) => {
    const got = await runCase(engine, operation, 7);
    const wanted = await runCase(new ReferenceEngine(), operation, 7);
    expect([...got.keys()]).toEqual([...wanted.keys()]);
    for (const [name, values] of wanted) {
      const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), operation.magnitude ?? 1e-3);
      expect(largestDifference(got.get(name), values), name).toBeLessThanOrEqual(2e-5 * scale);
    }
  });
});

/** The cpu engine gives the same bytes whatever the number of threads, and whether or not V8 pairs its vectors. */
import { describe, expect, test } from "vitest";
import { createCpuEngine } from "../../trainer/engines/cpu/engine.ts";
import type { CpuOptions } from "../../trainer/engines/cpu/engine.ts";
import { largestDifference, unequalBytes } from "../support/differences.ts";
import { runCase } from "../support/operationBench.ts";
import { operationCases } from "../support/operationCases.ts";

type Results = ReadonlyMap<string, ReadonlyMap<string, Float32Array>>;

describe.each(["relaxed", "plain"] as const)("%s SIMD", (simd) => {
  test("is bitwise the same on 1, 2, 3 and 7 threads", async () => {
    const alone = await runAll({ simd, threads: 1 });
    for (const threads of [2, 3, 7]) expect(differing(await runAll({ simd, threads }), alone)).toEqual([]);
  });

  test("is bitwise the same with and without the revectorizer", async () => {
    const narrow = await runAll({ simd, threads: 2, revectorize: false });
    expect(differing(await runAll({ simd, threads: 2, revectorize: true }), narrow)).toEqual([]);
  });
});

test("relaxed and plain SIMD differ by rounding alone", async () => {
  const relaxed = await runAll({ simd: "relaxed", threads: 2 });
  const plain = await runAll({ simd: "plain", threads: 2 });
  for (const { name, magnitude = 1e-3 } of operationCases) {
    for (const [output, values] of relaxed.get(name) ?? []) {
      const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), magnitude);
      const difference = largestDifference(plain.get(name)?.get(output), values);
      expect(difference, `${name}: ${output}`).toBeLessThanOrEqual(2e-5 * scale);
    }
  }
});

async function runAll(options: CpuOptions): Promise<Results> {
  const engine = await createCpuEngine(options);
  const results = new Map<string, ReadonlyMap<string, Float32Array>>();
  for (const operation of operationCases) results.set(operation.name, await runCase(engine, operation, 11));
  await engine.close();
  return results;
}

function differing(a: Results, b: Results): readonly string[] {
  return operationCases.flatMap(({ name }) =>
    unequalBytes(a.get(name) ?? new Map(), b.get(name) ?? new Map()).map((output) => `${name}: ${output}`),
  );
}

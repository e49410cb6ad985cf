/** Parameters: groups, decay, initial values, and their names in checkpoints. */
import { describe, expect, test } from "vitest";
import { initialDeviation, initialValues, loadTensors, streamTensors } from "../../../trainer/model/parameters.ts";
import { modelParameters } from "../../../trainer/model/registry.ts";
import { ReferenceEngine } from "../../support/referenceEngine.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

const specs = modelParameters(tinySchedule({ model: { hidden: 32, normPosition: "pre" } }), 260);

test("a layer's parameters are its group, all else is shared", () => {
  for (const { name, group } of specs) {
    const layer = /^bert\.encoder\.layer\.(\d+)\./.exec(name)?.[1];
    expect(group, name).toBe(layer === undefined ? "shared" : Number(layer));
  }
});

test("weight decay leaves layer norms and biases alone, and nothing else", () => {
  for (const { name, decay } of specs) {
    expect(decay, name).toBe(!name.endsWith("bias") && !name.includes("LayerNorm"));
  }
});

test("names are unique, in the model and in the checkpoint", () => {
  const stored = specs.flatMap((spec) => spec.stored.map(({ name }) => name));
  expect(new Set(stored).size).toBe(stored.length);
  expect(new Set(specs.map(({ name }) => name)).size).toBe(specs.length);
  expect(stored).toContain("bert.encoder.LayerNorm.weight");
});

describe("initial values", () => {
  test("weights are N(0, 0.02), gains 1, biases 0", () => {
    for (const [index, spec] of specs.entries()) {
      const values = initialValues(spec, index, 5);
      if (spec.initial !== "normal") {
        expect(new Set(values), spec.name).toEqual(new Set([spec.name.endsWith("LayerNorm.weight") ? 1 : 0]));
        continue;
      }
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
      // Five standard errors.
      expect(Math.abs(mean), spec.name).toBeLessThan((5 * initialDeviation) / Math.sqrt(values.length));
      expect(Math.abs(deviation / initialDeviation - 1), spec.name).toBeLessThan(5 / Math.sqrt(2 * values.length));
    }
  });

  test("they follow from seed and number alone, and no two parameters share them", () => {
    const [word, position] = [specs[0]!, specs[1]!];
    expect(initialValues(word, 0, 5)).toEqual(initialValues(word, 0, 5));
    expect(initialValues(word, 0, 5)).not.toEqual(initialValues(word, 0, 6));
    const size = Math.min(...[word, position].map(({ shape }) => shape[0]! * shape[1]!));
    expect(initialValues(word, 0, 5).slice(0, size)).not.toEqual(initialValues(position, 1, 5).slice(0, size));
  });
});

test("a checkpoint tensor of another size is refused by name", async () => {
  const engine = new ReferenceEngine();
  const [spec] = specs.filter(({ name }) => name.includes("qkv.weight"));
  const tensor = { tensor: engine.allocate(spec!.name, spec!.shape), stored: spec!.stored };
  expect(streamTensors(engine, [tensor]).specs.map(({ name }) => name.split(".").at(-2))).toEqual([
    "query",
    "key",
    "value",
  ]);
  const read = async (name: string): Promise<Float32Array> => new Float32Array(name.includes("key") ? 3 : 32 * 32);
  await expect(loadTensors(engine, [tensor], read)).rejects.toThrow(
    /layer\.0\.attention\.self\.key\.weight has 3 values/,
  );
});

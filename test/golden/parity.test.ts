/**
 * Logits, loss, every gradient, and ten-step curves against PyTorch in float32: always against the golden files, and
 * against a PyTorch run on the spot where one is found.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../trainer/engine/port.ts";
import { testEngines } from "../support/engines.ts";
import { curves, goldenDirectory, models } from "./cases.ts";
import type { CurveCase, ModelCase } from "./cases.ts";
import { largestMagnitude, tolerance, worstDeviation } from "./compare.ts";
import type { Tensors } from "./compare.ts";
import { measureCurve, measureModel } from "./subject.ts";
import { readTensorFile } from "./tensorFile.ts";
import { python, runPython } from "./torch.ts";

describe.each(testEngines)("$name engine", ({ name, create }) => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await create();
  });
  afterEach(async () => {
    const left = engine.tensorCount;
    await engine.close();
    expect(left, "tensors allocated and not freed").toBe(0);
  });

  describe("against the golden files", () => {
    parity(name, () => engine, new URL("data/", goldenDirectory));
  });

  if (python !== null) {
    describe("against PyTorch, live", () => {
      const directory = mkdtempSync(join(tmpdir(), "raptr-golden-"));
      beforeAll(() => runPython("make.py", directory));
      afterAll(() => rmSync(directory, { recursive: true }));
      parity(`${name}, live`, () => engine, pathToFileURL(`${directory}/`));
    });
  }
});

function parity(title: string, engine: () => Engine, files: URL): void {
  test.each(models)("model $name", async (model: ModelCase) => {
    const expected = readTensorFile(new URL(`${model.name}.safetensors`, files));
    const actual = await measureModel(engine(), model);
    const gradients = new Map([...expected].filter(([name]) => name.startsWith("gradient.")));
    report(`${title}: ${model.name}`, actual, expected, largestMagnitude(gradients));
  });

  test.each(curves)("curve $name", async (curve: CurveCase) => {
    const model = models.find(({ name }) => name === curve.model)!;
    const expected = readTensorFile(new URL(`${curve.name}.safetensors`, files));
    report(`${title}: ${curve.name}`, await measureCurve(engine(), curve, model), expected, 0);
  });
}

function report(title: string, actual: Tensors, expected: Tensors, largest: number): void {
  const { tensor, relative } = worstDeviation(actual, expected, largest);
  console.log(`parity ${title}: ${relative.toExponential(1)} of at most ${tolerance} (${tensor})`);
  expect([...actual.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
  expect(relative, tensor).toBeLessThanOrEqual(tolerance);
}

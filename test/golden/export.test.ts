/**
 * What leaves for Hugging Face: names and shapes are those of `transformers`' own BertForMaskedLM, values arrive
 * unchanged, and PyTorch computes the same logits from the exported files.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bertParameterSpecs } from "../../trainer/model/bertParameters.ts";
import { exportHuggingFace } from "../../trainer/model/huggingFace.ts";
import { streamTensors } from "../../trainer/model/parameters.ts";
import { AdamW } from "../../trainer/optim/adamw.ts";
import { closeGate } from "../../trainer/optim/clip.ts";
import { countUpdate, noUpdates } from "../../trainer/optim/updateCounts.ts";
import type { Schedule } from "../../trainer/protocol/config.ts";
import { testEngines } from "../support/engines.ts";
import { tinySchedule } from "../support/tinySchedule.ts";
import { dimensionsOf, fixedBatch, fixedWeights, goldenDirectory, models } from "./cases.ts";
import { tolerance, worstDeviation } from "./compare.ts";
import { collect, createSubject, evaluationLogits, storedValues } from "./subject.ts";
import { readTensorFile, writeTensorFile } from "./tensorFile.ts";
import { python, runPython } from "./torch.ts";

const postNorm = models.find(({ name }) => name === "post-norm")!;

test("checkpoint names and shapes are those of transformers' BertForMaskedLM", () => {
  const file = new URL("data/bert-for-masked-lm.json", goldenDirectory);
  const { shapes } = JSON.parse(readFileSync(file, "utf8")) as { shapes: Record<string, readonly number[]> };
  const stored = bertParameterSpecs(dimensionsOf(postNorm)).flatMap((spec) => spec.stored);
  expect(Object.fromEntries(stored.map(({ name, shape }) => [name, shape]))).toEqual(shapes);
});

test("the config says what the weights need", () => {
  const exported = exportHuggingFace(scheduleOf(), postNorm.vocabularySize);
  expect(exported).toMatchObject({
    exportable: true,
    config: {
      architectures: ["BertForMaskedLM"],
      vocab_size: 37,
      hidden_size: 20,
      num_hidden_layers: 3,
      num_attention_heads: 2,
      intermediate_size: 36,
      max_position_embeddings: 16,
      hidden_act: "gelu",
      layer_norm_eps: 1e-12,
      tie_word_embeddings: true,
    },
  });
});

test("a pre-norm model has no such class, and the export says so", () => {
  const schedule = tinySchedule({ model: { normPosition: "pre" } });
  expect(exportHuggingFace(schedule, 260)).toMatchObject({
    exportable: false,
    sentence: expect.stringContaining("no pre-norm BertForMaskedLM"),
    remedy: expect.stringContaining("bert.encoder.LayerNorm"),
  });
});

describe.each(testEngines)("$name engine", ({ name, create }) => {
  test("weights leave as they came in, query, key and value apart", async () => {
    const engine = await create();
    const subject = await createSubject(engine, postNorm);
    const stream = streamTensors(engine, storedValues(subject));
    const exported = await collect(stream);
    expect(exported.map(({ name, shape }) => ({ name, shape }))).toEqual(stream.specs);
    expect(new Map(exported.map(({ name, values }) => [name, values]))).toEqual(fixedWeights(postNorm, stream.specs));
    await engine.close();
  });

  if (python !== null) {
    test("PyTorch computes the same logits from the exported files of a trained model", async () => {
      const engine = await create();
      const subject = await createSubject(engine, postNorm);
      const optimizer = new AdamW(engine, scheduleOf().optimizer, subject.parameters);
      const gate = engine.allocate("gate", [3]);
      const active = [0, 2];
      const counts = countUpdate(noUpdates(postNorm.layers), active, "skip");
      subject.gradient(fixedBatch(postNorm, 1), { active, scale: [1, 1] }, 1);
      closeGate(engine, gate, subject.parameters, active, 1);
      optimizer.update({ active, skippedUpdate: "skip", counts, learningRate: 0.01, gate });
      await engine.submit();

      const directory = mkdtempSync(join(tmpdir(), "raptr-export-"));
      const exported = exportHuggingFace(scheduleOf(), postNorm.vocabularySize);
      if (!exported.exportable) throw new Error(exported.sentence);
      writeFileSync(join(directory, "config.json"), JSON.stringify(exported.config));
      writeTensorFile(
        join(directory, "model.safetensors"),
        await collect(streamTensors(engine, storedValues(subject))),
      );
      runPython("exported.py", directory, postNorm.name, join(directory, "logits.safetensors"));
      const expected = readTensorFile(join(directory, "logits.safetensors"));
      const actual = new Map([["logits", await evaluationLogits(engine, postNorm, subject)]]);
      const { relative } = worstDeviation(actual, expected, 0);
      console.log(`export ${name}: logits ${relative.toExponential(1)} of at most ${tolerance}`);
      expect(relative).toBeLessThanOrEqual(tolerance);
      rmSync(directory, { recursive: true });
      await engine.close();
    });
  }
});

/** The schedule of the case "post-norm". */
function scheduleOf(): Schedule {
  const { layers, hidden, heads, feedForward, maxLength, size, length, dropout, seed } = postNorm;
  return tinySchedule({
    model: { layers, hidden, heads, feedForward, maxLength, dropout },
    batch: { size, length, microBatches: 1 },
    seed,
  });
}

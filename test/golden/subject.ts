/** Our side of the golden cases: BERT on an engine with the fixed weights. */
import type { Engine } from "../../trainer/engine/port.ts";
import { Bert } from "../../trainer/model/bert.ts";
import { loadTensors, streamTensors } from "../../trainer/model/parameters.ts";
import type { StoredTensor } from "../../trainer/model/parameters.ts";
import { AdamW } from "../../trainer/optim/adamw.ts";
import { closeGate, readGate } from "../../trainer/optim/clip.ts";
import { countUpdate, noUpdates } from "../../trainer/optim/updateCounts.ts";
import type { NamedTensor, TensorStream } from "../../trainer/ports.ts";
import { dimensionsOf, fixedBatch, fixedWeights } from "./cases.ts";
import type { CurveCase, ModelCase } from "./cases.ts";
import type { Tensors } from "./compare.ts";

export async function createSubject(engine: Engine, model: ModelCase): Promise<Bert> {
  const subject = new Bert(engine, dimensionsOf(model));
  const weights = storedValues(subject);
  const fixed = fixedWeights(model, streamTensors(engine, weights).specs);
  await loadTensors(engine, weights, async (name) => fixed.get(name)!);
  return subject;
}

export const storedValues = ({ parameters }: Bert): readonly StoredTensor[] =>
  parameters.map(({ value, stored }) => ({ tensor: value, stored }));

/** Loss, logits of the full network and every gradient, named as in the golden file. */
export async function measureModel(engine: Engine, model: ModelCase): Promise<Tensors> {
  const subject = await createSubject(engine, model);
  const { active, scale, step } = model;
  const results = new Map<string, Float32Array>();
  subject.gradient(fixedBatch(model, step), { active, scale }, step);
  results.set("loss", await engine.read(subject.loss));
  const ran = subject.parameters.filter(({ group }) => group === "shared" || active.includes(group));
  const gradients = ran.map(({ gradient, stored }) => ({ tensor: gradient, stored }));
  for (const { name, values } of await collect(streamTensors(engine, gradients)))
    results.set(`gradient.${name}`, values);
  results.set("logits", await evaluationLogits(engine, model, subject));
  subject.free();
  return results;
}

/** Logits of the full network on the last micro-batch of step 0. */
export async function evaluationLogits(engine: Engine, model: ModelCase, subject: Bert): Promise<Float32Array> {
  subject.evaluate(fixedBatch(model, 0));
  return engine.read(subject.logits);
}

/** Losses and gradient norms of a curve's steps. */
export async function measureCurve(engine: Engine, curve: CurveCase, model: ModelCase): Promise<Tensors> {
  const subject = await createSubject(engine, model);
  const optimizer = new AdamW(engine, { kind: "adamw", ...curve }, subject.parameters);
  const gate = engine.allocate("gate", [3]);
  const { skippedUpdate } = curve;
  const losses: number[] = [];
  const norms: number[] = [];
  let counts = noUpdates(model.layers);
  for (const [step, active] of curve.active.entries()) {
    subject.gradient(fixedBatch(model, step), { active, scale: active.map(() => 1) }, step);
    closeGate(engine, gate, subject.parameters, active, curve.clipNorm);
    norms.push((await readGate(engine, gate)).norm);
    losses.push((await engine.read(subject.loss))[0]!);
    counts = countUpdate(counts, active, skippedUpdate);
    optimizer.update({ active, skippedUpdate, counts, learningRate: curve.learningRates[step]!, gate });
    await engine.submit();
  }
  engine.free(gate);
  optimizer.free();
  subject.free();
  return new Map([
    ["losses", Float32Array.from(losses)],
    ["norms", Float32Array.from(norms)],
  ]);
}

export async function collect(stream: TensorStream): Promise<NamedTensor[]> {
  const tensors: NamedTensor[] = [];
  for await (const { name, shape, values } of stream) tensors.push({ name, shape, values: values.slice() });
  return tensors;
}

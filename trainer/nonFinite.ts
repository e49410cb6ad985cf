/** Where numbers went wrong: names the tensor that a person should look at. Reads the engine; only called when all is lost. */
import type { Engine, Tensor } from "./engine/port.ts";
import type { Model } from "./model/model.ts";
import { took } from "./optim/parameter.ts";
import type { World } from "./ports.ts";

/** What is looked at: a session, seen from here. */
interface Looked {
  readonly engine: Engine;
  readonly model: Model;
  /** Name of the newest checkpoint; null when there is none. */
  readonly lastCheckpoint: string | null;
}

/** Journals that the numbers with `step` steps done are not finite, `loss` among them or not. */
export async function reportNonFinite(
  { journal }: World,
  { engine, model, lastCheckpoint }: Looked,
  step: number,
  active: readonly number[],
  loss: number,
): Promise<void> {
  const culprit = Number.isFinite(loss)
    ? await gradientCulprit(engine, model, active)
    : await lossCulprit(engine, model, active);
  journal.event({ type: "nonFinite", step, ...culprit, lastCheckpoint });
}

interface Culprit {
  readonly what: "loss" | "gradient";
  readonly tensor: string;
}

/** The first parameter that is not finite, else the first such activation of the last micro-batch. */
async function lossCulprit(engine: Engine, model: Model, active: readonly number[]): Promise<Culprit> {
  const forward = [...model.parameters.map(({ value }) => value), ...model.activations(active)];
  return { what: "loss", tensor: (await firstNonFinite(engine, forward)) ?? "loss" };
}

/** The last in the model's order, which is the first that backward computed. */
async function gradientCulprit(engine: Engine, model: Model, active: readonly number[]): Promise<Culprit> {
  for (const parameter of model.parameters.toReversed()) {
    if (!took(parameter, active)) continue;
    if ((await firstNonFinite(engine, [parameter.gradient])) !== null) {
      return { what: "gradient", tensor: parameter.name };
    }
  }
  return { what: "gradient", tensor: "gradient norm" };
}

/** The name of the first tensor with a value that is not finite; null when there is none. */
export async function firstNonFinite(engine: Engine, tensors: readonly Tensor[]): Promise<string | null> {
  for (const tensor of tensors) {
    if (!(await engine.read(tensor)).every(Number.isFinite)) return tensor.name;
  }
  return null;
}

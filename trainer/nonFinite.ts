/** Where numbers went wrong: names the tensor that a person should look at. Reads the engine; only called when all is lost. */
import type { Engine, Tensor } from "./engine/port.ts";
import type { Model } from "./model/model.ts";

export interface Culprit {
  readonly what: "loss" | "gradient";
  readonly tensor: string;
}

/**
 * After a step whose loss or gradient is not finite. For the loss: the first parameter, else the first activation of
 * the step's last micro-batch, that is not finite. For the gradient: the last in the model's order, which is the first
 * that backward computed.
 */
export async function findNonFinite(
  engine: Engine,
  model: Model,
  active: readonly number[],
  loss: number,
): Promise<Culprit> {
  if (!Number.isFinite(loss)) {
    const forward = [...model.parameters.map(({ value }) => value), ...model.activations(active)];
    return { what: "loss", tensor: (await firstNonFinite(engine, forward)) ?? "loss" };
  }
  const backward = model.parameters.filter(({ group }) => group === "shared" || active.includes(group)).toReversed();
  for (const { name, gradient } of backward) {
    if ((await firstNonFinite(engine, [gradient])) !== null) return { what: "gradient", tensor: name };
  }
  return { what: "gradient", tensor: "gradient norm" };
}

async function firstNonFinite(engine: Engine, tensors: readonly Tensor[]): Promise<string | null> {
  for (const tensor of tensors) {
    if (!(await engine.read(tensor)).every(Number.isFinite)) return tensor.name;
  }
  return null;
}

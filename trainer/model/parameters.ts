/**
 * Parameters: what the engine computes with, and what a checkpoint calls it.
 *
 * A parameter tensor may be stored under several names, one below the other: query, key and value are one [3D, D]
 * tensor here and three [D, D] tensors in a checkpoint, as in Hugging Face's BERT.
 */
import type { Engine, Tensor } from "../engine/port.ts";
import { fillNormal, streams } from "../plan/random.ts";
import { ExpectedError } from "../protocol/errors.ts";
import type { TensorSpec, TensorStream } from "../ports.ts";

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Who runs it: every step, or the steps that run layer `group` (0-based). */
  readonly group: "shared" | number;
  /** Whether weight decay applies: not on layer norms and biases. */
  readonly decay: boolean;
  readonly initial: "normal" | "zeros" | "ones";
  /** Checkpoint names and shapes; their rows, in this order, are the tensor's rows. */
  readonly stored: readonly TensorSpec[];
}

export interface Parameter extends ParameterSpec {
  readonly value: Tensor;
  readonly gradient: Tensor;
}

/** Standard deviation of initial weights (Devlin et al. 2019; `initializer_range`). */
export const initialDeviation = 0.02;

export function allocateParameter(engine: Engine, spec: ParameterSpec): Parameter {
  return {
    ...spec,
    value: engine.allocate(spec.name, spec.shape),
    gradient: engine.allocate(`gradient of ${spec.name}`, spec.shape),
  };
}

/** Initial values of parameter number `index`: a pure function of (seed, index). */
export function initialValues(spec: ParameterSpec, index: number, seed: number): Float32Array {
  const values = new Float32Array(elements(spec.shape));
  switch (spec.initial) {
    case "normal":
      fillNormal(values, initialDeviation, seed, streams.weights, index);
      return values;
    case "ones":
      return values.fill(1);
    case "zeros":
      return values;
  }
  return spec.initial satisfies never;
}

/** A tensor on the engine and the names it is stored under. */
export interface StoredTensor {
  readonly tensor: Tensor;
  readonly stored: readonly TensorSpec[];
}

/** The checkpoint's view of tensors on the engine, read one at a time. */
export function streamTensors(engine: Engine, tensors: readonly StoredTensor[]): TensorStream {
  return {
    specs: tensors.flatMap(({ stored }) => stored),
    async *[Symbol.asyncIterator]() {
      for (const { tensor, stored } of tensors) {
        const values = await engine.read(tensor);
        let offset = 0;
        for (const { name, shape } of stored) {
          const end = offset + elements(shape);
          yield { name, shape, values: values.subarray(offset, end) };
          offset = end;
        }
      }
    },
  };
}

/** Fills tensors on the engine with stored values. Nothing may be queued. Throws `checkpoint-mismatch`. */
export async function loadTensors(
  engine: Engine,
  tensors: readonly StoredTensor[],
  read: (name: string) => Promise<Float32Array>,
): Promise<void> {
  for (const { tensor, stored } of tensors) {
    const values = new Float32Array(elements(tensor.shape));
    let offset = 0;
    for (const { name, shape } of stored) {
      const part = await read(name);
      if (part.length !== elements(shape)) {
        throw mismatch(name, part.length, elements(shape));
      }
      values.set(part, offset);
      offset += part.length;
    }
    engine.write(tensor, values);
  }
}

const mismatch = (name: string, found: number, wanted: number): ExpectedError =>
  new ExpectedError(
    "checkpoint-mismatch",
    `The checkpoint's ${name} has ${found} values; the model wants ${wanted}.`,
    "The checkpoint is damaged or of another model: resume from an earlier one.",
    5,
  );

const elements = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

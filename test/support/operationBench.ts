/** Running one operation case on one engine. */
import type { Engine, Tensor } from "../../trainer/engine/port.ts";
import { fillNormal, uniform } from "../../trainer/plan/random.ts";
import type { OperationCase } from "./operationCases.ts";

/**
 * Allocates tensors with values that depend on the case's seed and their order alone. Allocate all, then record.
 * Outputs start as NaN, so that one not written is seen; accumulators start random.
 */
export class Bench {
  readonly engine: Engine;
  readonly #seed: number;
  #drawn = 0;
  readonly #tensors: Tensor[] = [];
  readonly #outputs: Tensor[] = [];

  constructor(engine: Engine, seed: number) {
    this.engine = engine;
    this.#seed = seed;
  }

  input(name: string, shape: readonly number[], deviation = 1): Tensor {
    const tensor = this.#allocate(name, shape, "f32");
    const values = new Float32Array(sizeOf(shape));
    fillNormal(values, deviation, this.#seed, 99, this.#drawn++);
    this.engine.write(tensor, values);
    return tensor;
  }

  integers(name: string, size: number, below: number, every = 0): Tensor {
    const tensor = this.#allocate(name, [size], "i32");
    const step = this.#drawn++;
    const draw = (i: number): number => Math.floor(uniform(this.#seed, 98, step, i) * below);
    this.engine.write(
      tensor,
      Int32Array.from({ length: size }, (_, i) => (every > 0 && i % every === 1 ? -1 : draw(i))),
    );
    return tensor;
  }

  output(name: string, shape: readonly number[]): Tensor {
    const tensor = this.#allocate(name, shape, "f32");
    this.engine.write(tensor, new Float32Array(sizeOf(shape)).fill(NaN));
    this.#outputs.push(tensor);
    return tensor;
  }

  /** An input that is also compared afterwards. */
  accumulator(name: string, shape: readonly number[], deviation = 1): Tensor {
    const tensor = this.input(name, shape, deviation);
    this.#outputs.push(tensor);
    return tensor;
  }

  async results(): Promise<ReadonlyMap<string, Float32Array>> {
    const results = new Map<string, Float32Array>();
    for (const tensor of this.#outputs) results.set(tensor.name, await this.engine.read(tensor));
    return results;
  }

  free(): void {
    for (const tensor of this.#tensors) this.engine.free(tensor);
  }

  #allocate(name: string, shape: readonly number[], dtype: "f32" | "i32"): Tensor {
    const tensor = this.engine.allocate(name, shape, dtype);
    this.#tensors.push(tensor);
    return tensor;
  }
}

/** Runs one case and frees what it allocated. */
export async function runCase(
  engine: Engine,
  operation: OperationCase,
  seed: number,
): Promise<ReadonlyMap<string, Float32Array>> {
  const bench = new Bench(engine, seed);
  operation.record(bench);
  const results = await bench.results();
  bench.free();
  return results;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

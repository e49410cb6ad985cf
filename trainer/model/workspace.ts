/** Tensors of one owner, allocated once and freed together. */
import type { DType, Engine, Tensor } from "../engine/port.ts";

export class Workspace {
  private readonly engine: Engine;
  private readonly tensors: Tensor[] = [];

  constructor(engine: Engine) {
    this.engine = engine;
  }

  allocate(name: string, shape: readonly number[], dtype: DType = "f32"): Tensor {
    const tensor = this.engine.allocate(name, shape, dtype);
    this.tensors.push(tensor);
    return tensor;
  }

  free(): void {
    for (const tensor of this.tensors.splice(0)) this.engine.free(tensor);
  }
}

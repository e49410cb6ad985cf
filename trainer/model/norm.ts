/** A layer norm with what its backward needs. */
import type { Engine, Tensor } from "../engine/port.ts";
import type { LayerNorm } from "./bertParameters.ts";
import type { Parameter } from "./parameters.ts";
import type { Workspace } from "./workspace.ts";

/** BERT's epsilon. */
export const layerNormEpsilon = 1e-12;

export class Norm {
  /** [N, D] */
  readonly out: Tensor;
  private readonly engine: Engine;
  private readonly parameters: LayerNorm<Parameter>;
  /** [N, 2] */
  private readonly statistics: Tensor;

  constructor(
    engine: Engine,
    workspace: Workspace,
    name: string,
    shape: readonly [rows: number, width: number],
    parameters: LayerNorm<Parameter>,
  ) {
    this.engine = engine;
    this.parameters = parameters;
    this.out = workspace.allocate(name, shape);
    this.statistics = workspace.allocate(`${name}.statistics`, [shape[0], 2]);
  }

  forward(x: Tensor): Tensor {
    const { gamma, beta } = this.parameters;
    this.engine.layerNormForward({
      ...{ x, gamma: gamma.value, beta: beta.value, out: this.out, statistics: this.statistics },
      epsilon: layerNormEpsilon,
    });
    return this.out;
  }

  /** gradX = backward(gradOut) + (add ?? 0); gradX may be `gradOut` or `add`. */
  backward({ x, gradOut, gradX, add }: { x: Tensor; gradOut: Tensor; gradX: Tensor; add?: Tensor }): void {
    const { gamma, beta } = this.parameters;
    this.engine.layerNormBackward({
      ...{ x, gamma: gamma.value, statistics: this.statistics, gradOut, gradX },
      ...{ gradGamma: gamma.gradient, gradBeta: beta.gradient },
      ...(add && { add }),
    });
  }
}

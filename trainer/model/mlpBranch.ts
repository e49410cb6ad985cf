/** The MLP branch of a layer: W_out gelu(W_in x), forward and backward. */
import type { Engine, Tensor } from "../engine/port.ts";
import type { LayerParameters } from "./bertParameters.ts";
import { addBranch, backwardWeight, branchGradient, values } from "./branch.ts";
import type { BranchBackward, BranchForward, Scratch } from "./branch.ts";
import type { BertDimensions } from "./dimensions.ts";
import type { Parameter } from "./parameters.ts";
import type { LayerPass } from "./pass.ts";
import type { Workspace } from "./workspace.ts";

export class MlpBranch {
  /** [N, F] before and after GELU, kept for backward. */
  readonly kept: { readonly preActivation: Tensor; readonly activation: Tensor };
  private readonly engine: Engine;
  private readonly parameters: LayerParameters<Parameter>;
  private readonly scratch: Scratch;

  constructor(
    engine: Engine,
    workspace: Workspace,
    name: string,
    { tokens, feedForward }: BertDimensions,
    parameters: LayerParameters<Parameter>,
    scratch: Scratch,
  ) {
    this.engine = engine;
    this.parameters = parameters;
    this.scratch = scratch;
    this.kept = {
      preActivation: workspace.allocate(`${name}.preActivation`, [tokens, feedForward]),
      activation: workspace.allocate(`${name}.activation`, [tokens, feedForward]),
    };
  }

  forward({ input, residual, out }: BranchForward, pass: LayerPass): void {
    const { engine, parameters } = this;
    const { preActivation, activation } = this.kept;
    engine.linearForward({ x: input, ...values(parameters.intermediate), out: activation, preActivation });
    addBranch(engine, { x: activation, linear: parameters.output, residual, out }, this.scratch, "mlpBranch", pass);
  }

  backward({ input, gradOut, gradInput, add }: BranchBackward, pass: LayerPass): void {
    const { engine, parameters, scratch } = this;
    const { preActivation, activation } = this.kept;
    const gradBranch = branchGradient(engine, gradOut, scratch, "mlpBranch", pass);
    backwardWeight(engine, parameters.output, activation, gradBranch);
    engine.linearBackwardInput({
      ...{ gradOut: gradBranch, weight: parameters.output.weight.value, gradX: scratch.wide, preActivation },
    });
    backwardWeight(engine, parameters.intermediate, input, scratch.wide);
    engine.linearBackwardInput({
      ...{ gradOut: scratch.wide, weight: parameters.intermediate.weight.value, gradX: gradInput },
      ...(add && { add }),
    });
  }
}

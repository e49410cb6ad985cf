/** The attention branch of a layer: W_o attention(W_qkv x), forward and backward. */
import type { Engine, Tensor } from "../engine/port.ts";
import type { LayerParameters } from "./bertParameters.ts";
import { addBranch, backwardWeight, branchGradient, values } from "./branch.ts";
import type { BranchBackward, BranchForward, Scratch } from "./branch.ts";
import type { BertDimensions } from "./dimensions.ts";
import type { Parameter } from "./parameters.ts";
import type { LayerPass } from "./pass.ts";
import type { Workspace } from "./workspace.ts";

export class AttentionBranch {
  /** [N, 3D], [B, H, T, T] and [N, D], kept for backward. */
  readonly kept: { readonly qkv: Tensor; readonly probabilities: Tensor; readonly mixed: Tensor };
  private readonly engine: Engine;
  private readonly parameters: LayerParameters<Parameter>;
  private readonly scratch: Scratch;
  private readonly shape: { readonly heads: number; readonly length: number };

  constructor(
    engine: Engine,
    workspace: Workspace,
    name: string,
    { tokens, hidden, heads, length }: BertDimensions,
    parameters: LayerParameters<Parameter>,
    scratch: Scratch,
  ) {
    this.engine = engine;
    this.parameters = parameters;
    this.scratch = scratch;
    this.shape = { heads, length };
    this.kept = {
      qkv: workspace.allocate(`${name}.qkv`, [tokens, 3 * hidden]),
      probabilities: workspace.allocate(`${name}.probabilities`, [tokens / length, heads, length, length]),
      mixed: workspace.allocate(`${name}.mixed`, [tokens, hidden]),
    };
  }

  forward({ input, residual, out }: BranchForward, pass: LayerPass): void {
    const { engine, kept, shape, parameters } = this;
    const { qkv, probabilities, mixed } = kept;
    engine.linearForward({ x: input, ...values(parameters.qkv), out: qkv });
    engine.attentionForward({ qkv, probabilities, out: mixed, ...shape, ...pass.dropout("attention") });
    const last = { x: mixed, linear: parameters.attentionOutput, residual, out };
    addBranch(engine, last, this.scratch, "attentionBranch", pass);
  }

  backward({ input, gradOut, gradInput, add }: BranchBackward, pass: LayerPass): void {
    const { engine, kept, shape, parameters, scratch } = this;
    const { qkv, probabilities, mixed } = kept;
    const gradBranch = branchGradient(engine, gradOut, scratch, "attentionBranch", pass);
    backwardWeight(engine, parameters.attentionOutput, mixed, gradBranch);
    engine.linearBackwardInput({
      gradOut: gradBranch,
      weight: parameters.attentionOutput.weight.value,
      gradX: scratch.inner,
    });
    engine.attentionBackward({
      ...{ qkv, probabilities, gradOut: scratch.inner, gradQkv: scratch.qkv },
      ...shape,
      ...pass.dropout("attention"),
    });
    backwardWeight(engine, parameters.qkv, input, scratch.qkv);
    engine.linearBackwardInput({
      ...{ gradOut: scratch.qkv, weight: parameters.qkv.weight.value, gradX: gradInput },
      ...(add && { add }),
    });
  }
}

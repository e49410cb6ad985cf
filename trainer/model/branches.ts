/**
 * The two branches of a layer, attention and MLP, each y = residual + scale * dropout(f(x)), forward and backward.
 * Shared by pre-norm and post-norm layers, which differ in where the norms stand around them.
 */
import type { Engine, Tensor } from "../engine/port.ts";
import type { LayerParameters, Linear } from "./bertParameters.ts";
import type { BertDimensions } from "./dimensions.ts";
import type { Parameter } from "./parameters.ts";
import type { DropoutSite, LayerPass } from "./pass.ts";
import type { Workspace } from "./workspace.ts";

/** Gradients and branch outputs in flight: one layer at a time, so all layers share them. */
export interface Scratch {
  /** [N, D]: a branch before the residual sum, then its gradient. */
  readonly branch: Tensor;
  /** [N, D]: gradient of attention's output, or of a branch's input. */
  readonly inner: Tensor;
  /** [N, 3D] */
  readonly qkv: Tensor;
  /** [N, F] */
  readonly wide: Tensor;
}

export function allocateScratch(workspace: Workspace, { tokens, hidden, feedForward }: BertDimensions): Scratch {
  return {
    branch: workspace.allocate("scratch.branch", [tokens, hidden]),
    inner: workspace.allocate("scratch.inner", [tokens, hidden]),
    qkv: workspace.allocate("scratch.qkv", [tokens, 3 * hidden]),
    wide: workspace.allocate("scratch.wide", [tokens, feedForward]),
  };
}

interface ForwardArgs {
  /** [N, D] */
  readonly input: Tensor;
  /** [N, D] */
  readonly residual: Tensor;
  /** [N, D], not `input` nor `residual`. */
  readonly out: Tensor;
}

interface BackwardArgs {
  readonly input: Tensor;
  /** Gradient of the sum. */
  readonly gradOut: Tensor;
  /** Receives the gradient that came through the branch, plus `add`; may be `add`. */
  readonly gradInput: Tensor;
  readonly add?: Tensor;
}

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

  forward({ input, residual, out }: ForwardArgs, pass: LayerPass): void {
    const { engine, kept, shape, parameters } = this;
    const { qkv, probabilities, mixed } = kept;
    engine.linearForward({ x: input, ...values(parameters.qkv), out: qkv });
    engine.attentionForward({ qkv, probabilities, out: mixed, ...shape, ...pass.dropout("attention") });
    const last = { x: mixed, linear: parameters.attentionOutput, residual, out };
    addBranch(engine, last, this.scratch, "attentionBranch", pass);
  }

  backward({ input, gradOut, gradInput, add }: BackwardArgs, pass: LayerPass): void {
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

  forward({ input, residual, out }: ForwardArgs, pass: LayerPass): void {
    const { engine, parameters } = this;
    const { preActivation, activation } = this.kept;
    engine.linearForward({ x: input, ...values(parameters.intermediate), out: activation, preActivation });
    addBranch(engine, { x: activation, linear: parameters.output, residual, out }, this.scratch, "mlpBranch", pass);
  }

  backward({ input, gradOut, gradInput, add }: BackwardArgs, pass: LayerPass): void {
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

/** The tensors of a linear layer, as operations name them. */
export const values = ({ weight, bias }: Linear<Parameter>): { weight: Tensor; bias: Tensor } => ({
  weight: weight.value,
  bias: bias.value,
});

export function backwardWeight(engine: Engine, linear: Linear<Parameter>, x: Tensor, gradOut: Tensor): void {
  engine.linearBackwardWeight({ x, gradOut, gradWeight: linear.weight.gradient, gradBias: linear.bias.gradient });
}

/** out = residual + scale * dropout(linear(x)); one fused operation where nothing comes between. */
function addBranch(
  engine: Engine,
  { x, linear, residual, out }: { x: Tensor; linear: Linear<Parameter>; residual: Tensor; out: Tensor },
  { branch }: Scratch,
  site: DropoutSite,
  pass: LayerPass,
): void {
  if (isPlain(pass, site)) return engine.linearForward({ x, ...values(linear), residual, out });
  engine.linearForward({ x, ...values(linear), out: branch });
  engine.branchForward({ residual, branch, out, scale: pass.scale, ...pass.dropout(site) });
}

/** The gradient at a branch's last linear layer, from that of the sum: the same tensor where nothing comes between. */
function branchGradient(
  engine: Engine,
  gradOut: Tensor,
  { branch }: Scratch,
  site: DropoutSite,
  pass: LayerPass,
): Tensor {
  if (isPlain(pass, site)) return gradOut;
  engine.branchBackward({ gradOut, gradBranch: branch, scale: pass.scale, ...pass.dropout(site) });
  return branch;
}

const isPlain = (pass: LayerPass, site: DropoutSite): boolean =>
  pass.scale === 1 && pass.dropout(site).dropout === undefined;

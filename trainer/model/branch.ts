/**
 * What the two branches of a layer have in common: y = residual + scale * dropout(f(x)), with a linear layer last in f.
 * Pre-norm and post-norm layers differ in where the norms stand around the branches, not in the branches.
 */
import type { Engine, Tensor } from "../engine/port.ts";
import type { Linear } from "./bertParameters.ts";
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

export interface BranchForward {
  /** [N, D] */
  readonly input: Tensor;
  /** [N, D] */
  readonly residual: Tensor;
  /** [N, D], not `input` nor `residual`. */
  readonly out: Tensor;
}

export interface BranchBackward {
  readonly input: Tensor;
  /** Gradient of the sum. */
  readonly gradOut: Tensor;
  /** Receives the gradient that came through the branch, plus `add`; may be `add`. */
  readonly gradInput: Tensor;
  readonly add?: Tensor;
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
export function addBranch(
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
export function branchGradient(
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

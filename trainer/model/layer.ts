/** A transformer layer, post-norm (Devlin et al. 2019) or pre-norm (Xiong et al. 2020), forward and backward. */
import type { Engine, Tensor } from "../engine/port.ts";
import { AttentionBranch } from "./attentionBranch.ts";
import type { Scratch } from "./branch.ts";
import type { LayerParameters } from "./bertParameters.ts";
import type { BertDimensions } from "./dimensions.ts";
import { MlpBranch } from "./mlpBranch.ts";
import { Norm } from "./norm.ts";
import type { Parameter } from "./parameters.ts";
import type { LayerPass } from "./pass.ts";
import type { Workspace } from "./workspace.ts";

export interface Layer {
  /** [N, D] */
  readonly out: Tensor;
  /** In the order of time, `out` last. */
  readonly activations: readonly Tensor[];
  forward(x: Tensor, pass: LayerPass): void;
  /** `gradient` holds that of `out` before, that of `x` after. */
  backward(x: Tensor, gradient: Tensor, pass: LayerPass): void;
}

export function createLayer(
  engine: Engine,
  workspace: Workspace,
  index: number,
  dimensions: BertDimensions,
  parameters: LayerParameters<Parameter>,
  scratch: Scratch,
): Layer {
  const name = `layer.${index}`;
  const shape = [dimensions.tokens, dimensions.hidden] as const;
  const parts: Parts = {
    attention: new AttentionBranch(engine, workspace, `${name}.attention`, dimensions, parameters, scratch),
    attentionSum: workspace.allocate(`${name}.attention.sum`, shape),
    attentionNorm: new Norm(engine, workspace, `${name}.attention.norm`, shape, parameters.attentionNorm),
    mlp: new MlpBranch(engine, workspace, `${name}.mlp`, dimensions, parameters, scratch),
    outputSum: workspace.allocate(`${name}.output.sum`, shape),
    outputNorm: new Norm(engine, workspace, `${name}.output.norm`, shape, parameters.outputNorm),
    scratch,
  };
  return dimensions.normPosition === "post" ? postNorm(parts) : preNorm(parts);
}

interface Parts {
  readonly attention: AttentionBranch;
  readonly attentionSum: Tensor;
  readonly attentionNorm: Norm;
  readonly mlp: MlpBranch;
  readonly outputSum: Tensor;
  readonly outputNorm: Norm;
  readonly scratch: Scratch;
}

/** h = LN(x + attention(x)); out = LN(h + mlp(h)). */
function postNorm({ attention, attentionSum, attentionNorm, mlp, outputSum, outputNorm }: Parts): Layer {
  const h = attentionNorm.out;
  return {
    out: outputNorm.out,
    activations: [
      ...Object.values(attention.kept),
      attentionSum,
      h,
      ...Object.values(mlp.kept),
      outputSum,
      outputNorm.out,
    ],
    forward(x, pass) {
      attention.forward({ input: x, residual: x, out: attentionSum }, pass);
      attentionNorm.forward(attentionSum);
      mlp.forward({ input: h, residual: h, out: outputSum }, pass);
      outputNorm.forward(outputSum);
    },
    backward(x, gradient, pass) {
      const g = gradient;
      outputNorm.backward({ x: outputSum, gradOut: g, gradX: g });
      mlp.backward({ input: h, gradOut: g, gradInput: g, add: g }, pass);
      attentionNorm.backward({ x: attentionSum, gradOut: g, gradX: g });
      attention.backward({ input: x, gradOut: g, gradInput: g, add: g }, pass);
    },
  };
}

/** h = x + attention(LN(x)); out = h + mlp(LN(h)). */
function preNorm({
  attention,
  attentionSum: h,
  attentionNorm,
  mlp,
  outputSum: out,
  outputNorm,
  scratch,
}: Parts): Layer {
  return {
    out,
    activations: [
      attentionNorm.out,
      ...Object.values(attention.kept),
      h,
      outputNorm.out,
      ...Object.values(mlp.kept),
      out,
    ],
    forward(x, pass) {
      attention.forward({ input: attentionNorm.forward(x), residual: x, out: h }, pass);
      mlp.forward({ input: outputNorm.forward(h), residual: h, out }, pass);
    },
    backward(x, gradient, pass) {
      const g = gradient;
      mlp.backward({ input: outputNorm.out, gradOut: g, gradInput: scratch.inner }, pass);
      outputNorm.backward({ x: h, gradOut: scratch.inner, gradX: g, add: g });
      attention.backward({ input: attentionNorm.out, gradOut: g, gradInput: scratch.inner }, pass);
      attentionNorm.backward({ x, gradOut: scratch.inner, gradX: g, add: g });
    },
  };
}

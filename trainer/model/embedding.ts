/** BERT's input: word + position + token type embeddings, layer norm, dropout. */
import type { Engine, Tensor } from "../engine/port.ts";
import type { BertParameters } from "./bertParameters.ts";
import type { BertDimensions } from "./dimensions.ts";
import { Norm } from "./norm.ts";
import type { Parameter } from "./parameters.ts";
import { embeddingDropout } from "./pass.ts";
import type { DropoutDraw } from "./pass.ts";
import type { Workspace } from "./workspace.ts";

export class Embedding {
  /** [N, D] */
  readonly out: Tensor;
  private readonly engine: Engine;
  private readonly parameters: BertParameters<Parameter>;
  private readonly length: number;
  /** [N, D] */
  private readonly sum: Tensor;
  private readonly norm: Norm;

  constructor(
    engine: Engine,
    workspace: Workspace,
    { tokens, hidden, length }: BertDimensions,
    parameters: BertParameters<Parameter>,
  ) {
    this.engine = engine;
    this.parameters = parameters;
    this.length = length;
    this.sum = workspace.allocate("embeddings.sum", [tokens, hidden]);
    this.norm = new Norm(engine, workspace, "embeddings", [tokens, hidden], parameters.embeddingNorm);
    this.out = this.norm.out;
  }

  forward(ids: Tensor, draw: DropoutDraw | null): Tensor {
    const { engine, sum, out, length } = this;
    const { word, position, tokenType } = this.parameters;
    engine.embeddingForward({
      ...{ ids, word: word.value, position: position.value, tokenType: tokenType.value, out: sum, length },
    });
    this.norm.forward(sum);
    const mask = embeddingDropout(draw);
    if (mask.dropout !== undefined) engine.branchForward({ branch: out, out, scale: 1, ...mask });
    return out;
  }

  /** `gradient`: that of `out`; used up. */
  backward(ids: Tensor, gradient: Tensor, draw: DropoutDraw | null): void {
    const { engine, sum, length } = this;
    const { word, position, tokenType } = this.parameters;
    const mask = embeddingDropout(draw);
    if (mask.dropout !== undefined) {
      engine.branchBackward({ gradOut: gradient, gradBranch: gradient, scale: 1, ...mask });
    }
    this.norm.backward({ x: sum, gradOut: gradient, gradX: gradient });
    engine.embeddingBackward({
      ...{ ids, gradOut: gradient, gradWord: word.gradient, gradPosition: position.gradient },
      ...{ gradTokenType: tokenType.gradient, length },
    });
  }
}

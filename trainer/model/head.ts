/** BERT's masked-language head, on the predicted positions only: dense, GELU, layer norm, classifier tied to the words. */
import type { Engine, Tensor } from "../engine/port.ts";
import type { BertParameters } from "./bertParameters.ts";
import { backwardWeight, values } from "./branch.ts";
import type { BertDimensions } from "./dimensions.ts";
import { Norm } from "./norm.ts";
import type { Parameter } from "./parameters.ts";
import type { Workspace } from "./workspace.ts";

interface Targets {
  /** [K] i32 */
  readonly rows: Tensor;
  /** [K] i32 */
  readonly labels: Tensor;
}

export class Head {
  /** [K, V] after `forward`; their gradient after `forwardForGradient`. */
  readonly logits: Tensor;
  /** [K] */
  readonly losses: Tensor;
  private readonly engine: Engine;
  private readonly parameters: BertParameters<Parameter>;
  private readonly gathered: Tensor;
  private readonly preActivation: Tensor;
  private readonly activation: Tensor;
  private readonly norm: Norm;
  /** [K, D] */
  private readonly gradient: Tensor;
  /** [K, D] */
  private readonly gradGathered: Tensor;

  constructor(
    engine: Engine,
    workspace: Workspace,
    { predicted, hidden, vocabularySize }: BertDimensions,
    parameters: BertParameters<Parameter>,
  ) {
    const shape = [predicted, hidden] as const;
    this.engine = engine;
    this.parameters = parameters;
    this.gathered = workspace.allocate("head.gathered", shape);
    this.preActivation = workspace.allocate("head.transform.preActivation", shape);
    this.activation = workspace.allocate("head.transform.activation", shape);
    this.norm = new Norm(engine, workspace, "head.transform.norm", shape, parameters.transformNorm);
    this.logits = workspace.allocate("head.logits", [predicted, vocabularySize]);
    this.losses = workspace.allocate("head.losses", [predicted]);
    this.gradient = workspace.allocate("head.gradient", shape);
    this.gradGathered = workspace.allocate("head.gathered.gradient", shape);
  }

  get activations(): readonly Tensor[] {
    return [this.gathered, this.preActivation, this.activation, this.norm.out, this.logits, this.losses];
  }

  /** Logits and losses from the encoder's output x [N, D]. */
  forward(x: Tensor, targets: Targets): void {
    this.transform(x, targets.rows);
    this.engine.classifierForward(this.classifier(targets.labels));
  }

  /** Losses, and `gradScale` times the gradient of their sum left in `logits`. */
  forwardForGradient(x: Tensor, targets: Targets, gradScale: number): void {
    this.transform(x, targets.rows);
    this.engine.classifierForward({ ...this.classifier(targets.labels), gradScale });
  }

  /** After `forwardForGradient`. gradX [N, D] receives the gradient of x. */
  backward(rows: Tensor, gradX: Tensor): void {
    const { engine, gradient, gradGathered, gathered, activation, preActivation, logits } = this;
    const { word, decoderBias, transform } = this.parameters;
    backwardWeight(engine, { weight: word, bias: decoderBias }, this.norm.out, logits);
    engine.linearBackwardInput({ gradOut: logits, weight: word.value, gradX: gradient });
    this.norm.backward({ x: activation, gradOut: gradient, gradX: gradient });
    engine.geluBackward({ preActivation, gradOut: gradient, gradX: gradient });
    backwardWeight(engine, transform, gathered, gradient);
    engine.linearBackwardInput({ gradOut: gradient, weight: transform.weight.value, gradX: gradGathered });
    engine.scatterRows({ gradOut: gradGathered, rows, gradX });
  }

  private transform(x: Tensor, rows: Tensor): void {
    const { engine, gathered, activation, preActivation } = this;
    engine.gatherRows({ x, rows, out: gathered });
    engine.linearForward({ x: gathered, ...values(this.parameters.transform), out: activation, preActivation });
    this.norm.forward(activation);
  }

  private classifier(labels: Tensor): Parameters<Engine["classifierForward"]>[0] {
    const { word, decoderBias } = this.parameters;
    const { logits, losses } = this;
    return { x: this.norm.out, weight: word.value, bias: decoderBias.value, labels, logits, losses };
  }
}

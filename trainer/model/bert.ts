/**
 * BERT for masked-language modelling, forward and backward layer by layer in the order of time, over the engine port
 * alone. A step calls only the layers that its subnetwork keeps; a skipped layer is the identity, its norms included.
 */
import type { Engine, Tensor } from "../engine/port.ts";
import type { Subnetwork } from "../plan/strategy.ts";
import type { MicroBatch } from "../ports.ts";
import { bertParameters } from "./bertParameters.ts";
import type { BertParameters } from "./bertParameters.ts";
import { allocateScratch } from "./branch.ts";
import type { BertDimensions } from "./dimensions.ts";
import { Embedding } from "./embedding.ts";
import { Head } from "./head.ts";
import { createLayer } from "./layer.ts";
import type { Layer } from "./layer.ts";
import { countLabels } from "./model.ts";
import type { Model } from "./model.ts";
import { Norm } from "./norm.ts";
import { allocateParameter, initialValues } from "./parameters.ts";
import type { Parameter } from "./parameters.ts";
import { layerPass } from "./pass.ts";
import type { DropoutDraw } from "./pass.ts";
import { Workspace } from "./workspace.ts";

/** One micro-batch on the engine. */
interface Inputs {
  readonly ids: Tensor;
  readonly rows: Tensor;
  readonly labels: Tensor;
}

export class Bert implements Model {
  readonly parameters: readonly Parameter[];
  readonly loss: Tensor;
  private readonly engine: Engine;
  private readonly dimensions: BertDimensions;
  private readonly workspace: Workspace;
  private readonly inputs: readonly Inputs[];
  private readonly embedding: Embedding;
  private readonly layers: readonly Layer[];
  private readonly finalNorm: Norm | null;
  private readonly head: Head;
  /** [N, D]: the gradient on its way back through the residual stream. */
  private readonly gradientStream: Tensor;
  /** [1] */
  private readonly microLoss: Tensor;

  /** Allocates everything a step needs and writes the initial weights. */
  constructor(engine: Engine, dimensions: BertDimensions) {
    const { tokens, hidden, predicted, microBatches, seed } = dimensions;
    const parameters: Parameter[] = [];
    const byRole: BertParameters<Parameter> = bertParameters(dimensions, (spec) => {
      const parameter = allocateParameter(engine, spec);
      engine.write(parameter.value, initialValues(spec, parameters.length, seed));
      parameters.push(parameter);
      return parameter;
    });
    const workspace = new Workspace(engine);
    const scratch = allocateScratch(workspace, dimensions);
    this.engine = engine;
    this.dimensions = dimensions;
    this.workspace = workspace;
    this.parameters = parameters;
    this.inputs = Array.from({ length: microBatches }, (_, i) => ({
      ids: workspace.allocate(`inputs.${i}.ids`, [tokens], "i32"),
      rows: workspace.allocate(`inputs.${i}.rows`, [predicted], "i32"),
      labels: workspace.allocate(`inputs.${i}.labels`, [predicted], "i32"),
    }));
    this.embedding = new Embedding(engine, workspace, dimensions, byRole);
    this.layers = byRole.layers.map((layer, index) =>
      createLayer(engine, workspace, index, dimensions, layer, scratch),
    );
    this.finalNorm =
      byRole.finalNorm && new Norm(engine, workspace, "encoder.norm", [tokens, hidden], byRole.finalNorm);
    this.head = new Head(engine, workspace, dimensions, byRole);
    this.gradientStream = workspace.allocate("gradient", [tokens, hidden]);
    this.loss = workspace.allocate("loss", [1]);
    this.microLoss = workspace.allocate("microLoss", [1]);
  }

  /** [K, V]: logits of the last micro-batch that `evaluate` saw. */
  get logits(): Tensor {
    return this.head.logits;
  }

  gradient(microBatches: readonly MicroBatch[], subnetwork: Subnetwork, step: number): void {
    const { engine, dimensions, head } = this;
    const scale = 1 / Math.max(1, countLabels(microBatches));
    const inputs = this.upload(microBatches);
    this.zeroGradients(subnetwork.active);
    engine.zero(this.loss);
    for (const [i, input] of inputs.entries()) {
      const draw = { rate: dimensions.dropout, seed: dimensions.seed, draw: step * dimensions.microBatches + i };
      const encoded = this.encode(input.ids, subnetwork, draw);
      head.forwardForGradient(encoded, input, scale);
      this.addLoss(scale);
      this.backward(input, subnetwork, draw);
    }
  }

  evaluate(microBatches: readonly MicroBatch[]): void {
    const scale = 1 / Math.max(1, countLabels(microBatches));
    const inputs = this.upload(microBatches);
    this.engine.zero(this.loss);
    for (const input of inputs) {
      this.head.forward(this.encode(input.ids, this.fullNetwork(), null), input);
      this.addLoss(scale);
    }
  }

  activations(active: readonly number[]): readonly Tensor[] {
    const layers = active.flatMap((index) => this.layers[index]?.activations ?? []);
    const norm = this.finalNorm === null ? [] : [this.finalNorm.out];
    return [this.embedding.out, ...layers, ...norm, ...this.head.activations];
  }

  free(): void {
    this.workspace.free();
    for (const { value, gradient } of this.parameters) {
      this.engine.free(value);
      this.engine.free(gradient);
    }
  }

  private encode(ids: Tensor, subnetwork: Subnetwork, draw: DropoutDraw | null): Tensor {
    let x = this.embedding.forward(ids, draw);
    for (const { layer, pass } of this.path(subnetwork, draw)) {
      layer.forward(x, pass);
      x = layer.out;
    }
    return this.finalNorm === null ? x : this.finalNorm.forward(x);
  }

  /** After `encode` and `head.forwardForGradient` with the same arguments. */
  private backward(input: Inputs, subnetwork: Subnetwork, draw: DropoutDraw): void {
    const gradient = this.gradientStream;
    const path = this.path(subnetwork, draw);
    this.head.backward(input.rows, gradient);
    const last = path.at(-1)?.layer.out ?? this.embedding.out;
    this.finalNorm?.backward({ x: last, gradOut: gradient, gradX: gradient });
    for (const { layer, x, pass } of path.toReversed()) layer.backward(x, gradient, pass);
    this.embedding.backward(input.ids, gradient, draw);
  }

  /** The layers that run, each with its input and its pass. */
  private path({ active, scale }: Subnetwork, draw: DropoutDraw | null) {
    let x = this.embedding.out;
    return active.map((index, i) => {
      const layer = at(this.layers, index);
      const step = { layer, x, pass: layerPass(draw, index, at(scale, i)) };
      x = layer.out;
      return step;
    });
  }

  private fullNetwork(): Subnetwork {
    return { active: this.layers.map((_, index) => index), scale: this.layers.map(() => 1) };
  }

  private zeroGradients(active: readonly number[]): void {
    for (const { group, gradient } of this.parameters) {
      if (group === "shared" || active.includes(group)) this.engine.zero(gradient);
    }
  }

  private addLoss(scale: number): void {
    const { engine, loss, microLoss } = this;
    engine.sum({ x: this.head.losses, out: microLoss, scale });
    engine.add({ a: loss, b: microLoss, out: loss });
  }

  /** One set of input tensors per micro-batch, so that a whole step is queued without waiting. */
  private upload(microBatches: readonly MicroBatch[]): readonly Inputs[] {
    return microBatches.map((microBatch, i) => {
      const input = at(this.inputs, i);
      this.engine.write(input.ids, microBatch.ids);
      this.engine.write(input.rows, microBatch.rows);
      this.engine.write(input.labels, microBatch.labels);
      return input;
    });
  }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`No item ${index} among ${items.length}.`);
  return item;
}

/**
 * BERT's parameters: names, shapes and order are those of Hugging Face's BertForMaskedLM.
 *
 * Pre-norm models keep the names: `attention.output.LayerNorm` then stands before attention and `output.LayerNorm`
 * before the MLP, and one norm of its own name, `bert.encoder.LayerNorm`, stands after the last layer.
 */
import type { BertDimensions } from "./dimensions.ts";
import type { ParameterSpec } from "./parameters.ts";

export interface Linear<P> {
  readonly weight: P;
  readonly bias: P;
}

export interface LayerNorm<P> {
  readonly gamma: P;
  readonly beta: P;
}

export interface LayerParameters<P> {
  readonly qkv: Linear<P>;
  readonly attentionOutput: Linear<P>;
  readonly attentionNorm: LayerNorm<P>;
  readonly intermediate: Linear<P>;
  readonly output: Linear<P>;
  readonly outputNorm: LayerNorm<P>;
}

export interface BertParameters<P> {
  readonly word: P;
  readonly position: P;
  readonly tokenType: P;
  readonly embeddingNorm: LayerNorm<P>;
  readonly layers: readonly LayerParameters<P>[];
  /** Pre-norm only. */
  readonly finalNorm: LayerNorm<P> | null;
  readonly transform: Linear<P>;
  readonly transformNorm: LayerNorm<P>;
  /** Bias of the classifier, whose weight is `word`. */
  readonly decoderBias: P;
}

/** Calls `make` for each parameter, in the order of their numbers, and hands the results back by role. */
export function bertParameters<P>(
  { layers, hidden, feedForward, vocabularySize, maxLength, normPosition }: BertDimensions,
  make: (spec: ParameterSpec) => P,
): BertParameters<P> {
  type Group = ParameterSpec["group"];
  const table = (name: string, rows: number): P =>
    make(whole(name, [rows, hidden], { group: "shared", decay: true, initial: "normal" }));
  const linear = (name: string, outputs: number, inputs: number, group: Group): Linear<P> => ({
    weight: make(whole(`${name}.weight`, [outputs, inputs], { group, decay: true, initial: "normal" })),
    bias: make(whole(`${name}.bias`, [outputs], { group, decay: false, initial: "zeros" })),
  });
  const norm = (name: string, group: Group): LayerNorm<P> => ({
    gamma: make(whole(`${name}.weight`, [hidden], { group, decay: false, initial: "ones" })),
    beta: make(whole(`${name}.bias`, [hidden], { group, decay: false, initial: "zeros" })),
  });
  const layer = (index: number): LayerParameters<P> => {
    const prefix = `bert.encoder.layer.${index}`;
    return {
      qkv: {
        weight: make(queryKeyValue(prefix, "weight", [hidden, hidden], index)),
        bias: make(queryKeyValue(prefix, "bias", [hidden], index)),
      },
      attentionOutput: linear(`${prefix}.attention.output.dense`, hidden, hidden, index),
      attentionNorm: norm(`${prefix}.attention.output.LayerNorm`, index),
      intermediate: linear(`${prefix}.intermediate.dense`, feedForward, hidden, index),
      output: linear(`${prefix}.output.dense`, hidden, feedForward, index),
      outputNorm: norm(`${prefix}.output.LayerNorm`, index),
    };
  };
  return {
    word: table("bert.embeddings.word_embeddings.weight", vocabularySize),
    position: table("bert.embeddings.position_embeddings.weight", maxLength),
    tokenType: table("bert.embeddings.token_type_embeddings.weight", 2),
    embeddingNorm: norm("bert.embeddings.LayerNorm", "shared"),
    layers: Array.from({ length: layers }, (_, index) => layer(index)),
    finalNorm: normPosition === "pre" ? norm("bert.encoder.LayerNorm", "shared") : null,
    transform: linear("cls.predictions.transform.dense", hidden, hidden, "shared"),
    transformNorm: norm("cls.predictions.transform.LayerNorm", "shared"),
    decoderBias: make(
      whole("cls.predictions.bias", [vocabularySize], { group: "shared", decay: false, initial: "zeros" }),
    ),
  };
}

/** Every parameter's description, in order: what a checkpoint of the model holds. */
export function bertParameterSpecs(dimensions: BertDimensions): readonly ParameterSpec[] {
  const specs: ParameterSpec[] = [];
  bertParameters(dimensions, (spec) => specs.push(spec));
  return specs;
}

type Traits = Pick<ParameterSpec, "group" | "decay" | "initial">;

const whole = (name: string, shape: readonly number[], traits: Traits): ParameterSpec => ({
  name,
  shape,
  ...traits,
  stored: [{ name, shape }],
});

function queryKeyValue(
  prefix: string,
  kind: "weight" | "bias",
  shape: readonly [number, ...number[]],
  group: number,
): ParameterSpec {
  const [rows, ...rest] = shape;
  const self = `${prefix}.attention.self`;
  return {
    name: `${self}.qkv.${kind}`,
    shape: [3 * rows, ...rest],
    group,
    decay: kind === "weight",
    initial: kind === "weight" ? "normal" : "zeros",
    stored: ["query", "key", "value"].map((part) => ({ name: `${self}.${part}.${kind}`, shape })),
  };
}

/**
 * The engine port: tensors as handles, about twenty fused operations, each with its backward written out. No tape.
 *
 * Operations are *queued* in call order; `submit` runs what is queued and `read` submits and waits. Between a
 * `submit` and its promise settling no operation may be queued. Operations write into tensors that the caller
 * allocated; nothing is allocated behind the caller's back, and the caller frees what it allocated.
 *
 * Conventions, for every operation:
 * - shapes: N = rows (batch x length), B = batch, T = sequence length, D = hidden, H = heads, V = vocabulary, K = predicted positions;
 * - an output may not alias an input unless the operation says "in place";
 * - gradients of *parameters* are added to (zero them first with `zero`), gradients of *activations* are overwritten;
 * - weights are [out, in], as in PyTorch and Hugging Face.
 */

export type DType = "f32" | "i32";

export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Counter-based dropout: element i is kept when philox(seed, stream, step, i) >= rate, and then divided by 1 - rate. */
export interface Dropout {
  readonly rate: number;
  readonly seed: number;
  readonly stream: number;
  readonly step: number;
}

export interface EngineDescription {
  /** Registry name: "cpu". */
  readonly name: string;
  /** What this machine made of it, for people: "WebAssembly, relaxed SIMD, revectorized, 2 threads". */
  readonly variant: string;
  /** Equal fingerprints promise bitwise-equal results: kernel hash, SIMD variant, Node version where it matters. Never the number of threads. */
  readonly fingerprint: Readonly<Record<string, string>>;
}

export interface Engine {
  readonly description: EngineDescription;
  readonly allocatedBytes: number;
  /** Tensors allocated and not freed; suites end with this at 0. */
  readonly tensorCount: number;

  /** A zero-filled tensor. Throws the expected failure `outOfMemory` when the engine's memory cannot hold it. */
  allocate(name: string, shape: readonly number[], dtype?: DType): Tensor;
  free(tensor: Tensor): void;
  /** Copies host values in, after everything already submitted and before operations queued from now on. */
  write(tensor: Tensor, values: Float32Array | Int32Array): void;
  /** Runs what is queued, waits, and copies values out. The host synchronisation point. */
  read(tensor: Tensor): Promise<Float32Array>;
  /** Runs what is queued; settles when done. */
  submit(): Promise<void>;
  /** Ends threads and devices and releases memory. */
  close(): Promise<void>;

  zero(tensor: Tensor): void;
  copy(args: { from: Tensor; to: Tensor }): void;
  /** out = a + b, same shapes; in place allowed. */
  add(args: { a: Tensor; b: Tensor; out: Tensor }): void;
  /** out[0] = scale * sum(x), in a fixed order. */
  sum(args: { x: Tensor; out: Tensor; scale: number }): void;

  /** out[n] = word[ids[n]] + position[n mod T] + tokenType[0].  ids [N] i32, word [V,D], position [>=T,D], tokenType [>=1,D], out [N,D]. */
  embeddingForward(args: {
    ids: Tensor;
    word: Tensor;
    position: Tensor;
    tokenType: Tensor;
    out: Tensor;
    length: number;
  }): void;
  embeddingBackward(args: {
    ids: Tensor;
    gradOut: Tensor;
    gradWord: Tensor;
    gradPosition: Tensor;
    gradTokenType: Tensor;
    length: number;
  }): void;

  /** out = (x - mean) / sqrt(var + epsilon) * gamma + beta over the last axis. statistics [N,2] receives mean and 1/sqrt(var + epsilon). */
  layerNormForward(args: {
    x: Tensor;
    gamma: Tensor;
    beta: Tensor;
    out: Tensor;
    statistics: Tensor;
    epsilon: number;
  }): void;
  /** gradX = backward(gradOut) + (add ?? 0); gradX may be the same tensor as `add` or `gradOut`. */
  layerNormBackward(args: {
    x: Tensor;
    gamma: Tensor;
    statistics: Tensor;
    gradOut: Tensor;
    gradX: Tensor;
    add?: Tensor;
    gradGamma: Tensor;
    gradBeta: Tensor;
  }): void;

  /**
   * y = x weight^T + bias + (residual ?? 0).  x [N,in], weight [out,in], bias [out], out [N,out].
   * With `preActivation`: preActivation = x weight^T + bias, out = gelu(preActivation) (exact erf form); then no residual.
   */
  linearForward(args: {
    x: Tensor;
    weight: Tensor;
    bias: Tensor;
    out: Tensor;
    residual?: Tensor;
    preActivation?: Tensor;
  }): void;
  /** gradX = (gradOut weight) * gelu'(preActivation)? + (add ?? 0); gradX may be the same tensor as `add`. preActivation [N,in]. */
  linearBackwardInput(args: {
    gradOut: Tensor;
    weight: Tensor;
    gradX: Tensor;
    add?: Tensor;
    preActivation?: Tensor;
  }): void;
  /** gradWeight += gradOut^T x;  gradBias += column sums of gradOut. */
  linearBackwardWeight(args: { x: Tensor; gradOut: Tensor; gradWeight: Tensor; gradBias: Tensor }): void;

  /** gradX = gradOut * gelu'(preActivation), for a GELU that no linear layer follows (BERT's head). In place allowed. */
  geluBackward(args: { preActivation: Tensor; gradOut: Tensor; gradX: Tensor }): void;

  /** Bidirectional multi-head attention. qkv [N,3D] (q | k | v, heads within each), probabilities [B,H,T,T] (kept for backward, before dropout), out [N,D]. */
  attentionForward(args: {
    qkv: Tensor;
    probabilities: Tensor;
    out: Tensor;
    heads: number;
    length: number;
    dropout?: Dropout;
  }): void;
  attentionBackward(args: {
    qkv: Tensor;
    probabilities: Tensor;
    gradOut: Tensor;
    gradQkv: Tensor;
    heads: number;
    length: number;
    dropout?: Dropout;
  }): void;

  /** out = (residual ?? 0) + scale * dropout(branch). In place allowed. */
  branchForward(args: { residual?: Tensor; branch: Tensor; out: Tensor; scale: number; dropout?: Dropout }): void;
  /** gradBranch = scale * dropout'(gradOut). In place allowed. */
  branchBackward(args: { gradOut: Tensor; gradBranch: Tensor; scale: number; dropout?: Dropout }): void;

  /** out[k] = x[rows[k]].  rows [K] i32. */
  gatherRows(args: { x: Tensor; rows: Tensor; out: Tensor }): void;
  /** gradX = 0, then gradX[rows[k]] += gradOut[k] (rows may repeat). */
  scatterRows(args: { gradOut: Tensor; rows: Tensor; gradX: Tensor }): void;

  /**
   * The classifier, fused: logits = x weight^T + bias; losses[k] = -log softmax(logits)[labels[k]], 0 where labels[k] is -1.
   * With `gradScale`, `logits` is left holding gradScale * d(sum of losses)/d logits; without it, the logits themselves.
   * x [K,D], weight [V,D], bias [V], logits [K,V], labels [K] i32, losses [K].
   */
  classifierForward(args: {
    x: Tensor;
    weight: Tensor;
    bias: Tensor;
    labels: Tensor;
    logits: Tensor;
    losses: Tensor;
    gradScale?: number;
  }): void;

  /** out = [global L2 norm, clip coefficient (min(1, maxNorm / norm), 1 when maxNorm is 0), 1 if all finite else 0], in a fixed order. out [3]. */
  gradientNorm(args: { gradients: readonly Tensor[]; out: Tensor; maxNorm: number }): void;
  /**
   * AdamW on one parameter, PyTorch's formulation: p *= 1 - lr wd; m, v; p -= lr/(1-b1^t) * m / (sqrt(v/(1-b2^t)) + eps).
   * The gradient is multiplied by gate[1]; when gate[2] is 0 nothing moves. `gate` is gradientNorm's `out`; `updateCount` t counts from 1.
   */
  adamw(args: {
    parameter: Tensor;
    gradient: Tensor;
    firstMoment: Tensor;
    secondMoment: Tensor;
    gate: Tensor;
    learningRate: number;
    beta1: number;
    beta2: number;
    epsilon: number;
    weightDecay: number;
    updateCount: number;
  }): void;
}

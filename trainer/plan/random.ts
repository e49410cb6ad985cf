/**
 * Counter-based randomness: every random number of a run is a pure function of (seed, stream, step, index).
 *
 * Generator: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"), tested
 * against Random123's published vectors. There is no state, hence nothing to checkpoint and no order of asking.
 *
 * Layout, the same in every implementation (this file, the cpu kernels' dropout, the Python reference):
 *
 *     key     = (seed mod 2^32, floor(seed / 2^32))
 *     counter = (floor(index / 4), step mod 2^32, stream, 0)
 *     bits    = word (index mod 4) of philox(counter, key)
 *     uniform = bits / 2^32
 *
 * with seed in 0..2^53-1, stream in 0..2^32-1, step in 0..2^32-1, index in 0..2^34-1. Counter word 3 is 0 for plain
 * draws; `permute` numbers its rounds there from 1, so its draws never meet plain ones of the same stream.
 */

/** Stream numbers: one per purpose, so that no two purposes share draws. Part of the format of a run: never renumber. */
export const streams = {
  /** index = layer. Which layers a step runs. */
  subnetwork: 1,
  /** step = number of the parameter in the model's order, index = element. Initial weights. */
  weights: 2,
  /** step = epoch. Order of training rows. */
  rowOrder: 3,
  /** Which positions a step predicts. */
  maskedPositions: 4,
  /** What the model sees at predicted positions: [MASK], a random token, or the true one. */
  maskedTokens: 5,
  /** Split of documents into training and evaluation. */
  split: 6,
  /** Masks of the fixed evaluation batches. step = evaluation batch. */
  evaluationMasks: 7,
  evaluationTokens: 8,
  /** First of the dropout streams: `dropout + site`, sites numbered by the model. index = element. */
  dropout: 0x0001_0000,
} as const;

const two32 = 4294967296;
const block = new Uint32Array(4);

/** One Philox 4x32-10 block: writes four words for `counter` (c0..c3) under `key` (k0, k1) into `out`. Words are uint32. */
export function philox(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array<ArrayBufferLike>,
): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** 32 random bits as an unsigned number. */
export function bits(seed: number, stream: number, step: number, index: number): number {
  drawBlock(seed, stream, step, Math.floor(index / 4));
  return block[index % 4] as number;
}

/** A number in [0, 1), a multiple of 2^-32. */
export function uniform(seed: number, stream: number, step: number, index: number): number {
  return bits(seed, stream, step, index) / two32;
}

/** A standard normal number: Box-Muller (cosine branch) on the uniforms at 2 index and 2 index + 1. |z| <= 6.66. */
export function normal(seed: number, stream: number, step: number, index: number): number {
  drawBlock(seed, stream, step, Math.floor(index / 2));
  const first = (index % 2) * 2;
  return gaussian(block[first] as number, block[first + 1] as number);
}

/** out[i] = deviation * normal(seed, stream, step, i), drawing each block once. */
export function fillNormal(out: Float32Array, deviation: number, seed: number, stream: number, step: number): void {
  for (let index = 0; index < out.length; index += 2) {
    drawBlock(seed, stream, step, index / 2);
    out[index] = deviation * gaussian(block[0] as number, block[1] as number);
    if (index + 1 < out.length) out[index + 1] = deviation * gaussian(block[2] as number, block[3] as number);
  }
}

/**
 * Where `index` goes in a random permutation of 0..size-1: a bijection, computed in O(1) time and no memory.
 *
 * A generalised Feistel cipher over a x b >= size (Black & Rogaway 2002, "Ciphers with arbitrary finite domains"), with
 * Philox as round function, followed by cycle walking; a and b stand close to sqrt(size), so that walking is rare.
 * `step` tells permutations of one stream apart (an epoch, say).
 */
export function permute(size: number, index: number, seed: number, stream: number, step = 0): number {
  const a = Math.ceil(Math.sqrt(size));
  const b = Math.ceil(size / a);
  let at = index;
  do at = shuffleOnce(at, a, b, seed, stream, step);
  while (at >= size);
  return at;
}

const feistelRounds = 8;

function shuffleOnce(index: number, a: number, b: number, seed: number, stream: number, step: number): number {
  let left = Math.floor(index / b);
  let right = index % b;
  for (let round = 1; round <= feistelRounds; round += 2) {
    left = (left + roundValue(right, round, seed, stream, step)) % a;
    right = (right + roundValue(left, round + 1, seed, stream, step)) % b;
  }
  return left * b + right;
}

function roundValue(half: number, round: number, seed: number, stream: number, step: number): number {
  philox(half >>> 0, step >>> 0, stream >>> 0, round, seed >>> 0, Math.floor(seed / two32), block);
  return block[0] as number;
}

function drawBlock(seed: number, stream: number, step: number, blockIndex: number): void {
  philox(blockIndex >>> 0, step >>> 0, stream >>> 0, 0, seed >>> 0, Math.floor(seed / two32), block);
}

/** 1 - u is in (0, 1], so that the logarithm is finite. */
function gaussian(radiusBits: number, angleBits: number): number {
  return Math.sqrt(-2 * Math.log(1 - radiusBits / two32)) * Math.cos(2 * Math.PI * (angleBits / two32));
}

/** High 32 bits of a 32 x 32 bit product, by 16-bit halves: every intermediate stays below 2^53. */
function multiplyHigh(x: number, y: number): number {
  const xHigh = x >>> 16;
  const xLow = x & 0xffff;
  const yHigh = y >>> 16;
  const yLow = y & 0xffff;
  const middle = xHigh * yLow + ((xLow * yLow) >>> 16);
  const carry = xLow * yHigh + (middle % 65536);
  return (xHigh * yHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0;
}

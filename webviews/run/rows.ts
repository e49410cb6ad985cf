/**
 * All metric rows of a run in growing columns, with the running sums that the other horizontal axes need.
 * Appending costs nothing per row already there, so a million rows stay live; views get subarrays, never copies.
 */
import { lowerBound } from "../kit/envelope.ts";
import type { MetricColumns } from "../../trainer/protocol/metrics.ts";

/** Sums of active layers are kept at every `stride`-th row, so that counting over any range touches at most 2 x stride rows. */
const stride = 256;

const bitCounts = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
});

export class Rows {
  /** Rows held; the columns below are valid up to here. */
  length = 0;
  step = new Float64Array(0);
  /** Before the row's step: tokens, layer FLOPs, seconds of training. */
  tokensBefore = new Float64Array(0);
  flopsBefore = new Float64Array(0);
  secondsBefore = new Float64Array(0);
  loss = new Float32Array(0);
  gradientNorm = new Float32Array(0);
  learningRate = new Float64Array(0);
  stage = new Uint16Array(0);
  launch = new Uint16Array(0);
  layerFlops = new Float64Array(0);
  stepMilliseconds = new Float32Array(0);
  tokensPerSecond = new Float32Array(0);
  activeLayers = new Uint8Array(0);
  /** Active layers of the row's step. */
  activeCount = new Uint16Array(0);
  readonly layers: number;
  readonly bytesPerRow: number;
  readonly tokensPerStep: number;
  /** [block][layer]: steps before row `block * stride` in which the layer ran. */
  #sums: Uint32Array[] = [];

  constructor(layers: number, tokensPerStep: number) {
    this.layers = layers;
    this.bytesPerRow = Math.ceil(layers / 8);
    this.tokensPerStep = tokensPerStep;
  }

  /** Appends rows; one whose step is not after the last drops that step and all later ones first (a resume went back). */
  append(from: MetricColumns): void {
    this.#reserve(this.length + from.length);
    let begin = 0;
    while (begin < from.length) {
      const step = from.step[begin] ?? 0;
      if (this.length > 0 && step <= (this.step[this.length - 1] ?? 0)) {
        this.length = lowerBound(this.step, this.length, step);
        this.#sums.length = Math.min(this.#sums.length, Math.ceil(this.length / stride));
      }
      let end = begin + 1;
      while (end < from.length && (from.step[end] ?? 0) > (from.step[end - 1] ?? 0)) end++;
      this.#appendRising(from, begin, end);
      begin = end;
    }
  }

  /** Index of the first row at or after `step`. */
  indexOf(step: number): number {
    const guess = Math.ceil(step) - (this.step[0] ?? 0);
    if (guess >= 0 && guess < this.length && this.step[guess] === Math.ceil(step)) return guess;
    return lowerBound(this.step, this.length, step);
  }

  /** Optimizer steps completed. */
  get completed(): number {
    return this.length === 0 ? 0 : (this.step[this.length - 1] ?? 0) + 1;
  }

  /** Seconds of training and layer FLOPs up to the end of the last row. */
  get seconds(): number {
    return this.#end(this.secondsBefore, (this.stepMilliseconds[this.length - 1] ?? 0) / 1000);
  }

  get flops(): number {
    return this.#end(this.flopsBefore, this.layerFlops[this.length - 1] ?? 0);
  }

  isActive(row: number, layer: number): boolean {
    return (((this.activeLayers[row * this.bytesPerRow + (layer >> 3)] ?? 0) >> (layer & 7)) & 1) === 1;
  }

  /** Per layer, the number of rows in [from, to) in which it ran. */
  activity(from: number, to: number): Uint32Array {
    const after = this.#before(to);
    const before = this.#before(from);
    for (let layer = 0; layer < this.layers; layer++) after[layer] = (after[layer] ?? 0) - (before[layer] ?? 0);
    return after;
  }

  #end(sums: Float64Array, last: number): number {
    return this.length === 0 ? 0 : (sums[this.length - 1] ?? 0) + last;
  }

  #before(row: number): Uint32Array {
    const block = Math.min(Math.floor(row / stride), this.#sums.length - 1);
    const sums = this.#sums[block]?.slice() ?? new Uint32Array(this.layers);
    for (let index = Math.max(0, block) * stride; index < row; index++) this.#count(sums, index);
    return sums;
  }

  #count(sums: Uint32Array, row: number): void {
    for (let layer = 0; layer < this.layers; layer++) {
      if (this.isActive(row, layer)) sums[layer] = (sums[layer] ?? 0) + 1;
    }
  }

  /** Rows [begin, end) of rising steps, all after the last row held. Whole columns at a time: a hydrate may bring a million. */
  #appendRising(from: MetricColumns, begin: number, end: number): void {
    const start = this.length;
    const length = start + end - begin;
    this.step.set(from.step.subarray(begin, end), start);
    this.loss.set(from.loss.subarray(begin, end), start);
    this.gradientNorm.set(from.gradientNorm.subarray(begin, end), start);
    this.learningRate.set(from.learningRate.subarray(begin, end), start);
    this.stage.set(from.stage.subarray(begin, end), start);
    this.launch.set(from.launch.subarray(begin, end), start);
    this.layerFlops.set(from.layerFlops.subarray(begin, end), start);
    this.stepMilliseconds.set(from.stepMilliseconds.subarray(begin, end), start);
    this.tokensPerSecond.set(from.tokensPerSecond.subarray(begin, end), start);
    this.#copyActive(from, begin, end);
    const { step, tokensBefore, flopsBefore, secondsBefore, layerFlops, stepMilliseconds } = this;
    let flops = this.flops;
    let seconds = this.seconds;
    for (let row = start; row < length; row++) {
      tokensBefore[row] = (step[row] ?? 0) * this.tokensPerStep;
      flopsBefore[row] = flops;
      secondsBefore[row] = seconds;
      flops += layerFlops[row] ?? 0;
      seconds += (stepMilliseconds[row] ?? 0) / 1000;
    }
    this.length = length;
    for (let block = Math.ceil(start / stride); block * stride < length; block++) {
      this.#sums[block] = this.#before(block * stride);
    }
  }

  /** Bits of layers that the plan does not have are left out, so that counts cannot exceed it. */
  #copyActive(from: MetricColumns, begin: number, end: number): void {
    const { bytesPerRow, activeLayers, activeCount } = this;
    const lastMask = this.layers % 8 === 0 ? 0xff : (1 << (this.layers % 8)) - 1;
    let target = this.length * bytesPerRow;
    for (let index = begin; index < end; index++) {
      let active = 0;
      for (let byte = 0; byte < bytesPerRow; byte++) {
        const held = byte < from.bytesPerRow ? (from.activeLayers[index * from.bytesPerRow + byte] ?? 0) : 0;
        const bits = byte === bytesPerRow - 1 ? held & lastMask : held;
        activeLayers[target++] = bits;
        active += bitCounts[bits] ?? 0;
      }
      activeCount[this.length + index - begin] = active;
    }
  }

  #reserve(rows: number): void {
    if (rows <= this.step.length) return;
    const capacity = Math.max(1024, rows, this.step.length * 2);
    this.step = grown(this.step, new Float64Array(capacity));
    this.tokensBefore = grown(this.tokensBefore, new Float64Array(capacity));
    this.flopsBefore = grown(this.flopsBefore, new Float64Array(capacity));
    this.secondsBefore = grown(this.secondsBefore, new Float64Array(capacity));
    this.loss = grown(this.loss, new Float32Array(capacity));
    this.gradientNorm = grown(this.gradientNorm, new Float32Array(capacity));
    this.learningRate = grown(this.learningRate, new Float64Array(capacity));
    this.stage = grown(this.stage, new Uint16Array(capacity));
    this.launch = grown(this.launch, new Uint16Array(capacity));
    this.layerFlops = grown(this.layerFlops, new Float64Array(capacity));
    this.stepMilliseconds = grown(this.stepMilliseconds, new Float32Array(capacity));
    this.tokensPerSecond = grown(this.tokensPerSecond, new Float32Array(capacity));
    this.activeLayers = grown(this.activeLayers, new Uint8Array(capacity * this.bytesPerRow));
    this.activeCount = grown(this.activeCount, new Uint16Array(capacity));
  }
}

function grown<T extends Float64Array | Float32Array | Uint16Array | Uint8Array>(old: T, fresh: T): T {
  fresh.set(old);
  return fresh;
}

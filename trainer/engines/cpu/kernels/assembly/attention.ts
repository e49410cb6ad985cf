/** Multi-head attention, one unit per (batch, head): its products are small enough for one thread's cache. */
import { productPrivate } from "./gemm";
import { dropoutScales } from "./philox";
import { softmaxRow } from "./softmax";
import { freeOffset, next, scratch } from "./state";
import { horizontalSum, laneMask, madd, splat, storeLanes } from "./vector";
import { address, number, word } from "./words";

/** Words 1 to 4: B, T, H, dh; 8: 1 / sqrt(dh); 9: bytes of one packed operand; 10: dropout, its words from 11. */
export function attentionForward(p: usize): void {
  const B = word(p, 1);
  const T = word(p, 2);
  const H = word(p, 3);
  const dh = word(p, 4);
  const qkv = address(p, 5);
  const probabilities = address(p, 6);
  const out = address(p, 7);
  const scale = number(p, 8);
  const dropout = word(p, 10);
  const D = H * dh;
  const packed = scratch + freeOffset;
  const kept = packed + address(p, 9);
  for (let u = next(); u < B * H; u = next()) {
    const b = u / H;
    const h = u % H;
    const q = qkv + ((<usize>(b * T * 3 * D + h * dh)) << 2);
    const k = q + ((<usize>D) << 2);
    const v = k + ((<usize>D) << 2);
    let weights = probabilities + ((<usize>(u * T * T)) << 2);
    productPrivate(0, 1, T, T, dh, q, 3 * D, k, 3 * D, weights, T, packed);
    for (let i = 0; i < T; i++) softmaxRow(weights + ((<usize>(i * T)) << 2), T, scale);
    if (dropout) {
      dropoutScales(p + 44, u * T * T, T * T, kept);
      multiplyInto(kept, weights, T * T);
      weights = kept;
    }
    productPrivate(0, 0, T, dh, T, weights, T, v, 3 * D, out + ((<usize>(b * T * D + h * dh)) << 2), D, packed);
  }
}

export function attentionBackward(p: usize): void {
  const B = word(p, 1);
  const T = word(p, 2);
  const H = word(p, 3);
  const dh = word(p, 4);
  const qkv = address(p, 5);
  const probabilities = address(p, 6);
  const gradOut = address(p, 7);
  const scale = number(p, 8);
  const dropout = word(p, 10);
  const gradQkv = address(p, 17);
  const D = H * dh;
  const packed = scratch + freeOffset;
  const gradScores = packed + address(p, 9);
  const factors = gradScores + ((<usize>(T * T + 32)) << 2);
  const kept = factors + ((<usize>(T * T + 32)) << 2);
  for (let u = next(); u < B * H; u = next()) {
    const b = u / H;
    const h = u % H;
    const at = (<usize>(b * T * 3 * D + h * dh)) << 2;
    const part = (<usize>D) << 2;
    const q = qkv + at;
    const k = q + part;
    const v = k + part;
    const gradQ = gradQkv + at;
    const gradK = gradQ + part;
    const gradV = gradK + part;
    const g = gradOut + ((<usize>(b * T * D + h * dh)) << 2);
    const weights = probabilities + ((<usize>(u * T * T)) << 2);
    let used = weights;
    if (dropout) {
      dropoutScales(p + 44, u * T * T, T * T, factors);
      memory.copy(kept, factors, (<usize>(T * T)) << 2);
      multiplyInto(kept, weights, T * T);
      used = kept;
    }
    productPrivate(1, 0, T, dh, T, used, T, g, D, gradV, 3 * D, packed);
    productPrivate(0, 1, T, T, dh, g, D, v, 3 * D, gradScores, T, packed);
    if (dropout) multiplyInto(gradScores, factors, T * T);
    for (let i = 0; i < T; i++) {
      const row = (<usize>(i * T)) << 2;
      softmaxBackwardRow(gradScores + row, weights + row, T, scale);
    }
    productPrivate(0, 0, T, dh, T, gradScores, T, k, 3 * D, gradQ, 3 * D, packed);
    productPrivate(1, 0, T, dh, T, gradScores, T, q, 3 * D, gradK, 3 * D, packed);
  }
}

/** x = scale * y * (x - sum(x y)), n floats: d scores from d probabilities x and probabilities y. */
function softmaxBackwardRow(x: usize, y: usize, n: i32, scale: f32): void {
  const whole = n & ~3;
  const end = (<usize>whole) << 2;
  let dot = splat(0);
  for (let o: usize = 0; o < end; o += 16) dot = madd(v128.load(x + o), v128.load(y + o), dot);
  const left = n - whole;
  if (left > 0) {
    const mask = laneMask(left);
    dot = madd(v128.and(v128.load(x + end), mask), v128.and(v128.load(y + end), mask), dot);
  }
  const sum = splat(horizontalSum(dot));
  const s = splat(scale);
  for (let i = 0; i < n; i += 4) {
    const o = (<usize>i) << 2;
    const d = f32x4.mul(f32x4.mul(v128.load(y + o), s), f32x4.sub(v128.load(x + o), sum));
    storeLanes(x + o, d, n - i);
  }
}

/** x *= y, n floats; x is private and padded. */
function multiplyInto(x: usize, y: usize, n: i32): void {
  const end = (<usize>n) << 2;
  for (let o: usize = 0; o < end; o += 16) v128.store(x + o, f32x4.mul(v128.load(x + o), v128.load(y + o)));
}

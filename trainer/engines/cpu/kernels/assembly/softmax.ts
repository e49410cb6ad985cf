/** Softmax of a row, and cross-entropy with its gradient, in place. */
import { exp, log } from "./math";
import { scratch, tailOffset } from "./state";
import { horizontalMax, horizontalSum, madd, splat } from "./vector";

/** x = softmax(scale x), n floats. */
export function softmaxRow(x: usize, n: i32, scale: f32): void {
  const peak = maximum(x, n) * scale;
  const sum = exponentials(x, n, scale, -peak);
  multiplyRow(x, n, 1 / sum);
}

/**
 * The loss of one row of logits, 0 for label -1. With `wantGradient` the row becomes gradScale * d loss / d logits,
 * else it stays.
 */
export function crossEntropy(x: usize, n: i32, label: i32, loss: usize, wantGradient: i32, gradScale: f32): void {
  const row = (<usize>n) << 2;
  if (label < 0) {
    store<f32>(loss, 0);
    if (wantGradient) memory.fill(x, 0, row);
    return;
  }
  if (label >= n) unreachable();
  const at = x + ((<usize>label) << 2);
  const chosen = load<f32>(at);
  const peak = maximum(x, n);
  if (wantGradient) {
    const sum = exponentials(x, n, 1, -peak);
    multiplyRow(x, n, gradScale / sum);
    store<f32>(at, load<f32>(at) - gradScale);
    store<f32>(loss, peak + log(sum) - chosen);
  } else {
    store<f32>(loss, peak + log(exponentialSum(x, n, -peak)) - chosen);
  }
}

function maximum(x: usize, n: i32): f32 {
  const whole = n & ~7;
  let peak: f32 = load<f32>(x);
  if (whole > 0) {
    let m0 = v128.load(x);
    let m1 = v128.load(x, 16);
    const end = x + ((<usize>whole) << 2);
    for (let p = x + 32; p < end; p += 32) {
      m0 = f32x4.pmax(m0, v128.load(p));
      m1 = f32x4.pmax(m1, v128.load(p, 16));
    }
    peak = horizontalMax(f32x4.pmax(m0, m1));
  }
  for (let i = whole; i < n; i++) peak = max(peak, load<f32>(x + ((<usize>i) << 2)));
  return peak;
}

/** x = exp(scale x + shift) in place; returns the sum, in a fixed order. */
function exponentials(x: usize, n: i32, scale: f32, shift: f32): f32 {
  const whole = n & ~7;
  const s = splat(scale);
  const h = splat(shift);
  let s0 = splat(0);
  let s1 = splat(0);
  const end = x + ((<usize>whole) << 2);
  for (let p = x; p < end; p += 32) {
    const a = exp(madd(v128.load(p), s, h));
    const b = exp(madd(v128.load(p, 16), s, h));
    v128.store(p, a);
    v128.store(p, b, 16);
    s0 = f32x4.add(s0, a);
    s1 = f32x4.add(s1, b);
  }
  let sum = horizontalSum(f32x4.add(s0, s1));
  const left = n - whole;
  if (left > 0) {
    const tail = scratch + tailOffset;
    v128.store(tail, exp(madd(v128.load(end), s, h)));
    v128.store(tail, exp(madd(v128.load(end, 16), s, h)), 16);
    memory.copy(end, tail, (<usize>left) << 2);
    for (let i = 0; i < left; i++) sum += load<f32>(tail + ((<usize>i) << 2));
  }
  return sum;
}

/** The sum that `exponentials` returns at scale 1, without touching x. */
function exponentialSum(x: usize, n: i32, shift: f32): f32 {
  const whole = n & ~7;
  const h = splat(shift);
  const one = splat(1);
  let s0 = splat(0);
  let s1 = splat(0);
  const end = x + ((<usize>whole) << 2);
  for (let p = x; p < end; p += 32) {
    s0 = f32x4.add(s0, exp(madd(v128.load(p), one, h)));
    s1 = f32x4.add(s1, exp(madd(v128.load(p, 16), one, h)));
  }
  let sum = horizontalSum(f32x4.add(s0, s1));
  const left = n - whole;
  if (left > 0) {
    const tail = scratch + tailOffset;
    v128.store(tail, exp(madd(v128.load(end), one, h)));
    v128.store(tail, exp(madd(v128.load(end, 16), one, h)), 16);
    for (let i = 0; i < left; i++) sum += load<f32>(tail + ((<usize>i) << 2));
  }
  return sum;
}

function multiplyRow(x: usize, n: i32, factor: f32): void {
  const f = splat(factor);
  const whole = n & ~3;
  const end = x + ((<usize>whole) << 2);
  for (let p = x; p < end; p += 16) v128.store(p, f32x4.mul(v128.load(p), f));
  for (let i = whole; i < n; i++) {
    const p = x + ((<usize>i) << 2);
    store<f32>(p, load<f32>(p) * factor);
  }
}

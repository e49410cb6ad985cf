/** Layer norm over the last axis. Units of 32 rows; each unit leaves its partial sums for gamma and beta. */
import { next } from "./state";
import { horizontalSum, laneMask, madd, splat, storeLanes } from "./vector";
import { address, number, word } from "./words";

const unitRows: i32 = 32;

export function layerNormForward(p: usize): void {
  const N = word(p, 1);
  const D = word(p, 2);
  const x = address(p, 3);
  const gamma = address(p, 4);
  const beta = address(p, 5);
  const out = address(p, 6);
  const statistics = address(p, 7);
  const epsilon = number(p, 8);
  const units = (N + unitRows - 1) / unitRows;
  const row = (<usize>D) << 2;
  for (let u = next(); u < units; u = next()) {
    const end = min(N, u * unitRows + unitRows);
    for (let r = u * unitRows; r < end; r++) {
      forwardRow(D, x + <usize>r * row, gamma, beta, out + <usize>r * row, statistics + ((<usize>r) << 3), epsilon);
    }
  }
}

function forwardRow(D: i32, x: usize, gamma: usize, beta: usize, y: usize, statistics: usize, epsilon: f32): void {
  const whole = D & ~7;
  const end = (<usize>whole) << 2;
  let s0 = splat(0);
  let s1 = splat(0);
  for (let o: usize = 0; o < end; o += 32) {
    s0 = f32x4.add(s0, v128.load(x + o));
    s1 = f32x4.add(s1, v128.load(x + o, 16));
  }
  for (let i = whole; i < D; i += 4) {
    s0 = f32x4.add(s0, v128.and(v128.load(x + ((<usize>i) << 2)), laneMask(D - i)));
  }
  const mean = horizontalSum(f32x4.add(s0, s1)) / <f32>D;
  const m = splat(mean);
  s0 = splat(0);
  s1 = splat(0);
  for (let o: usize = 0; o < end; o += 32) {
    const a = f32x4.sub(v128.load(x + o), m);
    const b = f32x4.sub(v128.load(x + o, 16), m);
    s0 = madd(a, a, s0);
    s1 = madd(b, b, s1);
  }
  for (let i = whole; i < D; i += 4) {
    const a = v128.and(f32x4.sub(v128.load(x + ((<usize>i) << 2)), m), laneMask(D - i));
    s0 = madd(a, a, s0);
  }
  // A vector's root: V8 encodes the scalar one without VEX, which stalls while upper halves of 256-bit registers are in use.
  const variance = horizontalSum(f32x4.add(s0, s1)) / <f32>D;
  const r = f32x4.div(splat(1), f32x4.sqrt(splat(variance + epsilon)));
  store<f32>(statistics, mean);
  store<f32>(statistics, f32x4.extract_lane(r, 0), 4);
  for (let o: usize = 0; o < end; o += 32) {
    const a = f32x4.mul(f32x4.sub(v128.load(x + o), m), r);
    const b = f32x4.mul(f32x4.sub(v128.load(x + o, 16), m), r);
    v128.store(y + o, madd(a, v128.load(gamma + o), v128.load(beta + o)));
    v128.store(y + o, madd(b, v128.load(gamma + o, 16), v128.load(beta + o, 16)), 16);
  }
  for (let i = whole; i < D; i += 4) {
    const o = (<usize>i) << 2;
    const a = f32x4.mul(f32x4.sub(v128.load(x + o), m), r);
    storeLanes(y + o, madd(a, v128.load(gamma + o), v128.load(beta + o)), D - i);
  }
}

/** Partials: [units][2][stride] floats, gamma's then beta's; `stride` is D rounded up to 8. */
export function layerNormBackward(p: usize): void {
  const N = word(p, 1);
  const D = word(p, 2);
  const x = address(p, 3);
  const gamma = address(p, 4);
  const statistics = address(p, 5);
  const gradOut = address(p, 6);
  const gradX = address(p, 7);
  const add = address(p, 8);
  const partials = address(p, 9);
  const stride = (<usize>((D + 7) & ~7)) << 2;
  const units = (N + unitRows - 1) / unitRows;
  const row = (<usize>D) << 2;
  for (let u = next(); u < units; u = next()) {
    const partGamma = partials + <usize>u * stride * 2;
    memory.fill(partGamma, 0, stride * 2);
    const end = min(N, u * unitRows + unitRows);
    for (let r = u * unitRows; r < end; r++) {
      const at = <usize>r * row;
      const s = statistics + ((<usize>r) << 3);
      backwardRow(
        D,
        x + at,
        gamma,
        load<f32>(s),
        load<f32>(s, 4),
        gradOut + at,
        gradX + at,
        add ? add + at : 0,
        partGamma,
        partGamma + stride,
      );
    }
  }
}

function backwardRow(
  D: i32,
  x: usize,
  gamma: usize,
  mean: f32,
  inverse: f32,
  gradOut: usize,
  gradX: usize,
  add: usize,
  partGamma: usize,
  partBeta: usize,
): void {
  const m = splat(mean);
  const r = splat(inverse);
  const whole = D & ~3;
  const end = (<usize>whole) << 2;
  let sum = splat(0);
  let dot = splat(0);
  for (let o: usize = 0; o < end; o += 16) {
    const g = v128.load(gradOut + o);
    const h = f32x4.mul(f32x4.sub(v128.load(x + o), m), r);
    const w = f32x4.mul(g, v128.load(gamma + o));
    sum = f32x4.add(sum, w);
    dot = madd(w, h, dot);
    v128.store(partGamma + o, madd(g, h, v128.load(partGamma + o)));
    v128.store(partBeta + o, f32x4.add(g, v128.load(partBeta + o)));
  }
  const left = D - whole;
  if (left > 0) {
    const mask = laneMask(left);
    const g = v128.and(v128.load(gradOut + end), mask);
    const h = v128.and(f32x4.mul(f32x4.sub(v128.load(x + end), m), r), mask);
    const w = v128.and(f32x4.mul(g, v128.load(gamma + end)), mask);
    sum = f32x4.add(sum, w);
    dot = madd(w, h, dot);
    v128.store(partGamma + end, madd(g, h, v128.load(partGamma + end)));
    v128.store(partBeta + end, f32x4.add(g, v128.load(partBeta + end)));
  }
  const a = splat(-horizontalSum(sum) / <f32>D);
  const b = splat(-horizontalSum(dot) / <f32>D);
  for (let i = 0; i < D; i += 4) {
    const o = (<usize>i) << 2;
    const h = f32x4.mul(f32x4.sub(v128.load(x + o), m), r);
    // Rounded as in the sums above: at width 1 the difference is then exactly 0.
    const w = f32x4.mul(v128.load(gradOut + o), v128.load(gamma + o));
    let d = f32x4.mul(f32x4.add(w, madd(h, b, a)), r);
    if (add) d = f32x4.add(d, v128.load(add + o));
    storeLanes(gradX + o, d, D - i);
  }
}

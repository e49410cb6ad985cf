/**
 * exp, log and the exact GELU.
 * Constants are read from a table in memory: V8 rebuilds every v128.const inside loops (three instructions each),
 * while a splatting load folds into the instruction that uses it.
 */
import { madd, splat } from "./vector";

const table: usize = memory.data<f32>([
  87, -86, 1.44269504, 12582912, -0.693359375, 2.1219444e-4, 1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3,
  4.1665795894e-2, 1.6666665459e-1, 0.5, 1, -0.5, 0.23164189, 0.5307027145, -0.7265760135, 0.7107068705, -0.142248368,
  0.127414796, 0.3989422804,
]);

// @ts-ignore: decorator
@inline
function constant(index: usize): v128 {
  return v128.load_splat<f32>(table + (index << 2));
}

/** e^x, relative error below 3e-7 (Cephes expf), input clamped to [-86, 87]. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const c = f32x4.pmax(f32x4.pmin(x, constant(0)), constant(1));
  const t = madd(c, constant(2), constant(3)); // 1.5 * 2^23 + round(x / ln 2): the integer lies in the low bits
  const n = f32x4.sub(t, constant(3));
  let r = madd(n, constant(4), c);
  r = madd(n, constant(5), r);
  let p = madd(r, constant(6), constant(7));
  p = madd(p, r, constant(8));
  p = madd(p, r, constant(9));
  p = madd(p, r, constant(10));
  p = madd(p, r, constant(11));
  p = madd(p, f32x4.mul(r, r), f32x4.add(r, constant(12)));
  return i32x4.add(p, i32x4.shl(t, 23));
}

/** exp(-x^2/2), shared by the normal distribution function and its density. */
// @ts-ignore: decorator
@inline
function bell(x: v128): v128 {
  return exp(f32x4.mul(f32x4.mul(x, x), constant(13)));
}

/** The normal distribution function by Abramowitz and Stegun 7.1.26, absolute error below 1e-7; e = bell(x). */
// @ts-ignore: decorator
@inline
function normalCdf(x: v128, e: v128): v128 {
  const t = f32x4.div(constant(12), madd(f32x4.abs(x), constant(14), constant(12)));
  let q = madd(t, constant(15), constant(16));
  q = madd(q, t, constant(17));
  q = madd(q, t, constant(18));
  q = madd(q, t, constant(19));
  q = f32x4.mul(f32x4.mul(q, t), e);
  return v128.bitselect(q, f32x4.sub(constant(12), q), i32x4.shr_s(x, 31));
}

// @ts-ignore: decorator
@inline
export function gelu(x: v128): v128 {
  return f32x4.mul(x, normalCdf(x, bell(x)));
}

// @ts-ignore: decorator
@inline
export function geluDerivative(x: v128): v128 {
  const e = bell(x);
  return madd(f32x4.mul(x, constant(20)), e, normalCdf(x, e));
}

/** ln x for normal x > 0, by atanh in float64: x = m 2^e with m in [sqrt(1/2), sqrt 2). */
export function log(x: f32): f32 {
  const bits = reinterpret<i32>(x);
  const e = (bits - 0x3f3504f3) >> 23;
  const m = <f64>reinterpret<f32>(bits - (e << 23));
  const s = (m - 1) / (m + 1);
  const z = s * s;
  const series = 1 + z * (1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7 + z * (1.0 / 9 + z * (1.0 / 11)))));
  return <f32>(<f64>e * 0.6931471805599453 + 2 * s * series);
}

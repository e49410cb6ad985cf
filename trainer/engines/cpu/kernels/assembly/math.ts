/**
 * exp, log and the exact GELU.
 * Constants are read from a table in memory: V8 rebuilds every v128.const inside loops (three instructions each),
 * while a splatting load folds into the instruction that uses it.
 */
import { madd, splat } from "./vector";

const table: usize = memory.data<f32>([
  // exp: 0 to 12
  87, -86, 1.44269504, 12582912, -0.693359375, 2.1219444e-4, 1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3,
  4.1665795894e-2, 1.6666665459e-1, 0.5, 1,
  // bell: 13, 14
  -0.5, 0.3989422804,
  // normalCdf: 15 to 29
  0.70710678, 4, -4, -2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5,
  -7.34990630326855e-4, -2.954599808540250e-3, -1.609603332624150e-2, -1.45660718464996e-5, -2.13374055278905e-4,
  -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2,
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

/**
 * The normal distribution function (1 + erf(x / sqrt 2)) / 2, absolute error below 2e-7. erf is the rational
 * approximation of Eigen (odd degree 13 over even degree 8, on [-4, 4]): one division and no exponential.
 */
// @ts-ignore: decorator
@inline
function normalCdf(x: v128): v128 {
  const z = f32x4.pmax(f32x4.pmin(f32x4.mul(x, constant(15)), constant(16)), constant(17));
  const s = f32x4.mul(z, z);
  let p = madd(s, constant(18), constant(19));
  p = madd(s, p, constant(20));
  p = madd(s, p, constant(21));
  p = madd(s, p, constant(22));
  p = madd(s, p, constant(23));
  p = madd(s, p, constant(24));
  let q = madd(s, constant(25), constant(26));
  q = madd(s, q, constant(27));
  q = madd(s, q, constant(28));
  q = madd(s, q, constant(29));
  return madd(f32x4.div(f32x4.mul(z, p), q), constant(11), constant(11));
}

/** x times the normal distribution function: exact GELU, absolute error below 1e-6. */
// @ts-ignore: decorator
@inline
export function gelu(x: v128): v128 {
  return f32x4.mul(x, normalCdf(x));
}

/** Distribution function + x times density. */
// @ts-ignore: decorator
@inline
export function geluDerivative(x: v128): v128 {
  const bell = exp(f32x4.mul(f32x4.mul(x, x), constant(13)));
  return madd(f32x4.mul(x, constant(14)), bell, normalCdf(x));
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

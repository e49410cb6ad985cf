/** Sums in fixed order: per unit of fixed size first, then the units one after another. */
import { next } from "./state";
import { splat, storeLanes } from "./vector";
import { address, number, word } from "./words";

const unitRows: i32 = 32;
const unitColumns: i32 = 16;
const unitFloats: i32 = 8192;

/** target[c] = (overwrite ? 0 : target[c]) + sum over rows of x[r][c]: units of 16 columns, row groups of 32 summed apart. */
export function columnSums(p: usize): void {
  const rows = word(p, 1);
  const columns = word(p, 2);
  const x = address(p, 3);
  const stride = <usize>word(p, 4) << 2;
  const target = address(p, 5);
  const overwrite = word(p, 6);
  const units = (columns + unitColumns - 1) / unitColumns;
  for (let u = next(); u < units; u = next()) {
    const c = u * unitColumns;
    const base = x + (<usize>c << 2);
    let t0 = splat(0);
    let t1 = splat(0);
    let t2 = splat(0);
    let t3 = splat(0);
    for (let r = 0; r < rows; r += unitRows) {
      let s0 = splat(0);
      let s1 = splat(0);
      let s2 = splat(0);
      let s3 = splat(0);
      const end = base + <usize>min(rows, r + unitRows) * stride;
      for (let q = base + <usize>r * stride; q < end; q += stride) {
        s0 = f32x4.add(s0, v128.load(q));
        s1 = f32x4.add(s1, v128.load(q, 16));
        s2 = f32x4.add(s2, v128.load(q, 32));
        s3 = f32x4.add(s3, v128.load(q, 48));
      }
      t0 = f32x4.add(t0, s0);
      t1 = f32x4.add(t1, s1);
      t2 = f32x4.add(t2, s2);
      t3 = f32x4.add(t3, s3);
    }
    const y = target + (<usize>c << 2);
    const left = columns - c;
    finish(y, t0, overwrite, left);
    if (left > 4) finish(y + 16, t1, overwrite, left - 4);
    if (left > 8) finish(y + 32, t2, overwrite, left - 8);
    if (left > 12) finish(y + 48, t3, overwrite, left - 12);
  }
}

// @ts-ignore: decorator
@inline
function finish(y: usize, sum: v128, overwrite: i32, left: i32): void {
  storeLanes(y, overwrite ? sum : f32x4.add(v128.load(y), sum), left);
}

/** out[0] = scale * sum(x), in float64 over the whole of x by one thread: for losses, which are few. */
export function sumAll(p: usize): void {
  if (next() != 0) return;
  const n = word(p, 1);
  const x = address(p, 2);
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += <f64>load<f32>(x + (<usize>i << 2));
  store<f32>(address(p, 3), <f32>(sum * <f64>number(p, 4)));
}

/** partials[u] = sum of squares of one unit, float64 (a float32 square overflows long before the value does). */
export function sumSquares(p: usize): void {
  const n = word(p, 1);
  const x = address(p, 2);
  const partials = address(p, 3);
  const units = (n + unitFloats - 1) / unitFloats;
  for (let u = next(); u < units; u = next()) {
    const first = u * unitFloats;
    const count = min(unitFloats, n - first);
    const whole = count & ~3;
    let q = x + (<usize>first << 2);
    const end = q + (<usize>whole << 2);
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    for (; q < end; q += 16) {
      const v = v128.load(q);
      const low = f64x2.promote_low_f32x4(v);
      const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1));
      s0 = f64x2.add(s0, f64x2.mul(low, low));
      s1 = f64x2.add(s1, f64x2.mul(high, high));
    }
    const s = f64x2.add(s0, s1);
    let sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
    for (let i = whole; i < count; i++, q += 4) {
      const v = <f64>load<f32>(q);
      sum += v * v;
    }
    store<f64>(partials + (<usize>u << 3), sum);
  }
}

/** out = [norm, clip coefficient, all finite], from n partial sums of squares. */
export function normFinish(p: usize): void {
  if (next() != 0) return;
  const n = word(p, 1);
  const partials = address(p, 2);
  const out = address(p, 3);
  const maxNorm = <f64>number(p, 4);
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += load<f64>(partials + (<usize>i << 3));
  const norm = sqrt<f64>(sum);
  store<f32>(out, <f32>norm);
  store<f32>(out, maxNorm > 0 && norm > maxNorm ? <f32>(maxNorm / norm) : <f32>1, 4);
  store<f32>(out, isFinite<f64>(sum) ? <f32>1 : <f32>0, 8);
}

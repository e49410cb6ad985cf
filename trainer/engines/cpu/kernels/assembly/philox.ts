/**
 * Philox 4x32-10 for dropout, the layout of `trainer/plan/random.ts`: counter (index / 4, step, stream, 0), key the seed,
 * word index mod 4. Four blocks at a time, one to a lane.
 */
import { word } from "./words";

/**
 * target[i] = 0 or 1 / (1 - rate) for element first + i of the draw at `p`: words step, stream, seed low, seed high,
 * threshold (kept when bits >= threshold), factor. Writes up to 3 floats before `target` and 19 beyond `count`.
 */
export function dropoutScales(p: usize, first: i32, count: i32, target: usize): void {
  const threshold = i32x4.splat(word(p, 4));
  const factor = i32x4.splat(word(p, 5));
  const lanes = i32x4(0, 1, 2, 3);
  const offset = first & 3;
  const end = target + ((<usize>count) << 2);
  let block = <i32>((<u32>first) >> 2);
  for (let y = target - ((<usize>offset) << 2); y < end; y += 64) {
    let c0 = i32x4.add(i32x4.splat(block), lanes);
    let c1 = i32x4.splat(word(p, 0));
    let c2 = i32x4.splat(word(p, 1));
    let c3 = i32x4.splat(0);
    let k0 = word(p, 2);
    let k1 = word(p, 3);
    for (let round = 0; round < 10; round++) {
      const m0 = i32x4.splat(0xd2511f53);
      const m1 = i32x4.splat(0xcd9e8d57);
      const a = i64x2.extmul_low_i32x4_u(c0, m0);
      const b = i64x2.extmul_high_i32x4_u(c0, m0);
      const c = i64x2.extmul_low_i32x4_u(c2, m1);
      const d = i64x2.extmul_high_i32x4_u(c2, m1);
      const low0 = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
      const high0 = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
      const low1 = v128.shuffle<i32>(c, d, 0, 2, 4, 6);
      const high1 = v128.shuffle<i32>(c, d, 1, 3, 5, 7);
      c0 = v128.xor(v128.xor(high1, c1), i32x4.splat(k0));
      c2 = v128.xor(v128.xor(high0, c3), i32x4.splat(k1));
      c1 = low1;
      c3 = low0;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    const f0 = v128.and(i32x4.ge_u(c0, threshold), factor);
    const f1 = v128.and(i32x4.ge_u(c1, threshold), factor);
    const f2 = v128.and(i32x4.ge_u(c2, threshold), factor);
    const f3 = v128.and(i32x4.ge_u(c3, threshold), factor);
    const t0 = v128.shuffle<i32>(f0, f1, 0, 4, 1, 5);
    const t1 = v128.shuffle<i32>(f0, f1, 2, 6, 3, 7);
    const t2 = v128.shuffle<i32>(f2, f3, 0, 4, 1, 5);
    const t3 = v128.shuffle<i32>(f2, f3, 2, 6, 3, 7);
    v128.store(y, v128.shuffle<i32>(t0, t2, 0, 1, 4, 5));
    v128.store(y, v128.shuffle<i32>(t0, t2, 2, 3, 6, 7), 16);
    v128.store(y, v128.shuffle<i32>(t1, t3, 0, 1, 4, 5), 32);
    v128.store(y, v128.shuffle<i32>(t1, t3, 2, 3, 6, 7), 48);
    block += 4;
  }
}

/**
 * Packing for the products: B into panels [K][panel] of consecutive columns, A into panels [k][6] of rows.
 * Columns and rows past the edge hold whatever lies there: their products are computed and never stored.
 */
import { next, panel } from "./state";

export const rowsPerPanel: i32 = 6;

/** Packs all of B by units of one panel. transposed = 0: B is [K,N]; 1: B is [N,K]. */
export function packShared(transposed: i32, K: i32, N: i32, B: usize, ldb: i32, target: usize): void {
  const panels = (N + panel - 1) / panel;
  const bytes = (<usize>(K * panel)) << 2;
  for (let p = next(); p < panels; p = next())
    packPanel(transposed, K, N, B, ldb, p * panel, target + <usize>p * bytes);
}

/** Packs all of B by the calling thread alone. */
export function packPrivate(transposed: i32, K: i32, N: i32, B: usize, ldb: i32, target: usize): void {
  const panels = (N + panel - 1) / panel;
  const bytes = (<usize>(K * panel)) << 2;
  for (let p = 0; p < panels; p++) packPanel(transposed, K, N, B, ldb, p * panel, target + <usize>p * bytes);
}

function packPanel(transposed: i32, K: i32, N: i32, B: usize, ldb: i32, n0: i32, target: usize): void {
  const stride = (<usize>ldb) << 2;
  if (transposed) {
    for (let g = 0; g < panel; g += 4) packTransposed4(K, N, B, stride, n0 + g, target + ((<usize>g) << 2));
    return;
  }
  let p = B + ((<usize>n0) << 2);
  if (panel == 8) {
    for (let k = 0; k < K; k++) {
      v128.store(target, v128.load(p));
      v128.store(target, v128.load(p, 16), 16);
      p += stride;
      target += 32;
    }
    return;
  }
  for (let k = 0; k < K; k++) {
    v128.store(target, v128.load(p));
    v128.store(target, v128.load(p, 16), 16);
    v128.store(target, v128.load(p, 32), 32);
    v128.store(target, v128.load(p, 48), 48);
    p += stride;
    target += 64;
  }
}

/** Four rows of B [N,K] into four columns of a panel, by 4x4 transposes. */
function packTransposed4(K: i32, N: i32, B: usize, stride: usize, n: i32, target: usize): void {
  const last = N - 1;
  let p0 = B + <usize>min(n, last) * stride;
  let p1 = B + <usize>min(n + 1, last) * stride;
  let p2 = B + <usize>min(n + 2, last) * stride;
  let p3 = B + <usize>min(n + 3, last) * stride;
  const step = (<usize>panel) << 2;
  let k = 0;
  for (; k + 4 <= K; k += 4) {
    const a = v128.load(p0);
    const b = v128.load(p1);
    const c = v128.load(p2);
    const d = v128.load(p3);
    const t0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const t1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const t2 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const t3 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(target, v128.shuffle<i32>(t0, t2, 0, 1, 4, 5));
    target += step;
    v128.store(target, v128.shuffle<i32>(t0, t2, 2, 3, 6, 7));
    target += step;
    v128.store(target, v128.shuffle<i32>(t1, t3, 0, 1, 4, 5));
    target += step;
    v128.store(target, v128.shuffle<i32>(t1, t3, 2, 3, 6, 7));
    target += step;
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
  for (; k < K; k++) {
    store<f32>(target, load<f32>(p0));
    store<f32>(target, load<f32>(p1), 4);
    store<f32>(target, load<f32>(p2), 8);
    store<f32>(target, load<f32>(p3), 12);
    target += step;
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
  }
}

/** `panels` panels of six rows from row m0, columns [k0, k0 + kc). transposed = 1: A is [K,M]. */
export function packA(
  transposed: i32,
  M: i32,
  A: usize,
  lda: i32,
  m0: i32,
  panels: i32,
  k0: i32,
  kc: i32,
  target: usize,
): void {
  const stride = (<usize>lda) << 2;
  for (let p = 0; p < panels; p++) {
    const row = m0 + p * rowsPerPanel;
    if (transposed) packColumns6(A + <usize>k0 * stride + ((<usize>row) << 2), stride, kc, target);
    else packRows6(A + ((<usize>k0) << 2), stride, row, M - 1, kc, target);
    target += (<usize>(kc * rowsPerPanel)) << 2;
  }
}

function packColumns6(source: usize, stride: usize, kc: i32, target: usize): void {
  for (let k = 0; k < kc; k++) {
    v128.store(target, v128.load(source));
    store<u64>(target, load<u64>(source, 16), 16);
    source += stride;
    target += 24;
  }
}

function packRows6(source: usize, stride: usize, row: i32, last: i32, kc: i32, target: usize): void {
  let p0 = source + <usize>row * stride;
  let p1 = source + <usize>min(row + 1, last) * stride;
  let p2 = source + <usize>min(row + 2, last) * stride;
  let p3 = source + <usize>min(row + 3, last) * stride;
  let p4 = source + <usize>min(row + 4, last) * stride;
  let p5 = source + <usize>min(row + 5, last) * stride;
  let k = 0;
  for (; k + 4 <= kc; k += 4) {
    const a = v128.load(p0);
    const b = v128.load(p1);
    const c = v128.load(p2);
    const d = v128.load(p3);
    const e = v128.load(p4);
    const f = v128.load(p5);
    const t0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const t1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const t2 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const t3 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    const low = v128.shuffle<i32>(e, f, 0, 4, 1, 5);
    const high = v128.shuffle<i32>(e, f, 2, 6, 3, 7);
    const u1 = v128.shuffle<i32>(t0, t2, 2, 3, 6, 7);
    const u3 = v128.shuffle<i32>(t1, t3, 2, 3, 6, 7);
    v128.store(target, v128.shuffle<i32>(t0, t2, 0, 1, 4, 5));
    v128.store(target, v128.shuffle<i32>(low, u1, 0, 1, 4, 5), 16);
    v128.store(target, v128.shuffle<i32>(u1, low, 2, 3, 6, 7), 32);
    v128.store(target, v128.shuffle<i32>(t1, t3, 0, 1, 4, 5), 48);
    v128.store(target, v128.shuffle<i32>(high, u3, 0, 1, 4, 5), 64);
    v128.store(target, v128.shuffle<i32>(u3, high, 2, 3, 6, 7), 80);
    target += 96;
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
    p5 += 16;
  }
  for (; k < kc; k++) {
    store<f32>(target, load<f32>(p0));
    store<f32>(target, load<f32>(p1), 4);
    store<f32>(target, load<f32>(p2), 8);
    store<f32>(target, load<f32>(p3), 12);
    store<f32>(target, load<f32>(p4), 16);
    store<f32>(target, load<f32>(p5), 20);
    target += 24;
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
    p4 += 4;
    p5 += 4;
  }
}

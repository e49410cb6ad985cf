/**
 * Packing for the products: B into panels [K][panel] of consecutive columns, A into panels [k][6] of rows.
 * Columns and rows past the edge hold whatever lies there: their products are computed and never stored.
 */
import { next, panel } from "./state";
import { address, word } from "./words";

export const rowsPerPanel: i32 = 6;
/** Depth of one pass over K: an A block of 48 x 256 floats stays in the second-level cache. */
const depth: i32 = 256;

/** Passes over K: a short rest goes with the pass before it, which is then up to half as long again. */
export function passes(K: i32): i32 {
  return max(1, (K + depth / 2) / depth);
}

/** Where a pass begins; pass `passes(K)` is K itself. */
export function passStart(K: i32, pass: i32): i32 {
  return pass == passes(K) ? K : pass * depth;
}

/** Rows of k in one unit of a shared packing; a divisor of the products' depth. */
const unitRows: i32 = 128;
/** Rows that are packed, then summed while they are in the first-level cache. */
const sumRows: i32 = 8;

/** Panels written side by side: their strides are multiples of large powers of two, so more would share cache sets. */
const streams: i32 = 4;

/** Packs all of B. transposed = 0: B is [K,N], units of 128 rows; 1: B is [N,K], units of one panel. */
export function packShared(transposed: i32, K: i32, N: i32, B: usize, ldb: i32, target: usize): void {
  const panels = (N + panel - 1) / panel;
  const bytes = <usize>(K * panel) << 2;
  if (transposed) {
    for (let p = next(); p < panels; p = next()) packPanel(K, N, B, ldb, p * panel, target + <usize>p * bytes);
    return;
  }
  const units = (K + unitRows - 1) / unitRows;
  for (let u = next(); u < units; u = next()) {
    const first = u * unitRows;
    const at = <usize>(first * panel) << 2;
    const source = B + (<usize>(first * ldb) << 2);
    for (let g = 0; g < panels; g += streams) {
      const from = source + (<usize>(g * panel) << 2);
      packRows(min(unitRows, K - first), min(streams, panels - g), from, ldb, bytes, target + at + <usize>g * bytes);
    }
  }
}

/** Packs all of B by the calling thread alone. */
export function packPrivate(transposed: i32, K: i32, N: i32, B: usize, ldb: i32, target: usize): void {
  const panels = (N + panel - 1) / panel;
  const bytes = <usize>(K * panel) << 2;
  if (transposed) {
    for (let p = 0; p < panels; p++) packPanel(K, N, B, ldb, p * panel, target + <usize>p * bytes);
  } else {
    packRows(K, panels, B, ldb, bytes, target);
  }
}

/**
 * Packs A = X^T for X [K,M] as blocks of `depth` rows of k, in each block panel after panel [k][6]; units of 128 rows.
 * Leaves the sums of X's columns over each unit in partials [units][M rounded up to 8].
 */
export function packTransposedA(p: usize): void {
  const K = word(p, 1);
  const M = word(p, 2);
  const X = address(p, 3);
  const target = address(p, 4);
  const partials = address(p, 5);
  const panels = (M + rowsPerPanel - 1) / rowsPerPanel;
  const stride = <usize>M << 2;
  const partialBytes = <usize>((M + 7) & ~7) << 2;
  const units = (K + unitRows - 1) / unitRows;
  for (let u = next(); u < units; u = next()) {
    const first = u * unitRows;
    const end = min(K, first + unitRows);
    const pass = min(first / depth, passes(K) - 1);
    const k0 = passStart(K, pass);
    const bytes = <usize>((passStart(K, pass + 1) - k0) * rowsPerPanel) << 2;
    const block = target + (<usize>(k0 * panels * rowsPerPanel) << 2);
    const sums = partials + <usize>u * partialBytes;
    memory.fill(sums, 0, partialBytes);
    for (let k = first; k < end; k += sumRows) {
      const rows = min(sumRows, end - k);
      const source = X + <usize>k * stride;
      const at = block + (<usize>((k - k0) * rowsPerPanel) << 2);
      for (let g = 0; g < panels; g += streams) {
        const from = source + (<usize>(g * rowsPerPanel) << 2);
        packColumns(from, stride, rows, min(streams, panels - g), bytes, at + <usize>g * bytes);
      }
      addRows(source, stride, rows, M, sums);
    }
  }
}

/** sums[c] += the column's sum over the rows, c below `columns` rounded up to 4: `sums` has room, `source` may be over-read. */
function addRows(source: usize, stride: usize, rows: i32, columns: i32, sums: usize): void {
  const end = <usize>columns << 2;
  for (let o: usize = 0; o < end; o += 16) {
    let sum = v128.load(sums + o);
    let p = source + o;
    for (let r = 0; r < rows; r++) {
      sum = f32x4.add(sum, v128.load(p));
      p += stride;
    }
    v128.store(sums + o, sum);
  }
}

/** Rows of B [K,N] into all panels, `bytes` apart. */
function packRows(rows: i32, panels: i32, B: usize, ldb: i32, bytes: usize, target: usize): void {
  const stride = <usize>ldb << 2;
  const step = <usize>panel << 2;
  for (let k = 0; k < rows; k++) {
    let from = B;
    let to = target;
    for (let p = 0; p < panels; p++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      if (panel == 16) {
        v128.store(to, v128.load(from, 32), 32);
        v128.store(to, v128.load(from, 48), 48);
      }
      from += step;
      to += bytes;
    }
    B += stride;
    target += step;
  }
}

function packPanel(K: i32, N: i32, B: usize, ldb: i32, n0: i32, target: usize): void {
  for (let g = 0; g < panel; g += 4) packTransposed4(K, N, B, <usize>ldb << 2, n0 + g, target + (<usize>g << 2));
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
  const stride = <usize>lda << 2;
  const bytes = <usize>(kc * rowsPerPanel) << 2;
  if (transposed) {
    packColumns(A + <usize>k0 * stride + (<usize>m0 << 2), stride, kc, panels, bytes, target);
    return;
  }
  for (let p = 0; p < panels; p++) {
    packRows6(A + (<usize>k0 << 2), stride, m0 + p * rowsPerPanel, M - 1, kc, target + <usize>p * bytes);
  }
}

/** Row after row of A [K,M], so that memory is read in its order. */
function packColumns(source: usize, stride: usize, kc: i32, panels: i32, bytes: usize, target: usize): void {
  for (let k = 0; k < kc; k++) {
    let from = source;
    let to = target;
    for (let p = 0; p < panels; p++) {
      v128.store(to, v128.load(from));
      store<u64>(to, load<u64>(from, 16), 16);
      from += 24;
      to += bytes;
    }
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

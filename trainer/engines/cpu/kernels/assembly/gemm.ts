/**
 * Products C = I1 + I2 + A B in tiles. Every element of C is one chain of multiply-adds in the order of k, whatever the
 * tile, the panel width or the thread: that is why results do not depend on the number of threads or on the revectorizer.
 */
import { geluBackward, geluForward } from "./gelu";
import { packA, packPrivate, passes, passStart, rowsPerPanel } from "./pack";
import { crossEntropy } from "./softmax";
import { next, packAOffset, panel, scratch, tileOffset, zeros } from "./state";
import { address, word } from "./words";

// @ts-ignore: decorator
@external("micro", "packed8")
declare function packed8(
  kc: i32,
  a: usize,
  b: usize,
  c: usize,
  ldc: usize,
  i1: usize,
  ld1: usize,
  i2: usize,
  ld2: usize,
): void;
// @ts-ignore: decorator
@external("micro", "packed16")
declare function packed16(
  kc: i32,
  a: usize,
  b: usize,
  c: usize,
  ldc: usize,
  i1: usize,
  ld1: usize,
  i2: usize,
  ld2: usize,
): void;
// @ts-ignore: decorator
@external("micro", "rows8")
declare function rows8(
  kc: i32,
  a: usize,
  lda: usize,
  b: usize,
  c: usize,
  ldc: usize,
  i1: usize,
  ld1: usize,
  i2: usize,
  ld2: usize,
): void;
// @ts-ignore: decorator
@external("micro", "rows16")
declare function rows16(
  kc: i32,
  a: usize,
  lda: usize,
  b: usize,
  c: usize,
  ldc: usize,
  i1: usize,
  ld1: usize,
  i2: usize,
  ld2: usize,
): void;

const blockPanels: i32 = 8;
/** A's forms: 0 as [M,K], 1 as [K,M], 2 packed by `packTransposedA`. */
const packedBefore: i32 = 2;

/** Where the first pass over K starts from: C = I1 (with a stride of its own) + I2 (one row, repeated). 0 where there is none. */
let startTile: usize = 0;
let startStride: usize = 0;
let startRow: usize = 0;

/** One product as an instruction, B already packed; its words are named in `instructions.ts`. */
export function product(p: usize): void {
  const transposed = word(p, 1);
  const M = word(p, 2);
  const N = word(p, 3);
  const K = word(p, 4);
  const A = address(p, 5);
  const lda = word(p, 6);
  const B = address(p, 7);
  const C = address(p, 8);
  const ldc = word(p, 9);
  const blockRows = word(p, 13) * rowsPerPanel;
  const taskPanels = word(p, 14);
  const epilogue = word(p, 15);
  const e1 = address(p, 16);
  const e2 = address(p, 17);
  startTile = address(p, 10);
  startStride = <usize>word(p, 11) << 2;
  startRow = address(p, 12);

  const panels = (N + panel - 1) / panel;
  const rowTasks = (M + blockRows - 1) / blockRows;
  const columnTasks = (panels + taskPanels - 1) / taskPanels;
  const total = rowTasks * columnTasks;
  for (let t = next(); t < total; t = next()) {
    const m = (t % rowTasks) * blockRows;
    const rows = min(blockRows, M - m);
    const first = (t / rowTasks) * taskPanels;
    const last = min(panels, first + taskPanels);
    block(transposed, M, N, K, A, lda, B, C, ldc, m, rows, first, last);
    if (epilogue == 0) continue;
    const n0 = first * panel;
    const count = min(N, last * panel) - n0;
    for (let r = m; r < m + rows; r++) {
      const at = <usize>(r * ldc + n0) << 2;
      if (epilogue == 1) geluForward(C + at, e1 + at, count);
      else if (epilogue == 2) geluBackward(C + at, e1 + at, C + at, count);
      else crossEntropy(C + at, N, load<i32>(e1 + (<usize>r << 2)), e2 + (<usize>r << 2), word(p, 19), load<f32>(p, 72));
    }
  }
}

/** C = A B by the calling thread alone. transposedB = 1: B is [N,K]. `packed` has room for K x N rounded up to panels. */
export function productPrivate(
  transposedA: i32,
  transposedB: i32,
  M: i32,
  N: i32,
  K: i32,
  A: usize,
  lda: i32,
  B: usize,
  ldb: i32,
  C: usize,
  ldc: i32,
  packed: usize,
): void {
  packPrivate(transposedB, K, N, B, ldb, packed);
  startTile = 0;
  startStride = 0;
  startRow = 0;
  const panels = (N + panel - 1) / panel;
  const blockRows = rowsPerPanel * blockPanels;
  for (let m = 0; m < M; m += blockRows) {
    block(transposedA, M, N, K, A, lda, packed, C, ldc, m, min(blockRows, M - m), 0, panels);
  }
}

/**
 * Rows [m0, m0 + rows) times column panels [first, last), by one thread. Whole panels of rows of an A that lies as [M,K]
 * are read where they lie; the others are packed first.
 */
function block(
  transposed: i32,
  M: i32,
  N: i32,
  K: i32,
  A: usize,
  lda: i32,
  B: usize,
  C: usize,
  ldc: i32,
  m0: i32,
  rows: i32,
  first: i32,
  last: i32,
): void {
  let packed = scratch + packAOffset;
  const panels = (rows + rowsPerPanel - 1) / rowsPerPanel;
  const inPlace = transposed ? 0 : rows / rowsPerPanel;
  const strideA = <usize>lda << 2;
  const strideC = <usize>ldc << 2;
  const panelBytes = <usize>(K * panel) << 2;
  for (let pass = 0; pass < passes(K); pass++) {
    const k0 = passStart(K, pass);
    const kc = passStart(K, pass + 1) - k0;
    const aBytes = <usize>(kc * rowsPerPanel) << 2;
    if (transposed == packedBefore) {
      const all = (M + rowsPerPanel - 1) / rowsPerPanel;
      packed = A + (<usize>(k0 * all * rowsPerPanel) << 2) + <usize>(m0 / rowsPerPanel) * aBytes;
    } else {
      packA(transposed, M, A, lda, m0 + inPlace * rowsPerPanel, panels - inPlace, k0, kc, packed);
    }
    for (let j = first; j < last; j++) {
      const n = j * panel;
      const columns = min(panel, N - n);
      const b = B + <usize>j * panelBytes + (<usize>(k0 * panel) << 2);
      const columnBytes = <usize>n << 2;
      for (let p = 0; p < panels; p++) {
        const row = m0 + p * rowsPerPanel;
        const height = min(rowsPerPanel, rows - p * rowsPerPanel);
        const c = C + <usize>row * strideC + columnBytes;
        let a = packed + <usize>(p - inPlace) * aBytes;
        let stride: usize = 0;
        if (p < inPlace) {
          a = A + <usize>row * strideA + (<usize>k0 << 2);
          stride = strideA;
        }
        let i1 = c;
        let ld1 = strideC;
        let i2 = zeros;
        if (k0 == 0) {
          i1 = startTile ? startTile + <usize>row * startStride + columnBytes : zeros;
          ld1 = startTile ? startStride : 0;
          i2 = startRow ? startRow + columnBytes : zeros;
        }
        if (height == rowsPerPanel && columns == panel) multiply(kc, a, stride, b, c, strideC, i1, ld1, i2);
        else edge(kc, a, stride, b, c, strideC, i1, ld1, i2, height, columns);
      }
    }
  }
}

/** One tile. `lda` is 0 for a packed panel of A. */
// @ts-ignore: decorator
@inline
function multiply(
  kc: i32,
  a: usize,
  lda: usize,
  b: usize,
  c: usize,
  ldc: usize,
  i1: usize,
  ld1: usize,
  i2: usize,
): void {
  if (panel == 16) {
    if (lda) rows16(kc, a, lda, b, c, ldc, i1, ld1, i2, 0);
    else packed16(kc, a, b, c, ldc, i1, ld1, i2, 0);
  } else {
    if (lda) rows8(kc, a, lda, b, c, ldc, i1, ld1, i2, 0);
    else packed8(kc, a, b, c, ldc, i1, ld1, i2, 0);
  }
}

/** A tile that hangs over the edge of C: computed whole in scratch, stored in part. */
function edge(
  kc: i32,
  a: usize,
  lda: usize,
  b: usize,
  c: usize,
  ldc: usize,
  i1: usize,
  ld1: usize,
  i2: usize,
  height: i32,
  columns: i32,
): void {
  const tile = scratch + tileOffset;
  const stride = <usize>panel << 2;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < columns; j++) {
      const at = <usize>j << 2;
      store<f32>(tile + <usize>i * stride + at, load<f32>(i1 + <usize>i * ld1 + at) + load<f32>(i2 + at));
    }
  }
  multiply(kc, a, lda, b, tile, stride, tile, stride, zeros);
  for (let i = 0; i < height; i++) {
    memory.copy(c + <usize>i * ldc, tile + <usize>i * stride, <usize>columns << 2);
  }
}

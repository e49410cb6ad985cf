/** Gathering and scattering whole rows. */
import { next } from "./state";
import { splat, storeLanes } from "./vector";
import { address, word } from "./words";

const unitRows: i32 = 32;
const unitColumns: i32 = 16;

/** out[k] = x[rows[k]]. */
export function gatherRows(p: usize): void {
  const K = word(p, 1);
  const D = word(p, 2);
  const N = word(p, 3);
  const x = address(p, 4);
  const rows = address(p, 5);
  const out = address(p, 6);
  const row = <usize>D << 2;
  const units = (K + unitRows - 1) / unitRows;
  for (let u = next(); u < units; u = next()) {
    const end = min(K, (u + 1) * unitRows);
    for (let k = u * unitRows; k < end; k++) {
      const source = load<i32>(rows + (<usize>k << 2));
      if (<u32>source >= <u32>N) unreachable();
      memory.copy(out + <usize>k * row, x + <usize>source * row, row);
    }
  }
}

/** gradX = 0, then gradX[rows[k]] += gradOut[k] in the order of k; units of 16 columns. */
export function scatterRows(p: usize): void {
  const K = word(p, 1);
  const D = word(p, 2);
  const N = word(p, 3);
  const gradOut = address(p, 4);
  const rows = address(p, 5);
  const gradX = address(p, 6);
  const row = <usize>D << 2;
  const units = (D + unitColumns - 1) / unitColumns;
  for (let u = next(); u < units; u = next()) {
    const c = u * unitColumns;
    const width = min(unitColumns, D - c);
    const target = gradX + (<usize>c << 2);
    for (let r = 0; r < N; r++) zeroColumns(target + <usize>r * row, width);
    for (let k = 0; k < K; k++) {
      const to = load<i32>(rows + (<usize>k << 2));
      if (<u32>to >= <u32>N) unreachable();
      addColumns(target + <usize>to * row, gradOut + <usize>k * row + (<usize>c << 2), width);
    }
  }
}

// @ts-ignore: decorator
@inline
function zeroColumns(y: usize, width: i32): void {
  for (let i = 0; i < width; i += 4) storeLanes(y + (<usize>i << 2), splat(0), width - i);
}

/** y[0..width) += x[0..width). */
// @ts-ignore: decorator
@inline
export function addColumns(y: usize, x: usize, width: i32): void {
  for (let i = 0; i < width; i += 4) {
    const o = <usize>i << 2;
    storeLanes(y + o, f32x4.add(v128.load(y + o), v128.load(x + o)), width - i);
  }
}

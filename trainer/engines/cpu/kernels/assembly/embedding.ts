/** Token, position and type embeddings. Backward goes by columns: each unit of 16 columns scatters all tokens in order. */
import { addColumns } from "./rows";
import { next } from "./state";
import { splat, storeLanes } from "./vector";
import { address, word } from "./words";

const unitRows: i32 = 32;
const unitColumns: i32 = 16;

export function embeddingForward(p: usize): void {
  const N = word(p, 1);
  const D = word(p, 2);
  const V = word(p, 3);
  const T = word(p, 4);
  const ids = address(p, 5);
  const words = address(p, 6);
  const positions = address(p, 7);
  const tokenType = address(p, 8);
  const out = address(p, 9);
  const row = (<usize>D) << 2;
  const units = (N + unitRows - 1) / unitRows;
  for (let u = next(); u < units; u = next()) {
    const end = min(N, (u + 1) * unitRows);
    for (let n = u * unitRows; n < end; n++) {
      const id = load<i32>(ids + ((<usize>n) << 2));
      if (<u32>id >= <u32>V) unreachable();
      const a = words + <usize>id * row;
      const b = positions + <usize>(n % T) * row;
      const y = out + <usize>n * row;
      for (let i = 0; i < D; i += 4) {
        const o = (<usize>i) << 2;
        const sum = f32x4.add(f32x4.add(v128.load(a + o), v128.load(b + o)), v128.load(tokenType + o));
        storeLanes(y + o, sum, D - i);
      }
    }
  }
}

export function embeddingBackward(p: usize): void {
  const N = word(p, 1);
  const D = word(p, 2);
  const V = word(p, 3);
  const T = word(p, 4);
  const ids = address(p, 5);
  const gradOut = address(p, 6);
  const gradWord = address(p, 7);
  const gradPosition = address(p, 8);
  const gradTokenType = address(p, 9);
  const row = (<usize>D) << 2;
  const units = (D + unitColumns - 1) / unitColumns;
  for (let u = next(); u < units; u = next()) {
    const c = u * unitColumns;
    const width = min(unitColumns, D - c);
    const at = (<usize>c) << 2;
    for (let n = 0; n < N; n++) {
      const id = load<i32>(ids + ((<usize>n) << 2));
      if (<u32>id >= <u32>V) unreachable();
      addColumns(gradWord + <usize>id * row + at, gradOut + <usize>n * row + at, width);
    }
    for (let i = 0; i < width; i += 4) {
      const column = at + ((<usize>i) << 2);
      let total = splat(0);
      for (let t = 0; t < min(T, N); t++) {
        let sum = splat(0);
        for (let n = t; n < N; n += T) sum = f32x4.add(sum, v128.load(gradOut + <usize>n * row + column));
        const y = gradPosition + <usize>t * row + column;
        storeLanes(y, f32x4.add(v128.load(y), sum), width - i);
        total = f32x4.add(total, sum);
      }
      const y = gradTokenType + column;
      storeLanes(y, f32x4.add(v128.load(y), total), width - i);
    }
  }
}

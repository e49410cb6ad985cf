/** GELU over a run of floats. A tail shorter than two vectors goes through the thread's scratch. */
import { gelu, geluDerivative } from "./math";
import { scratch, tailOffset } from "./state";

/** y = gelu(x), n floats. */
export function geluForward(x: usize, y: usize, n: i32): void {
  const whole = n & ~7;
  geluBlocks(x, y, whole);
  const left = n - whole;
  if (left == 0) return;
  const at = (<usize>whole) << 2;
  const tail = scratch + tailOffset;
  memory.copy(tail, x + at, (<usize>left) << 2);
  geluBlocks(tail, tail, 8);
  memory.copy(y + at, tail, (<usize>left) << 2);
}

/** y = g * gelu'(x), n floats; y may be g. */
export function geluBackward(g: usize, x: usize, y: usize, n: i32): void {
  const whole = n & ~7;
  derivativeBlocks(g, x, y, whole);
  const left = n - whole;
  if (left == 0) return;
  const at = (<usize>whole) << 2;
  const tail = scratch + tailOffset;
  memory.copy(tail, g + at, (<usize>left) << 2);
  memory.copy(tail + 32, x + at, (<usize>left) << 2);
  derivativeBlocks(tail, tail + 32, tail, 8);
  memory.copy(y + at, tail, (<usize>left) << 2);
}

function geluBlocks(x: usize, y: usize, n: i32): void {
  const end = x + ((<usize>n) << 2);
  while (x < end) {
    const a = gelu(v128.load(x));
    const b = gelu(v128.load(x, 16));
    v128.store(y, a);
    v128.store(y, b, 16);
    x += 32;
    y += 32;
  }
}

function derivativeBlocks(g: usize, x: usize, y: usize, n: i32): void {
  const end = x + ((<usize>n) << 2);
  while (x < end) {
    const a = f32x4.mul(v128.load(g), geluDerivative(v128.load(x)));
    const b = f32x4.mul(v128.load(g, 16), geluDerivative(v128.load(x, 16)));
    v128.store(y, a);
    v128.store(y, b, 16);
    x += 32;
    g += 32;
    y += 32;
  }
}

/** Flat operations over padded allocations, in units of 4096 floats; whole vectors, the padding takes what hangs over. */
import { geluBackward } from "./gelu";
import { dropoutScales } from "./philox";
import { freeOffset, next, scratch } from "./state";
import { madd, splat } from "./vector";
import { address, number, word } from "./words";

const unitFloats: i32 = 4096;

// @ts-ignore: decorator
@inline
function unitsOf(n: i32): i32 {
  return (n + unitFloats - 1) / unitFloats;
}

export function fillZero(p: usize): void {
  const n = word(p, 1);
  const x = address(p, 2);
  for (let u = next(); u < unitsOf(n); u = next()) {
    const first = u * unitFloats;
    memory.fill(x + (<usize>first << 2), 0, <usize>min(unitFloats, n - first) << 2);
  }
}

export function copyFloats(p: usize): void {
  const n = word(p, 1);
  const from = address(p, 2);
  const to = address(p, 3);
  for (let u = next(); u < unitsOf(n); u = next()) {
    const first = u * unitFloats;
    const at = <usize>first << 2;
    memory.copy(to + at, from + at, <usize>min(unitFloats, n - first) << 2);
  }
}

export function addFloats(p: usize): void {
  const n = word(p, 1);
  const a = address(p, 2);
  const b = address(p, 3);
  const out = address(p, 4);
  for (let u = next(); u < unitsOf(n); u = next()) {
    const first = u * unitFloats;
    const end = <usize>min(n, first + unitFloats) << 2;
    for (let o = <usize>first << 2; o < end; o += 16) {
      v128.store(out + o, f32x4.add(v128.load(a + o), v128.load(b + o)));
    }
  }
}

/** out = (residual ?? 0) + scale * dropout(x): forward and, without residual, backward. */
export function branch(p: usize): void {
  const n = word(p, 1);
  const residual = address(p, 2);
  const x = address(p, 3);
  const out = address(p, 4);
  const s = splat(number(p, 5));
  const dropout = word(p, 6);
  const factors = scratch + freeOffset;
  for (let u = next(); u < unitsOf(n); u = next()) {
    const first = u * unitFloats;
    const count = min(unitFloats, n - first);
    if (dropout) dropoutScales(p + 28, first, count, factors);
    const at = <usize>first << 2;
    const bytes = <usize>count << 2;
    for (let o: usize = 0; o < bytes; o += 16) {
      let v = v128.load(x + at + o);
      if (dropout) v = f32x4.mul(v, v128.load(factors + o));
      v = residual ? madd(v, s, v128.load(residual + at + o)) : f32x4.mul(v, s);
      v128.store(out + at + o, v);
    }
  }
}

export function geluDerivative(p: usize): void {
  const n = word(p, 1);
  const gradOut = address(p, 2);
  const x = address(p, 3);
  const out = address(p, 4);
  for (let u = next(); u < unitsOf(n); u = next()) {
    const first = u * unitFloats;
    const at = <usize>first << 2;
    geluBackward(gradOut + at, x + at, out + at, min(unitFloats, n - first));
  }
}

/** AdamW on one parameter, PyTorch's formulation; units of 4096 floats. */
import { next } from "./state";
import { madd, splat } from "./vector";
import { address, number, word } from "./words";

const unitFloats: i32 = 4096;

/** Words 7 to 13: beta1, 1 - beta1, beta2, 1 - beta2, lr / (1 - beta1^t), 1 / sqrt(1 - beta2^t), epsilon; 14: 1 - lr wd. */
export function adamw(p: usize): void {
  const n = word(p, 1);
  const w = address(p, 2);
  const g = address(p, 3);
  const m = address(p, 4);
  const v = address(p, 5);
  const gate = address(p, 6);
  const units = (n + unitFloats - 1) / unitFloats;
  if (load<f32>(gate, 8) == 0) return;
  const clip = splat(load<f32>(gate, 4));
  const beta1 = splat(number(p, 7));
  const rest1 = splat(number(p, 8));
  const beta2 = splat(number(p, 9));
  const rest2 = splat(number(p, 10));
  const rate = splat(-number(p, 11));
  const correction = splat(number(p, 12));
  const epsilon = splat(number(p, 13));
  const decay = splat(number(p, 14));
  for (let u = next(); u < units; u = next()) {
    const end = (<usize>min(n, (u + 1) * unitFloats)) << 2;
    for (let o = (<usize>(u * unitFloats)) << 2; o < end; o += 16) {
      const gradient = f32x4.mul(v128.load(g + o), clip);
      const first = madd(v128.load(m + o), beta1, f32x4.mul(gradient, rest1));
      const second = madd(v128.load(v + o), beta2, f32x4.mul(f32x4.mul(gradient, gradient), rest2));
      v128.store(m + o, first);
      v128.store(v + o, second);
      const step = f32x4.div(first, madd(f32x4.sqrt(second), correction, epsilon));
      v128.store(w + o, madd(rate, step, f32x4.mul(v128.load(w + o), decay)));
    }
  }
}

/** Dropout as the kernels take it: seven words, the first 0 for none. The draws are those of `trainer/plan/random.ts`. */
import type { Dropout } from "../../../engine/port.ts";
import { float } from "../instructions.ts";
import type { Word } from "../instructions.ts";

const two32 = 4294967296;

export function dropoutWords(dropout: Dropout | undefined): readonly Word[] {
  if (!dropout || dropout.rate === 0) return [0, 0, 0, 0, 0, 0, 0];
  const { rate, seed, stream, step } = dropout;
  if (!(rate > 0 && rate < 1)) throw new RangeError(`internal: dropout rate ${rate} is not in [0, 1)`);
  // bits / 2^32 >= rate, in integers.
  const threshold = Math.min(Math.ceil(rate * two32), two32 - 1);
  return [1, step, stream, seed % two32, Math.floor(seed / two32), threshold, float(1 / (1 - rate))];
}

/** Sizes that have to fit each other: heads and width, positions and length, batch and micro-batches. */
import type { Finding, RuleInput } from "./rule.ts";

export function* modelAndBatch({ draft }: RuleInput): Iterable<Finding> {
  const { model, batch } = draft;
  const { hidden, heads, maxLength } = model ?? {};
  if (hidden !== undefined && heads !== undefined && hidden % heads !== 0) {
    yield {
      code: "heads-divide-hidden",
      path: ["model", "heads"],
      sentence: `${heads} heads do not divide the width of ${hidden}: each head needs the same whole number of units.`,
      remedy: `Set "heads" to ${nearestDivisor(hidden, heads)}, or "hidden" to ${nearestMultiple(hidden, heads)}.`,
    };
  }
  const length = batch?.length;
  if (length !== undefined && maxLength !== undefined && maxLength < length) {
    yield {
      code: "length-over-positions",
      path: ["model", "maxLength"],
      sentence: `The model would have ${maxLength} positions, but sequences have ${length} tokens.`,
      remedy: `Set "maxLength" to at least ${length}, or the batch's "length" to at most ${maxLength}.`,
    };
  }
  const { size, microBatches } = batch ?? {};
  if (size !== undefined && microBatches !== undefined && size % microBatches !== 0) {
    yield {
      code: "micro-batches-divide-size",
      path: ["batch", "microBatches"],
      sentence: `${microBatches} micro-batches do not divide a batch of ${size} sequences into equal parts.`,
      remedy: `Set "microBatches" to ${nearestDivisor(size, microBatches)}, or "size" to ${nearestMultiple(size, microBatches)}.`,
    };
  }
}

/** The divisor of `whole` closest to `wanted`; the smaller one on a tie. */
function nearestDivisor(whole: number, wanted: number): number {
  for (let distance = 1; distance < wanted; distance++) {
    const close = [wanted - distance, wanted + distance].find((divisor) => whole % divisor === 0);
    if (close !== undefined) return close;
  }
  return 1;
}

const nearestMultiple = (wanted: number, factor: number): number => Math.max(1, Math.round(wanted / factor)) * factor;

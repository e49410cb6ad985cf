/** Instructions of the kernels' program: 32 words each, word 0 the operation, word 31 the work counter. */

export const instructionWords = 32;

/** Operation codes; `execute` in kernels/assembly/program.ts answers to them. */
export const operations = {
  barrier: 0,
  pack: 1,
  product: 2,
  layerNormForward: 3,
  layerNormBackward: 4,
  columnSums: 5,
  attentionForward: 6,
  attentionBackward: 7,
  embeddingForward: 8,
  embeddingBackward: 9,
  adamw: 10,
  sumAll: 11,
  fillZero: 12,
  copyFloats: 13,
  addFloats: 14,
  branch: 15,
  gatherRows: 16,
  scatterRows: 17,
  sumSquares: 18,
  normFinish: 19,
  geluDerivative: 20,
  packTransposedA: 21,
} as const;

export type Operation = keyof typeof operations;

/** What a product does to a finished tile. */
export const epilogues = { none: 0, geluForward: 1, geluBackward: 2, crossEntropy: 3 } as const;

/** A word that is a float32, written so in the program. */
export interface FloatWord {
  readonly float: number;
}

export type Word = number | FloatWord;

export function float(value: number): FloatWord {
  return { float: value };
}

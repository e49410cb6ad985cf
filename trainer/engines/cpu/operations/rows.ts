/** Embeddings, gathering and scattering of rows. */
import type { Program } from "../program.ts";
import { matrix, own, sized } from "../tensor.ts";
import type { Args } from "./args.ts";

export function embeddingForward(program: Program, args: Args<"embeddingForward">): void {
  const ids = own(args.ids, "i32");
  const word = own(args.word);
  const position = own(args.position);
  const tokenType = own(args.tokenType);
  const out = own(args.out);
  const { rows: vocabulary, columns } = matrix(word);
  sized(out, ids.size * columns, "embeddingForward");
  longEnough(position.size, args.length * columns, "embeddingForward");
  program.record(
    "embeddingForward",
    [
      ...[ids.size, columns, vocabulary, args.length],
      ...[ids, word, position, tokenType, out].map((tensor) => tensor.address),
    ],
    { reads: [ids, word, position, tokenType], writes: [out] },
  );
}

export function embeddingBackward(program: Program, args: Args<"embeddingBackward">): void {
  const ids = own(args.ids, "i32");
  const gradOut = own(args.gradOut);
  const gradWord = own(args.gradWord);
  const gradPosition = own(args.gradPosition);
  const gradTokenType = own(args.gradTokenType);
  const { rows: vocabulary, columns } = matrix(gradWord);
  sized(gradOut, ids.size * columns, "embeddingBackward");
  longEnough(gradPosition.size, args.length * columns, "embeddingBackward");
  program.record(
    "embeddingBackward",
    [
      ...[ids.size, columns, vocabulary, args.length],
      ...[ids, gradOut, gradWord, gradPosition, gradTokenType].map((tensor) => tensor.address),
    ],
    { reads: [ids, gradOut], updates: [gradWord, gradPosition, gradTokenType] },
  );
}

export function gatherRows(program: Program, args: Args<"gatherRows">): void {
  const x = own(args.x);
  const rows = own(args.rows, "i32");
  const out = own(args.out);
  const { rows: N, columns } = matrix(x);
  sized(out, rows.size * columns, "gatherRows");
  program.record("gatherRows", [rows.size, columns, N, x.address, rows.address, out.address], {
    reads: [x, rows],
    writes: [out],
  });
}

export function scatterRows(program: Program, args: Args<"scatterRows">): void {
  const gradOut = own(args.gradOut);
  const rows = own(args.rows, "i32");
  const gradX = own(args.gradX);
  const { rows: N, columns } = matrix(gradX);
  sized(gradOut, rows.size * columns, "scatterRows");
  program.record("scatterRows", [rows.size, columns, N, gradOut.address, rows.address, gradX.address], {
    reads: [gradOut, rows],
    writes: [gradX],
  });
}

function longEnough(size: number, wanted: number, operation: string): void {
  if (size < wanted) throw new Error(`internal: ${operation}: the position table is shorter than the rows`);
}

import fc from "fast-check";
import { expect, test } from "vitest";
import { RowPacker } from "../../../trainer/data/packing.ts";
import { classToken, separatorToken, tokenOfByte } from "../../../trainer/plan/vocabulary.ts";

const documents = fc.array(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }), { maxLength: 12 });

test("rows put together again are the documents, a [SEP] after each, less the counted tail", () => {
  fc.assert(
    fc.property(documents, fc.integer({ min: 2, max: 17 }), (pieces, length) => {
      const rows: number[][] = [];
      const packer = new RowPacker(length, (row) => rows.push([...row]));
      for (const document of pieces) {
        for (const piece of document) packer.text(piece);
        packer.endDocument();
      }
      const stream = pieces.flatMap((document) => [
        ...document.flatMap((piece) => [...piece].map(tokenOfByte)),
        separatorToken,
      ]);
      expect(rows.every((row) => row.length === length && row[0] === classToken)).toBe(true);
      expect(packer.rows).toBe(rows.length);
      expect(rows.flatMap((row) => row.slice(1))).toEqual(stream.slice(0, stream.length - packer.pending));
      expect(packer.pending).toBeLessThan(length - 1);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("a row is never longer or shorter than asked, whatever the pieces", () => {
  const rows: number[][] = [];
  const packer = new RowPacker(4, (row) => rows.push([...row]));
  packer.text(Uint8Array.of(0, 255, 7));
  packer.endDocument();
  packer.endDocument();
  packer.text(Uint8Array.of(1));
  expect(rows).toEqual([
    [classToken, 4, 259, 11],
    [classToken, separatorToken, separatorToken, 5],
  ]);
  expect(packer.pending).toBe(0);
});

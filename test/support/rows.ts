/** Rows of tokens, made and read the plain way, to hold the data pipeline against. */
import { readFileSync } from "node:fs";
import type { RowStore } from "../../trainer/data/batches.ts";
import { RowPacker } from "../../trainer/data/packing.ts";

/** The rows that documents fill when they are packed one after another. */
export function packed(documents: readonly Uint8Array[], length: number): number[][] {
  const rows: number[][] = [];
  const packer = new RowPacker(length, (row) => rows.push([...row]));
  for (const document of documents) {
    packer.text(document);
    packer.endDocument();
  }
  return rows;
}

/** The true tokens: what the model sees, with the labels put back. */
export function restored(ids?: Int32Array, positions?: Int32Array, labels?: Int32Array): number[] {
  const tokens = [...(ids ?? [])];
  positions?.forEach((position, i) => {
    if ((labels?.[i] ?? -1) >= 0) tokens[position] = labels?.[i] ?? -1;
  });
  return tokens;
}

/** A token shard read whole, past its header of 64 bytes. */
export function shardRows(path: string, length: number): RowStore {
  const bytes = readFileSync(path).subarray(64);
  const tokens = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return {
    rows: tokens.length / length,
    read: (index) => Promise.resolve(tokens.subarray(index * length, (index + 1) * length)),
  };
}

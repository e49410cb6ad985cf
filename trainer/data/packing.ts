/**
 * Documents to rows of one length. The tokens of all documents, a [SEP] after each, are cut into rows that begin with
 * [CLS]: `[CLS] text.. [SEP] text.. [SEP] ..`. A document that does not fit goes on in the next row. Nothing is padded;
 * what does not fill the last row is dropped, and counted.
 */
import { classToken, firstByteToken, separatorToken } from "../plan/vocabulary.ts";

export class RowPacker {
  readonly #emit: (row: Uint16Array<ArrayBuffer>) => void;
  readonly #row: Uint16Array<ArrayBuffer>;
  #at = 1;
  rows = 0;

  /** `emit` gets each finished row; the array is used again for the next one. */
  constructor(length: number, emit: (row: Uint16Array<ArrayBuffer>) => void) {
    this.#row = new Uint16Array(length);
    this.#row[0] = classToken;
    this.#emit = emit;
  }

  /** A piece of the current document, as UTF-8 bytes: one token a byte. */
  text(bytes: Uint8Array): void {
    const row = this.#row;
    let at = this.#at;
    // By index: the hot loop of packing, and iterators cost several times as much.
    for (let i = 0; i < bytes.length; i++) {
      row[at++] = firstByteToken + (bytes[i] as number);
      if (at === row.length) {
        this.#finishRow();
        at = 1;
      }
    }
    this.#at = at;
  }

  endDocument(): void {
    this.#row[this.#at++] = separatorToken;
    if (this.#at === this.#row.length) this.#finishRow();
  }

  /** Tokens that wait for a full row; at the end, those that are dropped. */
  get pending(): number {
    return this.#at - 1;
  }

  #finishRow(): void {
    this.rows += 1;
    this.#emit(this.#row);
    this.#at = 1;
  }
}

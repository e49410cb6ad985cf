/** Token shards on disk: written front to back, read row by row at their place. Synchronous: for use in the data worker. */
import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import type { RowStore } from "../../data/batches.ts";
import {
  bytesPerToken,
  encodeTokenHeader,
  parseTokenHeader,
  tokenHeaderBytes,
  tokenRowOffset,
  type TokenHeader,
} from "../../formats/tokens.ts";

const bufferBytes = 1 << 20;

/** Writes a new shard; not to be opened by others before `finish`. */
export class TokenShardWriter {
  readonly #file: number;
  readonly #rowLength: number;
  readonly #hash: Hash = createHash("sha256");
  readonly #buffer: Uint16Array<ArrayBuffer>;
  #filled = 0;
  #rows = 0;
  #offset = tokenHeaderBytes;

  constructor(path: string, rowLength: number) {
    this.#file = openSync(path, "wx");
    this.#rowLength = rowLength;
    this.#buffer = new Uint16Array(Math.max(1, Math.floor(bufferBytes / bytesPerToken / rowLength)) * rowLength);
  }

  append(row: Uint16Array): void {
    this.#buffer.set(row, this.#filled);
    this.#filled += row.length;
    this.#rows += 1;
    if (this.#filled === this.#buffer.length) this.#flush();
  }

  /** Completes the file, header last, and closes it. Returns the SHA-256 of the rows. */
  finish(): Uint8Array {
    this.#flush();
    const sha256 = this.#hash.digest();
    writeFully(this.#file, encodeTokenHeader({ rowLength: this.#rowLength, rows: this.#rows, sha256 }), 0);
    fsyncSync(this.#file);
    closeSync(this.#file);
    return sha256;
  }

  /** Closes the file, incomplete as it is. */
  abandon(): void {
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = new Uint8Array(this.#buffer.buffer, 0, this.#filled * bytesPerToken);
    this.#hash.update(bytes);
    writeFully(this.#file, bytes, this.#offset);
    this.#offset += bytes.length;
    this.#filled = 0;
  }
}

export interface TokenShard extends RowStore {
  readonly header: TokenHeader;
  close(): void;
}

/** Opens a shard and reads all of it once to compare its SHA-256; a sentence when it is not whole. */
export function openTokenShard(path: string): TokenShard | string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const checked = check(file);
  if (typeof checked === "string") {
    closeSync(file);
    return checked;
  }
  const { rowLength, rows } = checked;
  return {
    header: checked,
    rows,
    read(index) {
      const row = new Uint16Array(rowLength);
      const bytes = new Uint8Array(row.buffer);
      if (readFully(file, bytes, tokenRowOffset(rowLength, index)) < bytes.length) {
        return Promise.reject(new Error(`${path} became shorter while it was read.`));
      }
      return Promise.resolve(row);
    },
    close: () => closeSync(file),
  };
}

function check(file: number): TokenHeader | string {
  const buffer = new Uint8Array(bufferBytes);
  const fileBytes = fstatSync(file).size;
  const start = readFully(file, buffer.subarray(0, tokenHeaderBytes), 0);
  const parsed = parseTokenHeader(buffer.subarray(0, start), fileBytes);
  if (!parsed.ok) return parsed.problems.map((each) => each.sentence).join(" ");
  const hash = createHash("sha256");
  for (let offset = tokenHeaderBytes; offset < fileBytes;) {
    const count = readFully(file, buffer, offset);
    if (count === 0) return "The file became shorter while it was read.";
    hash.update(buffer.subarray(0, count));
    offset += count;
  }
  return hash.digest().equals(parsed.value.sha256) ? parsed.value : "The rows are not those that were written.";
}

function readFully(file: number, into: Uint8Array, offset: number): number {
  let done = 0;
  while (done < into.length) {
    const count = readSync(file, into, done, into.length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

function writeFully(file: number, bytes: Uint8Array, offset: number): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(file, bytes, done, bytes.length - done, offset + done);
}

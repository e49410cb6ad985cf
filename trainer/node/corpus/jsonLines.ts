/** The documents of a JSONL file, read in pieces. */
import { createHash } from "node:crypto";
import type { DocumentDigest } from "../../data/split.ts";

/** Takes the documents of a file, a piece at a time. */
export interface DocumentSink {
  beginDocument(digest: DocumentDigest): void;
  text(bytes: Uint8Array): void;
  endDocument(): void;
}

/** Text in hand before a line must end; a longer one is reported and passed over. */
export const maximumLineBytes = 64 << 20;

/**
 * The documents of a JSONL file: one object a line, its text in `field`. Bytes that are not UTF-8 become U+FFFD, and so do
 * lone surrogates; a byte order mark and empty lines are passed over. Lines without such a text are told to `bad` (lines from 1).
 */
export class JsonLines {
  readonly #field: string;
  readonly #sink: DocumentSink;
  readonly #bad: (line: number, why: string) => void;
  readonly #limit: number;
  readonly #decoder = new TextDecoder("utf-8");
  #parts: Uint8Array[] = [];
  #held = 0;
  #line = 1;

  constructor(
    field: string,
    sink: DocumentSink,
    bad: (line: number, why: string) => void,
    limit: number = maximumLineBytes,
  ) {
    this.#field = field;
    this.#sink = sink;
    this.#bad = bad;
    this.#limit = limit;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(0x0a, from);
      if (end < 0) break;
      this.#hold(chunk.subarray(from, end));
      this.#finishLine();
      from = end + 1;
    }
    this.#hold(chunk.subarray(from));
  }

  /** The last line may lack its line feed. */
  end(): void {
    this.#finishLine();
  }

  #hold(part: Uint8Array): void {
    this.#held += part.length;
    if (part.length > 0 && this.#held <= this.#limit) this.#parts.push(part.slice());
    else if (this.#held > this.#limit) this.#parts = [];
  }

  #finishLine(): void {
    const bytes = Buffer.concat(this.#parts);
    const tooLong = this.#held > this.#limit;
    this.#parts = [];
    this.#held = 0;
    const line = this.#line++;
    if (tooLong) return this.#bad(line, `longer than ${this.#limit} bytes`);
    const source = this.#decoder.decode(bytes);
    if (source.trim() === "") return;
    const text = textOf(source, this.#field);
    if (typeof text !== "string") return this.#bad(line, text.why);
    if (text === "") return;
    const encoded = Buffer.from(text, "utf8");
    this.#sink.beginDocument(digestOf(createHash("sha256").update(encoded).digest()));
    this.#sink.text(encoded);
    this.#sink.endDocument();
  }
}

/** The part of a SHA-256 that the split goes by. */
export const digestOf = (sha256: Buffer): DocumentDigest => [sha256.readUInt32LE(0), sha256.readUInt32LE(4)];

function textOf(source: string, field: string): string | { readonly why: string } {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return { why: "not JSON" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { why: "not an object" };
  const text: unknown = Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined;
  if (text === undefined) return { why: `no field "${field}"` };
  return typeof text === "string" ? text : { why: `field "${field}" is not a text` };
}

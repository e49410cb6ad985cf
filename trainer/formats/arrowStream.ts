/**
 * Reads an Arrow IPC stream as it grows: every complete record batch, once. A torn tail waits for the bytes that complete
 * it; bytes that cannot be Arrow end the reading with a problem, and what came before stands.
 */
import type { Problem } from "../protocol/errors.ts";
import { Malformed, readMessage, type ArrowBatch, type ArrowField, type ArrowType } from "./arrowMetadata.ts";

/** One column of one batch. `values` are little-endian, tightly packed, a copy of their own. */
export interface ArrowColumn {
  readonly type: ArrowType;
  readonly nulls: number;
  readonly values: Uint8Array<ArrayBuffer>;
}

export interface ArrowRows {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, ArrowColumn>;
}

export interface ArrowProgress {
  readonly batches: readonly ArrowRows[];
  readonly problems: readonly Problem[];
}

const continuation = 0xffffffff;
const prefixBytes = 8;
/** No metric stream comes near these; larger numbers are damage, not data to wait for. */
const maximumMetadataBytes = 1 << 20;
const maximumBodyBytes = 1 << 28;

export class ArrowStreamReader {
  #pending: Uint8Array = new Uint8Array(0);
  /** Offset in the stream of the first pending byte: where problems are. */
  #offset = 0;
  #fields: readonly ArrowField[] | null = null;
  #state: "reading" | "ended" | "damaged" = "reading";

  /** "ended" after a clean end of stream; "damaged" after a problem: nothing more is read. */
  get state(): "reading" | "ended" | "damaged" {
    return this.#state;
  }

  /** Bytes that wait for more. */
  get pendingBytes(): number {
    return this.#pending.length;
  }

  /** Takes the next bytes of the stream; they are not kept. */
  push(bytes: Uint8Array): ArrowProgress {
    if (this.#state === "damaged") return { batches: [], problems: [] };
    this.#pending = concatenated(this.#pending, bytes);
    const batches: ArrowRows[] = [];
    try {
      for (let batch = this.#next(); batch !== null; batch = this.#next()) {
        if (batch !== "schema") batches.push(batch);
      }
      return { batches, problems: [] };
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#state = "damaged";
      this.#pending = new Uint8Array(0);
      return { batches, problems: [damaged(this.#offset, error.message)] };
    }
  }

  #next(): ArrowRows | "schema" | null {
    const bytes = this.#pending;
    if (this.#state === "ended") {
      if (bytes.length > 0) throw new Malformed("Bytes follow the end of the stream.");
      return null;
    }
    if (bytes.length < prefixBytes) return this.#couldBePrefix(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0, true) !== continuation) throw new Malformed("A message does not begin as one.");
    const metadataBytes = view.getUint32(4, true);
    if (metadataBytes === 0) {
      if (!this.#fields) throw new Malformed("The stream ends before its schema.");
      this.#state = "ended";
      this.#consume(prefixBytes);
      return this.#next();
    }
    if (metadataBytes > maximumMetadataBytes) throw new Malformed(`A message's metadata has ${metadataBytes} bytes.`);
    const bodyStart = prefixBytes + metadataBytes;
    if (bytes.length < bodyStart) return null;
    const message = readMessage(bytes.subarray(prefixBytes, bodyStart));
    if (message.bodyBytes > maximumBodyBytes) throw new Malformed(`A message has ${message.bodyBytes} bytes.`);
    const end = bodyStart + message.bodyBytes;
    if (bytes.length < end) return null;
    let result: ArrowRows | "schema";
    if (message.kind === "schema") {
      if (this.#fields) throw new Malformed("A second schema follows.");
      this.#fields = message.fields;
      result = "schema";
    } else {
      if (!this.#fields) throw new Malformed("A batch comes before the schema.");
      result = columnsOf(this.#fields, message.batch, bytes.subarray(bodyStart, end));
    }
    this.#consume(end);
    return result;
  }

  /** A torn start of a message waits, unless it is none already. */
  #couldBePrefix(bytes: Uint8Array): null {
    if (bytes.subarray(0, 4).some((byte) => byte !== 0xff)) throw new Malformed("A message does not begin as one.");
    return null;
  }

  #consume(bytes: number): void {
    this.#pending = this.#pending.subarray(bytes);
    this.#offset += bytes;
  }
}

function columnsOf(fields: readonly ArrowField[], batch: ArrowBatch, body: Uint8Array): ArrowRows {
  const columns = new Map<string, ArrowColumn>();
  let buffer = 0;
  fields.forEach(({ name, type }, index) => {
    const nulls = batch.nulls[index];
    if (nulls === undefined) throw new Malformed(`A batch lacks the column "${name}".`);
    const place = batch.buffers[buffer + 1];
    buffer += type.kind === "other" ? type.buffers : 2;
    if (type.kind === "other") return;
    const bytes = batch.rows * bytesPerValue(type);
    if (!place || place.length < bytes || place.offset + bytes > body.length) {
      throw new Malformed(`The column "${name}" ends outside its batch.`);
    }
    columns.set(name, { type, nulls, values: body.slice(place.offset, place.offset + bytes) });
  });
  return { rows: batch.rows, columns };
}

function bytesPerValue(type: Exclude<ArrowType, { kind: "other" }>): number {
  switch (type.kind) {
    case "int":
    case "float":
      return type.bits / 8;
    case "timestamp":
      return 8;
    case "bytes":
      if (type.width < 1) throw new Malformed("A column has no width.");
      return type.width;
    default:
      return type satisfies never;
  }
}

function concatenated(a: Uint8Array, b: Uint8Array): Uint8Array {
  // Not `slice`: on a Buffer that is a view, of a pool that others write to.
  if (a.length === 0) return new Uint8Array(b);
  const both = new Uint8Array(a.length + b.length);
  both.set(a, 0);
  both.set(b, a.length);
  return both;
}

const damaged = (offset: number, why: string): Problem => ({
  severity: "error",
  code: "arrow-damaged",
  path: [],
  span: null,
  sentence: `The metrics are damaged at byte ${offset}: ${why}`,
  remedy: "Rows before it are shown; resuming the run from an earlier checkpoint writes the others again.",
});

/**
 * The parts of Arrow's IPC metadata (flatbuffers) that a metric stream uses, read with every offset checked: the bytes may
 * be torn, damaged or hostile. Source: Arrow columnar format 1.5, Message.fbs and Schema.fbs.
 */

/** Thrown within this folder only; the stream reader turns it into a problem. */
export class Malformed extends Error {}

export type ArrowType =
  | { readonly kind: "int"; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: "float"; readonly bits: 32 | 64 }
  /** Milliseconds since the epoch. */
  | { readonly kind: "timestamp" }
  | { readonly kind: "bytes"; readonly width: number }
  /** Known to this reader only in so far that it can be passed over. */
  | { readonly kind: "other"; readonly buffers: number };

export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
}

export interface ArrowBatch {
  readonly rows: number;
  /** Number of nulls of each field. */
  readonly nulls: readonly number[];
  /** Place of each buffer in the message's body. */
  readonly buffers: readonly { readonly offset: number; readonly length: number }[];
}

export type ArrowMessage = { readonly bodyBytes: number } & (
  | { readonly kind: "schema"; readonly fields: readonly ArrowField[] }
  | { readonly kind: "batch"; readonly batch: ArrowBatch }
);

/** Reads a message's metadata. Throws `Malformed`. */
export function readMessage(metadata: Uint8Array): ArrowMessage {
  const view = new DataView(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  const message = new Table(view, uint32(view, 0));
  const header = message.table(2);
  const bodyBytes = message.long(3);
  const headerType = message.byte(1);
  if (!header) throw new Malformed("A message has no header.");
  if (headerType === 1) return { kind: "schema", bodyBytes, fields: readSchema(header) };
  if (headerType === 3) return { kind: "batch", bodyBytes, batch: readBatch(header) };
  throw new Malformed(`Messages of type ${headerType} do not occur in metric streams.`);
}

function readSchema(schema: Table): readonly ArrowField[] {
  if (schema.short(0) !== 0) throw new Malformed("The stream is big-endian.");
  return schema.tables(1).map((field) => ({ name: field.text(0), type: readType(field) }));
}

function readType(field: Table): ArrowType {
  const type = field.table(3);
  if (!type || field.table(4) || field.tables(5).length > 0)
    throw new Malformed("A column is nested or dictionary-encoded.");
  switch (field.byte(2)) {
    case 2: {
      const bits = type.int(0);
      if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw new Malformed(`Integers have ${bits} bits.`);
      return { kind: "int", bits, signed: type.byte(1) === 1 };
    }
    case 3: {
      const precision = type.short(0);
      if (precision === 0) return { kind: "other", buffers: 2 };
      return { kind: "float", bits: precision === 1 ? 32 : 64 };
    }
    case 5:
    case 4:
      return { kind: "other", buffers: 3 };
    case 6:
      return { kind: "other", buffers: 2 };
    case 10:
      return type.short(0) === 1 ? { kind: "timestamp" } : { kind: "other", buffers: 2 };
    case 15:
      return { kind: "bytes", width: type.int(0) };
    default:
      throw new Malformed(`Columns of Arrow type ${field.byte(2)} do not occur in metric streams.`);
  }
}

function readBatch(batch: Table): ArrowBatch {
  if (batch.table(3)) throw new Malformed("The batches are compressed.");
  return {
    rows: batch.long(0),
    nulls: batch.pairs(1).map(([, nulls]) => nulls),
    buffers: batch.pairs(2).map(([offset, length]) => ({ offset, length })),
  };
}

/** A flatbuffers table: fields by slot, absent ones as 0, null or empty. */
class Table {
  readonly #view: DataView;
  readonly #at: number;
  readonly #slots: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#slots = at - int32(view, at);
  }

  byte(slot: number): number {
    const at = this.#field(slot);
    return at === null ? 0 : read(this.#view, at, 1, () => this.#view.getUint8(at));
  }

  short(slot: number): number {
    const at = this.#field(slot);
    return at === null ? 0 : read(this.#view, at, 2, () => this.#view.getInt16(at, true));
  }

  int(slot: number): number {
    const at = this.#field(slot);
    return at === null ? 0 : int32(this.#view, at);
  }

  long(slot: number): number {
    const at = this.#field(slot);
    return at === null ? 0 : size(this.#view, at);
  }

  table(slot: number): Table | null {
    const at = this.#field(slot);
    return at === null ? null : new Table(this.#view, at + uint32(this.#view, at));
  }

  text(slot: number): string {
    const at = this.#field(slot);
    if (at === null) return "";
    const [start, length] = this.#vector(at, 1);
    return new TextDecoder().decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length));
  }

  tables(slot: number): readonly Table[] {
    const at = this.#field(slot);
    if (at === null) return [];
    const [start, length] = this.#vector(at, 4);
    return Array.from({ length }, (_, i) => {
      const entry = start + 4 * i;
      return new Table(this.#view, entry + uint32(this.#view, entry));
    });
  }

  /** A vector of structs of two 64-bit numbers. */
  pairs(slot: number): readonly (readonly [number, number])[] {
    const at = this.#field(slot);
    if (at === null) return [];
    const [start, length] = this.#vector(at, 16);
    return Array.from({ length }, (_, i) => [size(this.#view, start + 16 * i), size(this.#view, start + 16 * i + 8)]);
  }

  /** Start and number of entries of the vector that the offset at `at` points to; all of it lies within the bytes. */
  #vector(at: number, entryBytes: number): readonly [number, number] {
    const vector = at + uint32(this.#view, at);
    const length = uint32(this.#view, vector);
    if (vector + 4 + length * entryBytes > this.#view.byteLength)
      throw new Malformed("A vector ends outside its message.");
    return [vector + 4, length];
  }

  #field(slot: number): number | null {
    const entry = 4 + 2 * slot;
    if (entry + 2 > uint16(this.#view, this.#slots)) return null;
    const offset = uint16(this.#view, this.#slots + entry);
    return offset === 0 ? null : this.#at + offset;
  }
}

function read(view: DataView, at: number, bytes: number, get: () => number): number {
  if (at < 0 || at + bytes > view.byteLength) throw new Malformed("An offset points outside its message.");
  return get();
}

const uint16 = (view: DataView, at: number): number => read(view, at, 2, () => view.getUint16(at, true));
const int32 = (view: DataView, at: number): number => read(view, at, 4, () => view.getInt32(at, true));
const uint32 = (view: DataView, at: number): number => read(view, at, 4, () => view.getUint32(at, true));

/** A 64-bit number that says how many or where: not negative, exact as a number. */
function size(view: DataView, at: number): number {
  const value = read(view, at, 8, () => Number(view.getBigInt64(at, true)));
  if (value < 0 || !Number.isSafeInteger(value)) throw new Malformed("A size is out of range.");
  return value;
}

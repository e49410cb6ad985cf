/**
 * The header of a safetensors file: 8 bytes of length (little-endian), then JSON that names each tensor's type, shape and
 * place, then the tensors. Reading never runs anything and trusts nothing. Source: huggingface/safetensors, "Format".
 */
import type { Parsed, Problem } from "../protocol/errors.ts";
import { repeatedKeys } from "./repeatedKeys.ts";

/** Bytes per element. F64 and the integers occur in files of others. */
const elementBytes: ReadonlyMap<string, number> = new Map([
  ...(["F64", "I64", "U64"] as const).map((type) => [type, 8] as const),
  ...(["F32", "I32", "U32"] as const).map((type) => [type, 4] as const),
  ...(["F16", "BF16", "I16", "U16"] as const).map((type) => [type, 2] as const),
  ...(["I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2"] as const).map((type) => [type, 1] as const),
]);

/** The reference implementation's limit. */
export const maximumHeaderBytes = 100_000_000;
export const lengthBytes = 8;

export interface TensorPlace {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  /** Offset in the file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface SafetensorsHeader {
  /** In the order of their places. */
  readonly tensors: readonly TensorPlace[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Offset in the file of the first tensor. */
  readonly dataOffset: number;
}

/**
 * The file's first bytes for float32 tensors that follow in this order without gaps, padded so that they begin at a
 * multiple of 8. `metadata` defaults to what `transformers` asks of files made for PyTorch.
 */
export function encodeHeader(
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
  metadata: Readonly<Record<string, string>> = { format: "pt" },
): Uint8Array<ArrayBuffer> {
  let end = 0;
  const entries = tensors.map(({ name, shape }) => {
    const begin = end;
    end += 4 * elementsOf(shape);
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([["__metadata__", metadata], ...entries])));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(lengthBytes + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, lengthBytes);
  return bytes;
}

/** Size of the header's JSON, from the file's first 8 bytes; a problem when no such header fits a file of `fileBytes`. */
export function parseHeaderLength(start: Uint8Array, fileBytes: number): Parsed<number> {
  if (start.length < lengthBytes)
    return { ok: false, problems: [problem([], "torn", "The file ends within its header's length.")] };
  const length = Number(new DataView(start.buffer, start.byteOffset, lengthBytes).getBigUint64(0, true));
  if (length > maximumHeaderBytes) {
    return {
      ok: false,
      problems: [problem([], "header-size", `The header has ${length} bytes, more than ${maximumHeaderBytes}.`)],
    };
  }
  if (length + lengthBytes > fileBytes) {
    return {
      ok: false,
      problems: [problem([], "torn", `The header has ${length} bytes, but the file only ${fileBytes}.`)],
    };
  }
  return { ok: true, value: length, warnings: [] };
}

/** Reads the header of a file of `fileBytes` bytes from its first bytes: at least 8 and the header's length of them. */
export function parseHeader(start: Uint8Array, fileBytes: number): Parsed<SafetensorsHeader> {
  const length = parseHeaderLength(start, fileBytes);
  if (!length.ok) return length;
  const dataOffset = lengthBytes + length.value;
  if (start.length < dataOffset)
    return { ok: false, problems: [problem([], "torn", "The file ends within its header.")] };
  const json = decode(start.subarray(lengthBytes, dataOffset));
  if (json === null) return { ok: false, problems: [problem([], "not-json", "The header is not JSON.")] };
  const { text, value } = json;
  if (!isObject(value)) return { ok: false, problems: [problem([], "not-json", "The header is not a JSON object.")] };

  const problems: Problem[] = repeatedKeys(text).map((name) =>
    problem([name], "repeated", `The tensor ${quoted(name)} is named twice.`),
  );
  const metadata = readMetadata(value["__metadata__"], problems);
  const tensors = Object.entries(value)
    .filter(([name]) => name !== "__metadata__")
    .flatMap(([name, entry]) => readTensor(name, entry, dataOffset, fileBytes, problems) ?? [])
    .sort((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  // Places are judged against each other only when each is sound by itself.
  if (problems.length === 0) problems.push(...gaps(tensors, dataOffset, fileBytes));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { tensors, metadata, dataOffset }, warnings: [] };
}

function readMetadata(value: unknown, problems: Problem[]): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const entries = isObject(value) ? Object.entries(value) : null;
  if (entries?.every((entry): entry is [string, string] => typeof entry[1] === "string")) {
    return Object.fromEntries(entries);
  }
  problems.push(problem(["__metadata__"], "metadata", "The metadata is not an object of texts."));
  return {};
}

function readTensor(
  name: string,
  entry: unknown,
  dataOffset: number,
  fileBytes: number,
  problems: Problem[],
): TensorPlace | null {
  const wrong = (code: string, what: string): null => {
    problems.push(problem([name], code, `The tensor ${quoted(name)} ${what}.`));
    return null;
  };
  if (!isObject(entry)) return wrong("entry", "is not described by an object");
  const { dtype, shape, data_offsets: offsets } = entry;
  const width = typeof dtype === "string" ? elementBytes.get(dtype) : undefined;
  if (typeof dtype !== "string" || width === undefined) return wrong("type", "has a type that is not known");
  if (!isSizes(shape)) return wrong("shape", "has a shape that is not a list of sizes");
  if (!isSizes(offsets) || offsets.length !== 2) return wrong("offsets", "has no pair of offsets");
  const [begin = 0, end = 0] = offsets;
  if (begin > end) return wrong("offsets", "ends before it begins");
  if (dataOffset + end > fileBytes) return wrong("out-of-range", "ends beyond the file");
  const wanted = width * elementsOf(shape);
  if (end - begin !== wanted) return wrong("size", `has ${end - begin} bytes where its type and shape need ${wanted}`);
  return { name, type: dtype, shape, offset: dataOffset + begin, bytes: end - begin };
}

/** As the reference implementation demands: places follow each other from the first byte of data to the last. */
function gaps(tensors: readonly TensorPlace[], dataOffset: number, fileBytes: number): readonly Problem[] {
  const problems: Problem[] = [];
  let end = dataOffset;
  for (const { name, offset, bytes } of tensors) {
    if (offset < end) problems.push(problem([name], "overlap", `The tensor ${quoted(name)} overlaps another.`));
    if (offset > end) problems.push(problem([name], "gap", `There is a gap before the tensor ${quoted(name)}.`));
    end = Math.max(end, offset + bytes);
  }
  if (end !== fileBytes)
    problems.push(problem([], "gap", `The file has ${fileBytes - end} bytes after its last tensor.`));
  return problems;
}

const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

function decode(bytes: Uint8Array): { readonly text: string; readonly value: unknown } | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    return null;
  }
}

const quoted = (name: string): string => JSON.stringify(name.length <= 80 ? name : `${name.slice(0, 77)}...`);

const problem = (path: Problem["path"], code: string, sentence: string): Problem => ({
  severity: "error",
  code: `safetensors-${code}`,
  path,
  span: null,
  sentence,
  remedy: "The file is damaged or was made by something else: use another checkpoint.",
});

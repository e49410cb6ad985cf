import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeHeader, parseHeader, parseHeaderLength } from "../../../trainer/formats/safetensors.ts";

const tensors = [
  { name: "bert.embeddings.word_embeddings.weight", shape: [5, 3] },
  { name: "scalar", shape: [] },
  { name: "empty", shape: [0, 4] },
  { name: 'odd "name"\n', shape: [2] },
];
const dataBytes = 4 * (15 + 1 + 0 + 2);
const good = encodeHeader(tensors);

function encoded(header: unknown): Uint8Array {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([start, json]);
}

const f32 = (begin: number, end: number, shape: readonly number[] = [(end - begin) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

/** What is said of a header before `bytes` bytes of data; [] when nothing is wrong. */
function sentences(header: unknown, bytes: number): readonly string[] {
  const start = encoded(header);
  const parsed = parseHeader(start, start.length + bytes);
  return parsed.ok ? [] : parsed.problems.map(({ sentence }) => sentence);
}

describe("safetensors header", () => {
  test("reads what it writes", () => {
    const parsed = parseHeader(good, good.length + dataBytes);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(good.length % 8).toBe(0);
    expect(parsed.value.metadata).toEqual({ format: "pt" });
    expect(parsed.value.dataOffset).toBe(good.length);
    const places = new Map(parsed.value.tensors.map((tensor) => [tensor.name, tensor]));
    let offset = good.length;
    for (const { name, shape } of tensors) {
      const bytes = 4 * shape.reduce((a, b) => a * b, 1);
      expect(places.get(name)).toEqual({ name, type: "F32", shape, offset, bytes });
      offset += bytes;
    }
  });

  test.each([
    ["not JSON", "{", 0, /not JSON/],
    ["a list", [], 0, /not a JSON object/],
    ["no description", { a: 1 }, 0, /"a" is not described/],
    ["an unknown type", { a: { ...f32(0, 4), dtype: "F31" } }, 4, /type that is not known/],
    ["a type of the prototype", { a: { ...f32(0, 4), dtype: "constructor" } }, 4, /type that is not known/],
    ["a negative size", { a: f32(0, 4, [-1]) }, 4, /shape/],
    ["a fraction of a size", { a: f32(0, 4, [0.5]) }, 4, /shape/],
    ["a shape that overflows", { a: f32(0, 4, [2 ** 40, 2 ** 40]) }, 4, /need/],
    ["no offsets", { a: { dtype: "F32", shape: [1] } }, 4, /no pair of offsets/],
    ["an end before the beginning", { a: f32(4, 0, [1]) }, 4, /ends before it begins/],
    ["an end beyond the file", { a: f32(0, 8) }, 4, /beyond the file/],
    ["a size that is not the shape's", { a: f32(0, 4, [2]) }, 4, /has 4 bytes where its type and shape need 8/],
    ["an overlap", { a: f32(0, 8), b: f32(4, 12) }, 12, /"b" overlaps/],
    ["a gap", { a: f32(0, 4), b: f32(8, 12) }, 12, /gap before the tensor "b"/],
    ["bytes left over", { a: f32(0, 4) }, 12, /8 bytes after/],
    ["metadata of numbers", { __metadata__: { epoch: 3 }, a: f32(0, 4) }, 4, /metadata/],
    [
      "a name twice",
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
      /"a" is named twice/,
    ],
  ])("refuses %s", (_, header, bytes, sentence) => {
    expect(sentences(header, bytes)).toEqual([expect.stringMatching(sentence)]);
  });

  test("tells all problems at once", () => {
    expect(sentences({ a: 1, b: { ...f32(0, 4), dtype: 3 }, c: f32(0, 400) }, 4)).toHaveLength(3);
  });

  test("keys of nested objects and brackets within names do not confuse it", () => {
    expect(sentences({ __metadata__: { shape: "[", dtype: "}" }, "{": f32(0, 4), "[\\": f32(4, 8) }, 8)).toEqual([]);
  });

  test("lengths that cannot be", () => {
    const start = new Uint8Array(8).fill(0xff);
    expect(parseHeaderLength(start, 1e12).ok).toBe(false);
    expect(parseHeaderLength(new Uint8Array(7), 7).ok).toBe(false);
    expect(parseHeaderLength(encoded({}), 9).ok).toBe(false);
    expect(parseHeader(encoded({}).subarray(0, 9), 10).ok).toBe(false);
  });

  test("changed and cut bytes: a value or sentences, never a throw; a sound header only with sound places", () => {
    const changes = fc.array(fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) }), { maxLength: 3 });
    let refused = 0;
    fc.assert(
      fc.property(changes, fc.nat(good.length), fc.boolean(), (list, cut, cutting) => {
        const bytes = Uint8Array.from(good);
        for (const { at, byte } of list) bytes[at] = byte;
        const parsed = parseHeader(cutting ? bytes.subarray(0, cut) : bytes, good.length + dataBytes);
        if (!parsed.ok) {
          refused++;
          expect(parsed.problems.length).toBeGreaterThan(0);
          return;
        }
        let end = parsed.value.dataOffset;
        for (const { offset, bytes: size } of parsed.value.tensors) {
          expect(offset).toBe(end);
          end += size;
        }
        expect(end).toBe(good.length + dataBytes);
      }),
      { seed: 7, numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});

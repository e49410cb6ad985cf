import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maximumProblems, parseValue } from "../../../trainer/protocol/parse.ts";
import * as shapes from "../../../trainer/protocol/shape.ts";
import type { Shape } from "../../../trainer/protocol/shape.ts";
import { editDistance, nearestName } from "../../../trainer/protocol/suggest.ts";

/** The parsed value, or each problem as "path: code". */
function read(shape: Shape, value: unknown): unknown {
  const parsed = parseValue(shape, value);
  return parsed.ok ? parsed.value : parsed.problems.map(({ path, code }) => `${path.join(".")}: ${code}`);
}

const point = shapes.object("", { x: shapes.integer("", { default: 0 }), y: shapes.integer("") });

describe("values", () => {
  test("objects: defaults, missing and unknown keys", () => {
    expect(read(point, { y: 2 })).toEqual({ x: 0, y: 2 });
    expect(read(point, { x: undefined, y: 2 })).toEqual({ x: 0, y: 2 });
    expect(read(point, {})).toEqual(["y: missing-key"]);
    expect(read(point, { y: 1, z: 3 })).toEqual(["z: unknown-key"]);
    expect(read(point, [])).toEqual([": wrong-type"]);
    expect(read(point, null)).toEqual([": wrong-type"]);
  });

  test("a misspelt key is one problem, not also a missing one", () => {
    const shape = shapes.object("", { layers: shapes.integer(""), heads: shapes.integer("") });
    expect(read(shape, { layer: 1, heads: 2 })).toEqual(["layer: unknown-key"]);
    expect(read(shape, { width: 1, heads: 2 })).toEqual(["width: unknown-key", "layers: missing-key"]);
  });

  test("open objects drop what they do not know", () => {
    const open = shapes.object("", { a: shapes.integer("") }, { open: true });
    expect(read(open, { a: 1, later: true })).toEqual({ a: 1 });
    expect(read(shapes.union("", { k: open }), { kind: "k", a: 1, later: true })).toEqual({ kind: "k", a: 1 });
  });

  test("an absent object of defaults is there", () => {
    const inner = shapes.object("", { n: shapes.integer("", { default: 3 }) }, { defaultEmpty: true });
    expect(read(shapes.object("", { inner }), {})).toEqual({ inner: { n: 3 } });
  });

  test("unions, by the tag they name", () => {
    const shape = shapes.union("", { a: point, b: shapes.object("", {}) }, { tag: "type" });
    expect(read(shape, { type: "a", y: 1 })).toEqual({ type: "a", x: 0, y: 1 });
    expect(read(shape, { type: "b", y: 1 })).toEqual(["y: unknown-key"]);
    expect(read(shape, { y: 1, q: 2 })).toEqual(["type: missing-key", "q: unknown-key"]);
    expect(read(shape, { type: "c" })).toEqual(["type: unknown-value"]);
    expect(read(shape, { type: 3 })).toEqual(["type: wrong-type"]);
    expect(read(shape, { type: "constructor" })).toEqual(["type: unknown-value"]);
    expect(read(shape, "a")).toEqual([": wrong-type"]);
  });

  test("numbers: finite, whole where they count something, within their range", () => {
    const share = shapes.number("", { exclusiveMinimum: 0, maximum: 1 });
    expect([0.5, 1].map((value) => read(share, value))).toEqual([0.5, 1]);
    for (const value of [0, -1, 1.001, NaN, Infinity]) expect(read(share, value)).toEqual([": out-of-range"]);
    const count = shapes.integer("", { minimum: 0, exclusiveMaximum: 10 });
    for (const value of [1.5, 10, -1, 2 ** 53]) expect(read(count, value)).toEqual([": out-of-range"]);
    expect(read(count, "3")).toEqual([": wrong-type"]);
    expect(read(count, 3n)).toEqual([": wrong-type"]);
  });

  test("lists, records, literals, null, either, optional, any", () => {
    expect(read(shapes.array("", point, { minItems: 1 }), [])).toEqual([": too-few-items"]);
    expect(read(shapes.array("", point), [{ y: 1 }, { y: "1" }, 3])).toEqual(["1.y: wrong-type", "2: wrong-type"]);
    expect(read(shapes.record("", shapes.integer("")), { a: 1, b: "x" })).toEqual(["b: wrong-type"]);
    expect(read(shapes.literal("", 1), 2)).toEqual([": wrong-type"]);
    expect(read(shapes.nullable(point), null)).toBeNull();
    const either = shapes.either("", shapes.string(""), shapes.array("", shapes.integer("")));
    expect([read(either, "a"), read(either, [1]), read(either, 1)]).toEqual(["a", [1], [": wrong-type"]]);
    expect(read(shapes.object("", { a: shapes.optional(point) }), {})).toEqual({});
    const deep = { a: [null, { b: 1 }] };
    expect(read(shapes.any(""), deep)).toBe(deep);
  });
});

describe("hostile values", () => {
  test("prototypes are neither read nor written", () => {
    const hostile: unknown = JSON.parse('{ "y": 1, "__proto__": { "x": 5 } }');
    expect(read(point, hostile)).toEqual(["__proto__: unknown-key"]);
    const inherited: unknown = Object.create({ y: 1 });
    expect(read(point, inherited)).toEqual(["y: missing-key"]);
    const record = read(shapes.record("", shapes.any("")), JSON.parse('{ "__proto__": { "polluted": 1 } }'));
    expect(Object.keys(record as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("problems come to an end", () => {
    const parsed = parseValue(shapes.array("", point), new Array(1_000_000).fill(0));
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems.length).toBe(maximumProblems);
    expect(problems.at(-1)?.code).toBe("too-many-problems");
  });

  test("foreign texts are cut short in messages", () => {
    const parsed = parseValue(point, { y: "x".repeat(1_000_000), ["k".repeat(1_000_000)]: 1 });
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems.map(({ sentence }) => sentence.length < 200)).toEqual([true, true]);
  });

  test("any value whatever gets an answer", () => {
    const shape = shapes.object("", {
      p: shapes.optional(point),
      u: shapes.optional(shapes.union("", { a: point })),
      e: shapes.optional(shapes.either("", shapes.string(""), shapes.array("", shapes.nullable(point)))),
      r: shapes.optional(shapes.record("", shapes.boolean(""))),
    });
    const value = fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom("p", "u", "e", "r", "q"), fc.anything()));
    fc.assert(
      fc.property(value, (value) => {
        const parsed = parseValue(shape, value);
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
        if (parsed.ok) expect(parseValue(shape, parsed.value)).toEqual(parsed);
      }),
      { seed: 31, numRuns: 3000 },
    );
  });
});

describe("the nearest known name", () => {
  test("counts insertions, deletions, substitutions and swaps", () => {
    const distances = [
      ["", "abc"],
      ["layer", "layers"],
      ["hdiden", "hidden"],
      ["kitten", "sitting"],
      ["same", "same"],
    ];
    expect(distances.map(([a, b]) => editDistance(a!, b!))).toEqual([3, 1, 1, 3, 0]);
  });

  test("is a suggestion only when it is near", () => {
    const known = ["layers", "hidden", "heads", "feedForward"];
    const check = (written: string, meant: string | null): void => expect(nearestName(written, known)).toBe(meant);
    check("layer", "layers");
    check("Hiden", "hidden");
    check("feedforward", "feedForward");
    check("feed_forward", "feedForward");
    check("width", null);
    check("x".repeat(1_000_000), null);
  });
});

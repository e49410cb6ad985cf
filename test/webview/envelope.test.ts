import fc from "fast-check";
import { expect, test } from "vitest";
import { envelope, lowerBound } from "../../webviews/kit/envelope.ts";

const loss = fc.oneof(
  { weight: 8, arbitrary: fc.float({ min: 0, max: 20, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);

test("each column shows exactly the first, last, least and greatest of its raw samples, and counts those missing", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), loss), { maxLength: 400 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: -100, max: 4000 }),
      fc.integer({ min: 1, max: 3000 }),
      (samples, columns, start, span) => {
        const sorted = [...samples].sort((a, b) => a[0] - b[0]);
        const xs = Float64Array.from(sorted, ([x]) => x);
        const ys = Float32Array.from(sorted, ([, y]) => y);
        const drawn = envelope(xs, ys, 0, xs.length, start, span, columns);
        for (let column = 0; column < columns; column++) {
          const inside = [...ys].filter((_, i) => Math.floor(((xs[i] ?? NaN) - start) * (columns / span)) === column);
          const finite = inside.filter((y) => Number.isFinite(y));
          expect(drawn.count[column]).toBe(inside.length);
          expect(drawn.missing[column]).toBe(inside.length - finite.length);
          expect(drawn.first[column]).toBe(finite[0] ?? NaN);
          expect(drawn.last[column]).toBe(finite.at(-1) ?? NaN);
          expect(drawn.min[column]).toBe(finite.length > 0 ? Math.min(...finite) : NaN);
          expect(drawn.max[column]).toBe(finite.length > 0 ? Math.max(...finite) : NaN);
        }
      },
    ),
    { seed: 11, numRuns: 300 },
  );
});

test("one sample of a million keeps its height", () => {
  const length = 1_000_000;
  const xs = Float64Array.from({ length }, (_, index) => index);
  const ys = new Float32Array(length).fill(2);
  ys[765_432] = 9;
  const { max } = envelope(xs, ys, 0, length, 0, length, 1024);
  expect(max[Math.floor((765_432 / length) * 1024)]).toBe(9);
  expect([...max].filter((value) => value === 9)).toHaveLength(1);
});

test("the lower bound is where sorting would insert", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 })), fc.integer({ min: -60, max: 60 }), (values, value) => {
      const xs = Float64Array.from(values).sort();
      const expected = [...xs].findIndex((x) => x >= value);
      expect(lowerBound(xs, xs.length, value)).toBe(expected < 0 ? xs.length : expected);
    }),
    { seed: 12 },
  );
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bits, fillNormal, normal, permute, philox, streams, uniform } from "../../../trainer/plan/random.ts";

describe("Philox 4x32-10 gives Random123's published vectors (kat_vectors)", () => {
  test.each([
    {
      counter: [0, 0, 0, 0],
      key: [0, 0],
      words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ] as const)("counter $counter", ({ counter, key, words }) => {
    const out = new Uint32Array(4);
    const [[c0, c1, c2, c3], [k0, k1]] = [counter, key];
    philox(c0, c1, c2, c3, k0, k1, out);
    expect([...out]).toEqual(words);
  });
});

describe("the layout of counter and key", () => {
  test("index / 4, step, stream, 0 under the two halves of the seed; word index mod 4", () => {
    const check = (seed: number, stream: number, step: number, index: number): void => {
      const block = new Uint32Array(4);
      philox(Math.floor(index / 4), step, stream, 0, seed % 2 ** 32, Math.floor(seed / 2 ** 32), block);
      expect(bits(seed, stream, step, index)).toBe(block[index % 4]);
    };
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        fc.integer({ min: 0, max: 2 ** 34 - 1 }),
        check,
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  test("streams have numbers of their own", () => {
    const numbers = Object.values(streams);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.max(...numbers)).toBe(streams.dropout);
  });

  test("filling gives the same numbers as asking one by one", () => {
    for (const length of [1, 2, 3, 5, 8, 13]) {
      const normals = new Float32Array(length);
      fillNormal(normals, 0.02, 9, 2, 5);
      expect([...normals]).toEqual(Array.from({ length }, (_, index) => Math.fround(0.02 * normal(9, 2, 5, index))));
    }
  });
});

describe("distributions", () => {
  const count = 100_000;
  const sample = (draw: (index: number) => number): readonly number[] =>
    Array.from({ length: count }, (_, i) => draw(i));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  test("uniform: in [0, 1), mean and each tenth within 3 sigma", () => {
    const values = sample((index) => uniform(3, streams.split, 0, index));
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(3 * Math.sqrt(1 / 12 / count));
    const tenths = Array.from({ length: 10 }, (_, tenth) => values.filter((v) => Math.floor(v * 10) === tenth).length);
    for (const tenth of tenths) expect(Math.abs(tenth - count / 10)).toBeLessThan(3 * Math.sqrt(count * 0.1 * 0.9));
  });

  test("normal: moments 0, 1, 0, 3 within 3 sigma", () => {
    const values = sample((index) => normal(3, streams.weights, 0, index));
    const moment = (power: number): number => mean(values.map((value) => value ** power));
    expect(Math.abs(moment(1))).toBeLessThan(3 * Math.sqrt(1 / count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(3 * Math.sqrt(2 / count));
    expect(Math.abs(moment(3))).toBeLessThan(3 * Math.sqrt(15 / count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(3 * Math.sqrt(96 / count));
  });
});

describe("permute", () => {
  test("is a bijection for every size", () => {
    const check = (size: number, seed: number, step: number): void => {
      const images = Array.from({ length: size }, (_, index) => permute(size, index, seed, streams.rowOrder, step));
      expect([...images].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, index) => index));
    };
    for (let size = 1; size <= 40; size++) check(size, size, 0);
    fc.assert(fc.property(fc.integer({ min: 1, max: 3000 }), fc.maxSafeNat(), fc.nat(1000), check), {
      seed: 2,
      numRuns: 60,
    });
  });

  test("stays within sizes that no memory could list", () => {
    const size = 2 ** 45 + 1;
    const images = Array.from({ length: 200 }, (_, index) => permute(size, index, 1, streams.rowOrder));
    expect(images.every((image) => Number.isSafeInteger(image) && image >= 0 && image < size)).toBe(true);
    expect(new Set(images).size).toBe(images.length);
  });

  test("sends an index to every place equally often over seeds", () => {
    const size = 7;
    const seeds = 7000;
    const counts = new Array<number>(size).fill(0);
    for (let seed = 0; seed < seeds; seed++) counts[permute(size, 3, seed, streams.rowOrder)]!++;
    for (const count of counts) {
      expect(Math.abs(count - seeds / size)).toBeLessThan(3 * Math.sqrt((seeds / size) * (1 - 1 / size)));
    }
  });

  test("differs between epochs, streams and seeds", () => {
    const order = (seed: number, stream: number, step: number): string =>
      Array.from({ length: 50 }, (_, index) => permute(50, index, seed, stream, step)).join();
    expect(new Set([order(1, 3, 0), order(1, 3, 1), order(1, 4, 0), order(2, 3, 0)]).size).toBe(4);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskedLanguage, predictionsPerRow } from "../../../trainer/data/maskedLanguage.ts";
import { streams } from "../../../trainer/plan/random.ts";
import { firstByteToken, maskToken, separatorToken, classToken } from "../../../trainer/plan/vocabulary.ts";

type Config = Parameters<typeof maskedLanguage>[0];
const published: Config = { kind: "maskedLanguage", maskShare: 0.15, replaceShare: 0.8, randomShare: 0.1 };
const draws = (step: number, row: number) => ({
  positionStream: streams.maskedPositions,
  tokenStream: streams.maskedTokens,
  step,
  row,
});

function masked(row: Uint16Array, step: number, index: number, config = published) {
  const objective = maskedLanguage(config, row.length, 7);
  const ids = new Int32Array(row.length).fill(99);
  const positions = new Int32Array(objective.predictions).fill(99);
  const labels = new Int32Array(objective.predictions).fill(99);
  objective.apply(row, draws(step, index), ids, positions, labels);
  return { ids, positions, labels };
}

const tokens = fc.array(fc.integer({ min: 0, max: 259 }), { minLength: 8, maxLength: 64 });

describe("masked language modelling", () => {
  test("predicts exactly k text positions, rising, or all there are", () => {
    fc.assert(
      fc.property(tokens, fc.nat(1e6), fc.nat(63), (content, step, index) => {
        const row = Uint16Array.from(content);
        const { ids, positions, labels } = masked(row, step, index);
        const k = Math.max(1, Math.round(0.15 * row.length));
        const text = content.filter((token) => token >= firstByteToken).length;
        const chosen = [...positions].slice(0, Math.min(k, text));
        expect(positions).toHaveLength(k);
        expect([...labels].slice(0, chosen.length)).toEqual(chosen.map((position) => row[position]));
        expect([...labels].slice(chosen.length).every((label) => label === -1)).toBe(true);
        expect(chosen.every((position, i) => i === 0 || position > (chosen[i - 1] ?? 0))).toBe(true);
        expect(chosen.every((position) => (row[position] ?? 0) >= firstByteToken)).toBe(true);
        content.forEach((token, at) => {
          if (!chosen.includes(at)) expect(ids[at]).toBe(token);
          else expect(ids[at] === maskToken || (ids[at] ?? 0) >= firstByteToken).toBe(true);
        });
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test("is a function of seed, step and row", () => {
    const row = Uint16Array.from({ length: 64 }, (_, i) => firstByteToken + i);
    expect(masked(row, 5, 3)).toEqual(masked(row, 5, 3));
    expect(masked(row, 5, 3).positions).not.toEqual(masked(row, 6, 3).positions);
    expect(masked(row, 5, 3).positions).not.toEqual(masked(row, 5, 4).positions);
  });

  test("80 / 10 / 10, and every position alike, within 4 sigma", () => {
    const length = 40;
    const row = new Uint16Array(length).fill(firstByteToken + 65);
    row[0] = classToken;
    row[20] = separatorToken;
    const rows = 4000;
    const k = predictionsPerRow(published, length);
    const counts = { masked: 0, changed: 0 };
    const at = new Float64Array(length);
    for (let index = 0; index < rows; index++) {
      const { ids, positions } = masked(row, index >> 5, index & 31);
      for (const position of positions) {
        at[position] = (at[position] ?? 0) + 1;
        if (ids[position] === maskToken) counts.masked++;
        else if (ids[position] !== row[position]) counts.changed++;
      }
    }
    const n = rows * k;
    const within = (count: number, trials: number, p: number): void =>
      expect(Math.abs(count - trials * p)).toBeLessThan(4 * Math.sqrt(trials * p * (1 - p)));
    within(counts.masked, n, 0.8);
    // A random token is the true one once in 256.
    within(counts.changed, n, 0.1 * (255 / 256));
    expect([at[0], at[20]]).toEqual([0, 0]);
    at.forEach((count, position) => {
      if (position !== 0 && position !== 20) within(count, rows, k / (length - 2));
    });
  });

  test("shares of 0 and 1", () => {
    const row = new Uint16Array(20).fill(firstByteToken);
    const all = masked(row, 0, 0, { ...published, replaceShare: 1, randomShare: 0 });
    expect([...all.positions].every((position) => all.ids[position] === maskToken)).toBe(true);
    const none = masked(row, 0, 0, { ...published, replaceShare: 0, randomShare: 0 });
    expect([...none.ids]).toEqual([...row]);
  });

  test("a row without text predicts nothing", () => {
    const { positions, labels } = masked(new Uint16Array(16).fill(separatorToken), 0, 0);
    expect([...positions]).toEqual([0, 0]);
    expect([...labels]).toEqual([-1, -1]);
  });
});

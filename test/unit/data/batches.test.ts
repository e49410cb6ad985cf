import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBatches, evaluationRows, trainingRows, type RowStore } from "../../../trainer/data/batches.ts";
import type { MicroBatch } from "../../../trainer/ports.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

/** Row i holds the text token 4 + i everywhere but at its start. */
const store = (rows: number, length: number): RowStore => ({
  rows,
  read: (index) => Promise.resolve(Uint16Array.from({ length }, (_, at) => (at === 0 ? 1 : 4 + index))),
});

const schedule = tinySchedule({ batch: { size: 6, length: 16, microBatches: 3 } });
const corpus = { train: store(25, 16), evaluation: store(9, 16) };
const source = createBatches(schedule, corpus);

describe("batches", () => {
  test("are the same for any order of asking", async () => {
    const rising: (readonly MicroBatch[])[] = [];
    for (let step = 0; step < 12; step++) rising.push(await source.train(step));
    const other = createBatches(schedule, corpus);
    const order = [7, 0, 11, 3, 3, 9, 1, 10, 2, 8, 4, 6, 5];
    for (const step of order) expect(await other.train(step)).toEqual(rising[step]);
    expect(await Promise.all(order.map((step) => source.train(step)))).toEqual(order.map((step) => rising[step]));
  });

  test("have the shapes that the port promises", async () => {
    const k = Math.round(16 * schedule.objective.maskShare);
    for (const parts of [await source.train(4), await source.evaluation(1)]) {
      expect(parts).toHaveLength(3);
      for (const part of parts) {
        expect([part.ids.length, part.rows.length, part.labels.length]).toEqual([32, 2 * k, 2 * k]);
        part.rows.forEach((position, i) => expect(Math.floor(position / 16)).toBe(Math.floor(i / k)));
        part.rows.forEach((position, i) => expect(part.labels[i]).toBe(textOf(part, position)));
      }
    }
  });

  test("do not depend on the number of micro-batches", async () => {
    const whole = createBatches(tinySchedule({ batch: { size: 6, length: 16, microBatches: 1 } }), corpus);
    const [one] = await whole.train(2);
    const parts = await source.train(2);
    expect(parts.flatMap((part) => [...part.ids])).toEqual([...(one?.ids ?? [])]);
    expect(parts.flatMap((part) => [...part.labels])).toEqual([...(one?.labels ?? [])]);
  });

  test("evaluation is the same each time, and not what training sees", async () => {
    expect(await source.evaluation(2)).toEqual(await createBatches(schedule, corpus).evaluation(2));
    expect(await source.evaluation(2)).not.toEqual(await source.evaluation(1));
  });
});

describe("order of rows", () => {
  const sizes = fc.record({ rows: fc.integer({ min: 8, max: 300 }), size: fc.integer({ min: 1, max: 8 }) });

  test("two epochs see each row once each, in different orders", () => {
    fc.assert(
      fc.property(sizes, fc.nat(1000), ({ rows, size }, seed) => {
        const config = tinySchedule({ batch: { size }, data: { seed } });
        const steps = Math.ceil((2 * rows) / size);
        const seen = Array.from({ length: steps }, (_, step) => trainingRows(config, rows, step)).flat();
        const first = seen.slice(0, rows);
        const second = seen.slice(rows, 2 * rows);
        const each = Array.from({ length: rows }, (_, row) => row);
        expect([...first].sort((a, b) => a - b)).toEqual(each);
        expect([...second].sort((a, b) => a - b)).toEqual(each);
        if (rows > 30) expect(first).not.toEqual(second);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  test("evaluation batches go through the held-out rows without repeating before all were seen", () => {
    const config = tinySchedule({ batch: { size: 4 } });
    const seen = [0, 1, 2, 3, 4].flatMap((index) => evaluationRows(config, 10, index));
    expect(new Set(seen.slice(0, 10)).size).toBe(10);
    expect(seen.slice(10)).toEqual(seen.slice(0, 10));
  });
});

/** The true token of a position of `store`'s rows, read off a neighbour that was not replaced. */
function textOf(part: MicroBatch, position: number): number {
  const row = Math.floor(position / 16);
  const counts = new Map<number, number>();
  for (const id of part.ids.subarray(row * 16 + 1, (row + 1) * 16)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? -1;
}

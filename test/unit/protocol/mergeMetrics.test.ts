import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluationTable, metricTable } from "../../../trainer/protocol/mergeMetrics.ts";
import type { MetricColumns } from "../../../trainer/protocol/metrics.ts";

interface Row {
  readonly step: number;
  readonly launch: number;
}

/** Every column derived from step and launch, so that a row that was torn apart shows. */
function columns(rows: readonly Row[]): MetricColumns {
  const of = (f: (row: Row) => number): number[] => rows.map(f);
  return {
    length: rows.length,
    step: Float64Array.from(of(({ step }) => step)),
    tokens: Float64Array.from(of(({ step }) => 100 * step)),
    loss: Float32Array.from(of(({ step, launch }) => step + launch / 8)),
    gradientNorm: Float32Array.from(of(({ step }) => -step)),
    learningRate: Float64Array.from(of(({ step }) => step / 3)),
    stage: Uint16Array.from(of(({ step }) => step % 7)),
    activeLayers: Uint8Array.from(rows.flatMap(({ step, launch }) => [step % 251, launch])),
    bytesPerRow: 2,
    layerFlops: Float64Array.from(of(({ step }) => 1e12 + step)),
    stepMilliseconds: Float32Array.from(of(({ launch }) => launch)),
    tokensPerSecond: Float32Array.from(of(({ step }) => 2 * step)),
    time: Float64Array.from(of(({ step, launch }) => 1e6 * launch + step)),
    launch: Uint16Array.from(of(({ launch }) => launch)),
  };
}

const range = (from: number, to: number, launch: number): Row[] =>
  Array.from({ length: to - from }, (_, i) => ({ step: from + i, launch }));

test("a resume's rows supersede the recomputed ones and all after them", () => {
  const table = metricTable();
  expect(table.append(columns(range(0, 10, 1)))).toBe(0);
  expect(table.append(columns(range(6, 8, 2)))).toBe(6);
  expect(table.columns()).toEqual(columns([...range(0, 6, 1), ...range(6, 8, 2)]));
  expect(table.append(columns(range(8, 12, 2)))).toBe(8);
  expect(table.append(columns([]))).toBe(12);
  expect(table.append(columns(range(8, 12, 1)))).toBe(12);
  expect(table.columns()).toEqual(columns([...range(0, 6, 1), ...range(6, 12, 2)]));
});

test("the same as a plain rule, whatever the cuts", () => {
  const launches = fc.array(fc.record({ back: fc.nat(12), steps: fc.integer({ min: 0, max: 15 }) }), { maxLength: 6 });
  fc.assert(
    fc.property(launches, fc.integer({ min: 1, max: 9 }), (list, chunk) => {
      const written: Row[] = [];
      const plain = new Map<number, Row>();
      let next = 0;
      list.forEach(({ back, steps }, i) => {
        const from = Math.max(0, next - back);
        const rows = range(from, from + steps, i + 1);
        if (steps > 0) for (const step of [...plain.keys()]) if (step >= from) plain.delete(step);
        for (const row of rows) plain.set(row.step, row);
        written.push(...rows);
        next = from + steps;
      });
      const table = metricTable();
      for (let at = 0; at < written.length; at += chunk) table.append(columns(written.slice(at, at + chunk)));
      const expected = columns([...plain.values()].sort((a, b) => a.step - b.step));
      expect(table.columns()).toEqual({ ...expected, bytesPerRow: expected.length > 0 ? 2 : 0 });
    }),
    { seed: 11, numRuns: 300 },
  );
});

test("the rows from a position on, and nothing of those before", () => {
  const table = metricTable();
  table.append(columns(range(0, 10, 1)));
  const end = table.columns(7);
  expect(end).toEqual(columns(range(7, 10, 1)));
  expect(end.step.buffer.byteLength).toBe(3 * 8);
});

test("what was handed out stands when the table goes on", () => {
  const table = metricTable();
  table.append(columns(range(0, 4, 1)));
  const before = table.columns();
  table.append(columns(range(1, 9, 2)));
  expect(before).toEqual(columns(range(0, 4, 1)));
  expect(before.loss.buffer.byteLength).toBe(4 * 4);
});

test("evaluations: the same rule", () => {
  const rows = (steps: readonly number[], launch: number) => ({
    length: steps.length,
    step: Float64Array.from(steps),
    tokens: Float64Array.from(steps),
    loss: Float32Array.from(steps, (step) => step + launch / 8),
    milliseconds: Float32Array.from(steps),
    time: Float64Array.from(steps),
    launch: Uint16Array.from(steps, () => launch),
  });
  const table = evaluationTable();
  table.append(rows([0, 100, 200], 1));
  table.append(rows([100], 2));
  expect([...table.columns().loss]).toEqual([0.125, 100.25]);
});

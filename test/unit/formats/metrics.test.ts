import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { tableFromIPC } from "@uwdata/flechette";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endOfStream, evaluationWriter, metricWriter } from "../../../trainer/formats/metricWriter.ts";
import { evaluationReader, metricReader } from "../../../trainer/formats/metricReader.ts";
import type { MetricColumns, MetricRow } from "../../../trainer/protocol/metrics.ts";

const row = (step: number): MetricRow => ({
  step,
  tokens: 2 ** 40 + 4096 * (step + 1),
  loss: 5.5 / (step + 1),
  gradientNorm: 1.5,
  learningRate: 1e-4 * step,
  stage: step % 3,
  activeLayers: Uint8Array.of(step & 255, 9),
  layerFlops: 1e12 + step,
  stepMilliseconds: 12.5,
  tokensPerSecond: 1000,
  time: 1_790_000_000_000 + step,
});

const { header, batch } = metricWriter(12);
const batches = [[row(0), row(1), row(2)], [row(3)], [row(4), row(5)]];
const parts = [header, ...batches.map((rows) => batch(rows)), endOfStream];
const whole = Buffer.concat(parts);
/** Rows that are complete once so many bytes are there. */
const rowsWithin = (bytes: number): number => {
  let end = header.length;
  let rows = 0;
  batches.forEach((each, i) => {
    end += parts[i + 1]?.length ?? 0;
    if (end <= bytes) rows += each.length;
  });
  return rows;
};
const steps = (columns: MetricColumns): number[] => [...columns.step];
const rising = (length: number): number[] => Array.from({ length }, (_, i) => i);

describe("metric stream", () => {
  test("gives back what was written", () => {
    const { columns, problems } = metricReader(3).push(whole);
    expect(problems).toEqual([]);
    const rows = batches.flat();
    expect(columns.length).toBe(6);
    for (const name of ["step", "tokens", "learningRate", "stage", "layerFlops", "time"] as const) {
      expect([...columns[name]]).toEqual(rows.map((each) => each[name]));
    }
    for (const name of ["loss", "gradientNorm", "stepMilliseconds", "tokensPerSecond"] as const) {
      expect([...columns[name]]).toEqual(rows.map((each) => Math.fround(each[name])));
    }
    expect([...columns.activeLayers]).toEqual(rows.flatMap((each) => [...each.activeLayers]));
    expect(columns.bytesPerRow).toBe(2);
    expect([...columns.launch]).toEqual([3, 3, 3, 3, 3, 3]);
  });

  test("its parts put together are one stream to another Arrow library", () => {
    const table = tableFromIPC(whole);
    expect(table.numRows).toBe(6);
    expect(table.schema.fields.map(({ name }) => name)).toEqual(Object.keys(row(0)));
    expect(Array.from(table.getChild("loss") ?? [])).toEqual(batches.flat().map(({ loss }) => Math.fround(loss)));
    expect(table.getChild("activeLayers")?.at(5)).toEqual(Buffer.of(5, 9));
  });

  test("the bytes that pyarrow was seen to read have not changed", () => {
    // After a change: write `whole` to a file, read it with pyarrow.ipc.open_stream, then note the new hash here.
    expect(createHash("sha256").update(whole).digest("hex")).toBe(
      "7611bb2f10dd0b7f392fad025b4c665b2f3ab8183d284f3050badc93111624b8",
    );
  });

  test("reads a segment that pyarrow wrote, of other widths and with foreign columns", () => {
    const reader = metricReader(1);
    const { columns, problems } = reader.push(fixture("pyarrow"));
    expect(problems).toEqual([]);
    expect(reader.state).toBe("ended");
    expect(steps(columns)).toEqual([0, 1, 2, 3, 4]);
    expect([...columns.loss]).toEqual([5.5, 5.25, 5, 4.75, 4.5]);
    expect([...columns.stage]).toEqual([0, 0, 1, 1, 1]);
    expect([...columns.tokens]).toEqual([1, 2, 3, 4, 5].map((i) => 2 ** 40 + 4096 * i));
    expect([...columns.activeLayers]).toEqual([0, 8, 1, 8, 2, 8, 3, 8, 4, 8]);
    expect(columns.time[4]).toBe(1_790_000_000_004);
  });

  test("a compressed segment is refused in a sentence", () => {
    const reader = metricReader(1);
    const { columns, problems } = reader.push(fixture("pyarrow-compressed"));
    expect(columns.length).toBe(0);
    expect(problems.map(({ sentence }) => sentence)).toEqual([expect.stringContaining("compressed")]);
    expect(reader.state).toBe("damaged");
  });

  test("columns that are not there, or are something else, are told by name", () => {
    const evaluations = evaluationWriter();
    const other = [{ step: 1, tokens: 2, loss: 3, milliseconds: 4, time: 5 }];
    const { problems } = metricReader(1).push(Buffer.concat([evaluations.header, evaluations.batch(other)]));
    expect(problems.map(({ sentence }) => sentence)).toEqual([expect.stringMatching(/no column "\w+"/)]);
  });

  test("evaluations", () => {
    const { header: start, batch: encode } = evaluationWriter();
    const rows = [1, 2].map((i) => ({
      step: 100 * i,
      tokens: 4096 * i,
      loss: 2.5 / i,
      milliseconds: 7,
      time: 1000 + i,
    }));
    const reader = evaluationReader(2);
    const { columns } = reader.push(Buffer.concat([start, encode(rows)]));
    expect([...columns.step]).toEqual([100, 200]);
    expect([...columns.loss]).toEqual([2.5, 1.25]);
    expect(reader.state).toBe("reading");
  });

  test("a clock's fractions of a millisecond are rounded", () => {
    const { columns } = metricReader(1).push(Buffer.concat([header, batch([{ ...row(0), time: 1000.6 }])]));
    expect([...columns.time]).toEqual([1001]);
  });
});

describe("metric stream, torn and damaged", () => {
  test("cut at every byte: the rows before the cut, and the rest once it comes", () => {
    for (let cut = 0; cut <= whole.length; cut++) {
      const reader = metricReader(1);
      const before = reader.push(whole.subarray(0, cut));
      expect(before.problems).toEqual([]);
      expect(before.columns.length).toBe(rowsWithin(cut));
      const after = reader.push(whole.subarray(cut));
      expect(after.problems).toEqual([]);
      expect([...steps(before.columns), ...steps(after.columns)]).toEqual(rising(6));
      expect(reader.state).toBe("ended");
    }
  });

  test("any cuts give the same rows", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 30 }), (cuts) => {
        const reader = metricReader(1);
        const ends = [...cuts.sort((a, b) => a - b), whole.length];
        const seen = ends.flatMap((end, i) => steps(reader.push(whole.subarray(ends[i - 1] ?? 0, end)).columns));
        expect(seen).toEqual(rising(6));
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test("changed bytes: never a throw, and the batches before them stand", () => {
    const changes = fc.array(fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) }), {
      minLength: 1,
      maxLength: 4,
    });
    let damaged = 0;
    fc.assert(
      fc.property(changes, (list) => {
        const bytes = Uint8Array.from(whole);
        for (const { at, byte } of list) bytes[at] = byte;
        const reader = metricReader(1);
        const { columns, problems } = reader.push(bytes);
        const intact = rowsWithin(Math.min(...list.map(({ at }) => at)));
        expect(steps(columns).slice(0, intact)).toEqual(rising(intact));
        if (problems.length > 0) damaged++;
        expect(reader.state === "damaged").toBe(problems.length > 0);
      }),
      { seed: 5, numRuns: 3000 },
    );
    expect(damaged).toBeGreaterThan(300);
  });

  test("bytes that are no stream at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 400 }), fc.boolean(), (noise, started) => {
        const bytes = started ? Buffer.concat([header, Uint8Array.of(255, 255, 255, 255, 32, 1, 0, 0), noise]) : noise;
        expect(metricReader(1).push(bytes).columns.length).toBe(0);
      }),
      { seed: 6, numRuns: 1000 },
    );
  });

  test("bytes after the end are damage", () => {
    const { columns, problems } = metricReader(1).push(Buffer.concat([whole, header]));
    expect(columns.length).toBe(6);
    expect(problems).toHaveLength(1);
  });
});

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../fixtures/metrics/${name}.arrows`, import.meta.url));
}

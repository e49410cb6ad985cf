import { expect, test } from "vitest";
import { auditCoverage, auditText, upperGamma } from "../../webviews/run/audit.ts";
import { createRecording, type RecordingOptions } from "../../webviews/run/dev/recording.ts";
import { Rows } from "../../webviews/run/rows.ts";

function recorded(options: RecordingOptions, done: number) {
  const recording = createRecording(options);
  const rows = new Rows(recording.plan.layers, recording.plan.tokensPerStep);
  rows.append(recording.metrics(0, done));
  return { plan: recording.plan, rows };
}

test("the chi-squared distribution has its tabled quantiles", () => {
  for (const [x, degrees, p] of [
    [3.841, 1, 0.05],
    [6.635, 1, 0.01],
    [18.307, 10, 0.05],
    [23.209, 10, 0.01],
    [2.558, 10, 0.99],
    [124.342, 100, 0.05],
  ] as const) {
    expect(upperGamma(degrees / 2, x / 2)).toBeCloseTo(p, 4);
  }
  expect(upperGamma(5, 0)).toBe(1);
});

test("the real sampler passes for many seeds, and its p values are spread as they should be", () => {
  const ps = Array.from({ length: 60 }, (_, seed) => {
    const { plan, rows } = recorded({ steps: 1200, seed }, 900);
    return auditCoverage(plan, rows)?.p ?? NaN;
  });
  expect(Math.min(...ps)).toBeGreaterThan(0.0005);
  const low = ps.filter((p) => p < 0.5).length;
  expect(low).toBeGreaterThan(15);
  expect(low).toBeLessThan(45);
});

test("a sampler that starves one layer is found out", () => {
  for (const starved of [4, 10]) {
    const { plan, rows } = recorded({ steps: 1200 }, 900);
    const columns = createRecording({ steps: 1200 }).metrics(0, 900);
    for (let row = 0; row < 900; row += 4) {
      const byte = row * columns.bytesPerRow + (starved >> 3);
      columns.activeLayers[byte] = (columns.activeLayers[byte] ?? 0) & ~(1 << (starved & 7));
    }
    const broken = new Rows(12, rows.tokensPerStep);
    broken.append(columns);
    const audit = auditCoverage(plan, broken);
    expect(audit?.p).toBeLessThan(0.001);
    expect(audit && auditText(audit)).toBe("! χ² p < 0.001");
  }
});

test("nothing is claimed from a handful of steps, nor of a network that is always whole", () => {
  const few = recorded({ steps: 1200 }, 10);
  expect(auditCoverage(few.plan, few.rows)).toBeNull();
  const full = recorded({ steps: 1200, stages: "12" }, 900);
  expect(auditCoverage(full.plan, full.rows)).toBeNull();
});

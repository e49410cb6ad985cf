import { expect, test } from "vitest";
import { unigramEntropy } from "../../../trainer/data/entropy.ts";
import { Preparation, type Side } from "../../../trainer/data/prepare.ts";
import { isEvaluationDocument, type DocumentDigest } from "../../../trainer/data/split.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

test("entropy of known distributions", () => {
  expect(unigramEntropy([])).toBe(0);
  expect(unigramEntropy([5, 0, 0])).toBe(0);
  expect(unigramEntropy(new Float64Array(256).fill(3))).toBeCloseTo(Math.log(256), 12);
  expect(unigramEntropy([1, 3])).toBeCloseTo(-(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75)), 12);
});

const digests: readonly DocumentDigest[] = Array.from({ length: 20_000 }, (_, i) => [
  Math.imul(i + 1, 0x9e3779b1) >>> 0,
  Math.imul(i + 7, 0x85ebca6b) >>> 0,
]);

test("the split keeps its share within 4 sigma, and follows the seed", () => {
  const { data } = tinySchedule({ data: { evaluationShare: 0.05 } });
  const chosen = digests.filter((digest) => isEvaluationDocument(data, digest));
  expect(Math.abs(chosen.length - 1000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.05 * 0.95));
  expect(digests.filter((digest) => isEvaluationDocument(data, digest))).toEqual(chosen);
  const other = digests.filter((digest) => isEvaluationDocument({ ...data, seed: 2 }, digest));
  expect(other).not.toEqual(chosen);
  const larger = digests.filter((digest) => isEvaluationDocument({ ...data, evaluationShare: 0.2 }, digest));
  expect(chosen.every((digest) => larger.includes(digest))).toBe(true);
});

test("documents go to their side whole; facts count rows, tails and text tokens", () => {
  const rows: Record<Side, number[][]> = { train: [], evaluation: [] };
  const schedule = tinySchedule({ batch: { length: 8 }, data: { evaluationShare: 0.5 } });
  const preparation = new Preparation(schedule, (side, row) => rows[side].push([...row]));
  const [evaluated, trained] = [true, false].map((side) =>
    digests.find((digest) => isEvaluationDocument(schedule.data, digest) === side),
  );
  for (const [digest, text] of [
    [evaluated, "evaluation text"],
    [trained, "aabb"],
    [trained, "ab"],
  ] as const) {
    preparation.beginDocument(digest ?? [0, 0]);
    preparation.text(Buffer.from(text));
    preparation.endDocument();
  }
  const a = 4 + 97;
  expect(rows.train).toEqual([[1, a, a, a + 1, a + 1, 2, a, a + 1]]);
  expect(rows.evaluation).toHaveLength(2);
  expect(preparation.finish()).toEqual({
    documents: 3,
    trainRows: 1,
    evaluationRows: 2,
    trainTokens: 8,
    evaluationTokens: 16,
    droppedTokens: 1 + 2,
    unigramEntropy: Math.log(2),
  });
});

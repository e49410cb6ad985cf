/**
 * Rows to batches. Which rows a step sees, and what of them is masked, is a pure function of (rows, seed, step): no
 * cursor, nothing to checkpoint, any order of asking.
 *
 * Training visits the rows in an endless sequence, `batch.size` a step: position n is row `permute(n mod rows)` of
 * epoch floor(n / rows), each epoch in an order of its own. Evaluation batch i is the same each time, masks included;
 * a set smaller than the batches asked for is gone through again, with other masks.
 */
import { permute, streams } from "../plan/random.ts";
import { vocabularySize } from "../plan/vocabulary.ts";
import type { BatchSource, MicroBatch } from "../ports.ts";
import type { Schedule } from "../protocol/config.ts";
import type { RowDraws } from "./objective.ts";
import { createObjective } from "./objectives.ts";

/** Rows of one length by number: in memory, or read from a file. */
export interface RowStore {
  readonly rows: number;
  /** Row `index`, 0 <= index < rows. The caller does not change it. */
  read(index: number): Promise<Uint16Array>;
}

export interface Corpus {
  readonly train: RowStore;
  readonly evaluation: RowStore;
}

/** The rows of training step `step`, in the order of the batch. */
export function trainingRows(schedule: Schedule, rows: number, step: number): readonly number[] {
  const { size } = schedule.batch;
  return Array.from({ length: size }, (_, i) => {
    const n = step * size + i;
    return permute(rows, n % rows, schedule.data.seed, streams.rowOrder, Math.floor(n / rows));
  });
}

/** The rows of evaluation batch `index`: spread over the held-out documents. */
export function evaluationRows(schedule: Schedule, rows: number, index: number): readonly number[] {
  const { size } = schedule.batch;
  return Array.from({ length: size }, (_, i) =>
    permute(rows, (index * size + i) % rows, schedule.data.seed, streams.evaluationMasks),
  );
}

/** `close` does nothing here: who opened the corpus closes it. */
export function createBatches(schedule: Schedule, corpus: Corpus): BatchSource {
  const { size, length, microBatches } = schedule.batch;
  const rowsPerPart = size / microBatches;
  const objective = createObjective(schedule);
  const k = objective.predictions;

  async function assemble(
    store: RowStore,
    rows: readonly number[],
    draws: Omit<RowDraws, "row">,
  ): Promise<readonly MicroBatch[]> {
    const tokens = await Promise.all(rows.map((row) => store.read(row)));
    return Array.from({ length: microBatches }, (_, part) => {
      const batch = {
        ids: new Int32Array(rowsPerPart * length),
        rows: new Int32Array(rowsPerPart * k),
        labels: new Int32Array(rowsPerPart * k),
      };
      for (let i = 0; i < rowsPerPart; i++) {
        const row = part * rowsPerPart + i;
        const positions = batch.rows.subarray(i * k, (i + 1) * k);
        objective.apply(
          tokens[row] as Uint16Array,
          { ...draws, row },
          batch.ids.subarray(i * length, (i + 1) * length),
          positions,
          batch.labels.subarray(i * k, (i + 1) * k),
        );
        for (let j = 0; j < k; j++) positions[j] = (positions[j] as number) + i * length;
      }
      return batch;
    });
  }

  return {
    vocabularySize,
    train: (step) =>
      assemble(corpus.train, trainingRows(schedule, corpus.train.rows, step), {
        positionStream: streams.maskedPositions,
        tokenStream: streams.maskedTokens,
        step,
      }),
    evaluation: (index) =>
      assemble(corpus.evaluation, evaluationRows(schedule, corpus.evaluation.rows, index), {
        positionStream: streams.evaluationMasks,
        tokenStream: streams.evaluationTokens,
        step: index,
      }),
    close: () => Promise.resolve(),
  };
}

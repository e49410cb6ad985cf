/** What a model is asked to predict: the port that every objective implements, one file each. */

/** Where in the counter space of `plan/random.ts` a row's draws come from. */
export interface RowDraws {
  readonly positionStream: number;
  readonly tokenStream: number;
  /** Training step, or number of the evaluation batch. */
  readonly step: number;
  /** Row within the whole batch, before it is cut into micro-batches. */
  readonly row: number;
}

export interface Objective {
  /** Predicted positions per row, always the same: arrays of one size, no branches in the model. */
  readonly predictions: number;
  /**
   * Reads the true tokens `row` [T] and writes what the model sees to `ids` [T], the predicted positions (rising,
   * within the row) to `positions` [predictions] and the true tokens there to `labels`, -1 where there is nothing to predict.
   */
  apply(row: Uint16Array, draws: RowDraws, ids: Int32Array, positions: Int32Array, labels: Int32Array): void;
}

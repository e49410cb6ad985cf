/** The size of a run and of its model, read off the schedule: defaults that depend on other fields are settled here. */
import type { Schedule } from "../protocol/config.ts";
import { vocabularySize } from "./vocabulary.ts";

export interface ModelSize {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Positions with embeddings. */
  readonly positions: number;
  readonly normPosition: "pre" | "post";
}

export function modelSize(schedule: Schedule): ModelSize {
  const { model, batch } = schedule;
  return {
    layers: model.layers,
    hidden: model.hidden,
    heads: model.heads,
    feedForward: model.feedForward ?? 4 * model.hidden,
    vocabulary: vocabularyOf(schedule.tokenizer),
    positions: model.maxLength ?? batch.length,
    normPosition: model.normPosition,
  };
}

export function vocabularyOf(tokenizer: Schedule["tokenizer"]): number {
  switch (tokenizer) {
    case "bytes":
      return vocabularySize;
  }
  tokenizer satisfies never;
}

export const tokensPerStep = (batch: { readonly size: number; readonly length: number }): number =>
  batch.size * batch.length;

/** Optimizer steps of the run; a length in tokens is rounded up to whole steps. */
export function runSteps(schedule: Pick<Schedule, "steps" | "tokens" | "batch">): number {
  if (schedule.steps !== undefined) return schedule.steps;
  if (schedule.tokens !== undefined) return Math.ceil(schedule.tokens / tokensPerStep(schedule.batch));
  throw new Error('internal: a schedule without "steps" and "tokens" got past parseSchedule');
}

/** Positions predicted in each row of `length` tokens. */
export const predictedPositions = (length: number, maskShare: number): number =>
  Math.max(1, Math.round(length * maskShare));

/** All that the run view knows. Pure: messages in, state out; no DOM, no clock. */
import { createJournal, readEvents, type Journal } from "./journal.ts";
import { Rows } from "./rows.ts";
import type { Delta, Hydrate, RunFacts } from "./incoming.ts";
import type { Plan } from "../../trainer/plan/plan.ts";
import type { EvaluationColumns } from "../../trainer/protocol/metrics.ts";
import type { RunStatus } from "../../trainer/protocol/status.ts";

export interface Evaluation {
  readonly step: number;
  readonly loss: number;
  readonly milliseconds: number;
}

export interface RunState {
  readonly facts: RunFacts;
  readonly plan: Plan;
  readonly status: RunStatus;
  readonly journal: Journal;
  /** Grows in place; `revision` tells that something changed. */
  readonly rows: Rows;
  readonly evaluations: readonly Evaluation[];
  readonly revision: number;
}

export function hydrated(message: Hydrate): RunState {
  const rows = new Rows(message.plan.layers, message.plan.tokensPerStep);
  rows.append(message.metrics);
  return {
    facts: message.facts,
    plan: message.plan,
    status: message.status,
    journal: readEvents(createJournal(), message.events),
    rows,
    evaluations: withEvaluations([], message.evaluations),
    revision: 0,
  };
}

export function applied(state: RunState, delta: Delta): RunState {
  let { evaluations } = state;
  if (delta.metrics && delta.metrics.length > 0) {
    // Rows that go back are a resume: what was evaluated after that step belongs to a past that is being rewritten.
    const first = delta.metrics.step[0] ?? 0;
    if (first < state.rows.completed) evaluations = evaluations.filter((evaluation) => evaluation.step <= first);
    state.rows.append(delta.metrics);
  }
  if (delta.evaluations) evaluations = withEvaluations(evaluations, delta.evaluations);
  return {
    ...state,
    status: delta.status ?? state.status,
    journal: delta.events ? readEvents(state.journal, delta.events) : state.journal,
    evaluations,
    revision: state.revision + 1,
  };
}

function withEvaluations(old: readonly Evaluation[], columns: EvaluationColumns): readonly Evaluation[] {
  const evaluations = [...old];
  for (let index = 0; index < columns.length; index++) {
    const step = columns.step[index] ?? 0;
    while (evaluations.length > 0 && (evaluations.at(-1)?.step ?? 0) >= step) evaluations.pop();
    evaluations.push({ step, loss: columns.loss[index] ?? NaN, milliseconds: columns.milliseconds[index] ?? NaN });
  }
  return evaluations;
}

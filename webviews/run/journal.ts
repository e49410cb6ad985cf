/** What the run's events say that the view draws: checkpoints as they stand, restarts, stage borders, marks. */
import type { CheckpointReason, RunEvent } from "../../trainer/protocol/events.ts";

export interface CheckpointMark {
  readonly name: string;
  readonly step: number;
  readonly reasons: readonly CheckpointReason[];
  readonly removed: boolean;
}

export interface StageLosses {
  readonly stage: number;
  /** Steps done when it was left. */
  readonly step: number;
  readonly lossAtEntry: number;
  readonly lossAtExit: number;
}

/** A fact to show at a step, in words. */
export interface Mark {
  readonly step: number;
  readonly kind: "restart" | "paused" | "continued" | "requested" | "nonFinite" | "stopped" | "failed" | "completed";
  readonly sentence: string;
}

export interface Journal {
  readonly checkpoints: ReadonlyMap<string, CheckpointMark>;
  readonly stagesLeft: ReadonlyMap<number, StageLosses>;
  readonly marks: readonly Mark[];
  readonly engine: { readonly name: string; readonly variant: string } | null;
}

export const createJournal = (): Journal => ({
  checkpoints: new Map(),
  stagesLeft: new Map(),
  marks: [],
  engine: null,
});

export function readEvents(journal: Journal, events: readonly RunEvent[]): Journal {
  const checkpoints = new Map(journal.checkpoints);
  const stagesLeft = new Map(journal.stagesLeft);
  const marks = [...journal.marks];
  let { engine } = journal;
  for (const event of events) {
    const { step } = event;
    switch (event.type) {
      case "launched":
        engine = { name: event.engine, variant: event.variant };
        // What lies beyond the checkpoint is to be done again, stage borders too.
        for (const left of stagesLeft.values()) if (left.step > event.fromStep) stagesLeft.delete(left.stage);
        if (event.launch > 1) {
          marks.push({
            step: event.fromStep,
            kind: "restart",
            sentence: `launch ${event.launch} goes on from step ${event.fromStep}`,
          });
        }
        break;
      case "stageEntered":
        stagesLeft.delete(event.stage);
        break;
      case "stageLeft":
        stagesLeft.set(event.stage, {
          stage: event.stage,
          step,
          lossAtEntry: event.lossAtEntry,
          lossAtExit: event.lossAtExit,
        });
        break;
      case "checkpointSaved":
        checkpoints.set(event.name, { name: event.name, step, reasons: event.kept, removed: false });
        break;
      case "checkpointRemoved": {
        const mark = checkpoints.get(event.name);
        if (mark) checkpoints.set(event.name, { ...mark, removed: true });
        break;
      }
      case "evaluated":
        break;
      case "requested":
        marks.push({ step, kind: "requested", sentence: `${event.action} asked for by ${event.by}` });
        break;
      case "paused":
      case "continued":
        marks.push({ step, kind: event.type, sentence: event.type });
        break;
      case "nonFinite":
        marks.push({ step, kind: "nonFinite", sentence: `${event.what} not finite in ${event.tensor}` });
        break;
      case "stopped":
        marks.push({
          step,
          kind: "stopped",
          sentence: event.reason === "request" ? "stopped on request" : "interrupted",
        });
        break;
      case "completed":
        marks.push({ step, kind: "completed", sentence: "completed" });
        break;
      case "failed":
        marks.push({ step, kind: "failed", sentence: event.sentence });
        break;
      default:
        event satisfies never;
    }
  }
  return { checkpoints, stagesLeft, marks, engine };
}

/** A checkpoint that rotation will not take away. */
export const isKept = (mark: CheckpointMark): boolean => mark.reasons.some((reason) => reason !== "cadence");

/** Steps done at the latest checkpoint that still exists; 0 when there is none. */
export function lastCheckpointStep(journal: Journal): number {
  let last = 0;
  for (const mark of journal.checkpoints.values()) if (!mark.removed && mark.step > last) last = mark.step;
  return last;
}

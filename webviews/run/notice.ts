/** What state a run is in, in words: the chip, and where something needs doing a sentence and what to do about it. */
import { count } from "../kit/format.ts";
import { lastCheckpointStep } from "./journal.ts";
import type { RunState } from "./state.ts";
import type { RunViewCommand } from "../messages/runView.ts";

export interface Notice {
  readonly tone: "calm" | "warning" | "bad";
  readonly sentence: string;
  readonly remedy: string;
}

/** A word, and a sign so that colour is not the only difference. */
export interface Chip {
  readonly text: string;
  readonly tone: "good" | "calm" | "warning" | "bad";
}

export function chipOf({ status }: RunState): Chip {
  switch (status.state) {
    case "preparing":
      return { text: "◌ preparing", tone: "calm" };
    case "running":
      return { text: "● running", tone: "good" };
    case "paused":
      return { text: "‖ paused", tone: "warning" };
    case "stopping":
      return { text: "■ stopping", tone: "warning" };
    case "stopped":
      return { text: "■ stopped", tone: "calm" };
    case "completed":
      return { text: "✓ completed", tone: "good" };
    case "nonFinite":
      return { text: "✕ not finite", tone: "bad" };
    case "failed":
      return { text: "✕ failed", tone: "bad" };
    case "lost":
      return { text: "✕ lost", tone: "bad" };
    case "damaged":
      return { text: "✕ damaged", tone: "bad" };
    default:
      return status satisfies never;
  }
}

/** Null when the pictures say it all. */
export function noticeOf(state: RunState): Notice | null {
  const { status, journal, rows } = state;
  const saved = lastCheckpointStep(journal);
  const goOn =
    saved > 0 ? `Resume goes on from the checkpoint at step ${count(saved)}.` : "Resume starts again from step 0.";
  const lostSteps = rows.completed - saved;
  switch (status.state) {
    case "preparing":
      return {
        tone: "calm",
        sentence:
          rows.length === 0
            ? "The trainer is starting: it reads the text and cuts it into batches."
            : "The trainer is starting again.",
        remedy: "The first step appears here by itself.",
      };
    case "paused":
      return {
        tone: "calm",
        sentence: "Paused; the memory is released.",
        remedy: "Resume goes on with the very next step.",
      };
    case "stopping":
      return {
        tone: "calm",
        sentence: "Stopping as asked.",
        remedy: "A checkpoint is written first, unless the stop was asked for now.",
      };
    case "stopped":
      return { tone: "calm", sentence: `Stopped after ${count(rows.completed)} steps.`, remedy: goOn };
    case "nonFinite":
      return {
        tone: "bad",
        sentence: `Training stopped at step ${count(status.step)}: ${status.tensor || "a value"} is no longer finite.`,
        remedy:
          `Lower the peak learning rate or lengthen the warm-up in the schedule. ${saved > 0 ? `The checkpoint at step ${count(saved)} is from before.` : ""}`.trim(),
      };
    case "failed":
      return { tone: "bad", sentence: status.sentence, remedy: status.remedy };
    case "lost":
      return {
        tone: "bad",
        sentence: `The trainer is gone without a last word, after step ${count(status.lastStep)}: killed, crashed, or the machine went down.`,
        remedy: `${goOn}${saved > 0 && lostSteps > 0 ? ` ${count(lostSteps)} steps are computed again, exactly.` : ""}`,
      };
    case "damaged":
      return {
        tone: "bad",
        sentence: status.sentence,
        remedy: "See the log; the checkpoints of the run may still be whole.",
      };
    case "running":
    case "completed":
      return null;
    default:
      return status satisfies never;
  }
}

/** Which commands make sense now. */
export function allowed({ status }: RunState): ReadonlySet<RunViewCommand> {
  switch (status.state) {
    case "preparing":
      return new Set(["stop", "openSchedule", "showLog"]);
    case "running":
      return new Set(["pause", "checkpoint", "stop", "openSchedule", "showLog"]);
    case "paused":
      return new Set(["resume", "stop", "openSchedule", "showLog"]);
    case "stopping":
      return new Set(["stop", "openSchedule", "showLog"]);
    case "stopped":
    case "failed":
    case "lost":
    case "nonFinite":
      return new Set(["resume", "openSchedule", "showLog"]);
    case "completed":
    case "damaged":
      return new Set(["openSchedule", "showLog"]);
    default:
      return status satisfies never;
  }
}

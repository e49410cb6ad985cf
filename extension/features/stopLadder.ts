/** The ladder of ways to stop a run, gentlest first, and what each would cost. */
import type { ControlAction } from "../../trainer/protocol/events.ts";
import type { Translate } from "../host/translate.ts";
import { count, duration } from "../host/format.ts";
import type { RunFacts } from "../runs/facts.ts";
import { riskText } from "./riskText.ts";

export type Rung =
  | { readonly kind: "request"; readonly action: Extract<ControlAction, `stop-${string}`> }
  /** Signals to the process tree; `force` cannot be caught. */
  | { readonly kind: "signal"; readonly force: boolean };

export interface LadderItem {
  readonly rung: Rung;
  readonly label: string;
  /** When it ends, or what it costs. */
  readonly detail: string;
  /** A question to answer before it happens, where something would be lost. */
  readonly confirm?: { readonly question: string; readonly loses: string; readonly button: string };
}

export function stopLadder(run: RunFacts, t: Translate): readonly LadderItem[] {
  const loses = lossText(run, t);
  const onRequest: readonly LadderItem[] = [
    {
      rung: { kind: "request", action: "stop-after-stage" },
      label: t("After this stage"),
      detail: afterStage(run, t),
    },
    {
      rung: { kind: "request", action: "stop-after-checkpoint" },
      label: t("After the next checkpoint"),
      detail: t("Goes on to the next checkpoint that the schedule asks for; nothing is lost."),
    },
    {
      rung: { kind: "request", action: "stop-now" },
      label: t("Checkpoint and stop now"),
      detail: t("Finishes the step, saves a checkpoint, ends; nothing is lost."),
    },
  ];
  const bySignal: readonly LadderItem[] = [
    {
      rung: { kind: "signal", force: false },
      label: t("Terminate the process tree"),
      detail: t("Asks the operating system to end it, when requests get no answer. {0}", loses),
      confirm: {
        question: t('Terminate the process tree of "{0}"?', run.name),
        loses,
        button: t("Terminate"),
      },
    },
    {
      rung: { kind: "signal", force: true },
      label: t("Kill the process tree"),
      detail: t("The last resort: it cannot save anything. {0}", loses),
      confirm: { question: t('Kill the process tree of "{0}"?', run.name), loses, button: t("Kill") },
    },
  ];
  return run.status.state === "preparing" ? bySignal : [...onRequest, ...bySignal];
}

/** A run that trains goes on while the question is read, so "nothing" is said of one that waits only. */
function lossText(run: RunFacts, t: Translate): string {
  const risk = riskText(run, t);
  if (risk) return t("What would be lost: {0}. It is recomputed when the run is resumed.", risk);
  return run.status.state === "running"
    ? t("What would be lost: the steps since the checkpoint that was just saved.")
    : t("Nothing would be lost.");
}

function afterStage(run: RunFacts, t: Translate): string {
  const stage = run.stages.find(({ state }) => state.kind === "running");
  if (!stage) return t("Saves a checkpoint at the stage's end and ends; nothing is lost.");
  const steps = stage.lastStep + 1 - run.progress.step;
  const { remainingSeconds, steps: all } = run.progress;
  const left = all !== null && all > run.progress.step ? steps / (all - run.progress.step) : null;
  return remainingSeconds !== null && left !== null
    ? t("In {0} steps, about {1}; nothing is lost.", count(steps), duration(remainingSeconds * left, t))
    : t("In {0} steps; nothing is lost.", count(steps));
}

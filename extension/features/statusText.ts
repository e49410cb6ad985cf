/** A run's state in words and as an icon: the same in tree, status bar and messages. */
import type { RunStatus } from "../../trainer/protocol/status.ts";
import { count, duration, loss, compact, percent } from "../host/format.ts";
import type { Translate } from "../host/translate.ts";
import type { Ability } from "../contributions.ts";
import type { RunFacts } from "../runs/facts.ts";

export function statusWord(status: RunStatus, t: Translate): string {
  switch (status.state) {
    case "preparing":
      return t("preparing");
    case "running":
      return t("running");
    case "paused":
      return t("paused");
    case "stopping":
      return t("stopping");
    case "stopped":
      return t("stopped");
    case "completed":
      return t("completed");
    case "nonFinite":
      return t("not finite");
    case "failed":
      return t("failed");
    case "lost":
      return t("lost");
    case "damaged":
      return t("damaged");
    default:
      return status satisfies never;
  }
}

/** Product icon and theme colour; colour never says more than icon and word do. */
export function statusIcon(status: RunStatus): { readonly icon: string; readonly color?: string } {
  switch (status.state) {
    case "preparing":
      return { icon: "loading~spin" };
    case "running":
      return { icon: "play-circle", color: "charts.green" };
    case "paused":
      return { icon: "debug-pause", color: "charts.yellow" };
    case "stopping":
      return { icon: "debug-stop", color: "charts.yellow" };
    case "stopped":
      return { icon: "circle-slash" };
    case "completed":
      return { icon: "pass", color: "charts.green" };
    case "nonFinite":
      return { icon: "flame", color: "problemsErrorIcon.foreground" };
    case "failed":
      return { icon: "error", color: "problemsErrorIcon.foreground" };
    case "lost":
      return { icon: "debug-disconnect", color: "problemsWarningIcon.foreground" };
    case "damaged":
      return { icon: "warning", color: "problemsWarningIcon.foreground" };
    default:
      return status satisfies never;
  }
}

/** What can be done with a run in this state; `resume` also means "go on" for a paused run. */
export function abilitiesOf(status: RunStatus): readonly Ability[] {
  switch (status.state) {
    case "running":
      return ["pause", "checkpoint", "stop"];
    case "preparing":
      return ["stop"];
    case "paused":
      return ["resume", "stop"];
    case "stopping":
      return ["stop"];
    case "stopped":
    case "nonFinite":
    case "failed":
    case "lost":
      return ["resume"];
    case "completed":
    case "damaged":
      return [];
    default:
      return status satisfies never;
  }
}

/** "running · 62 % · loss 2.314", behind the run's name in the tree. */
export function runDescription(run: RunFacts, t: Translate): string {
  const { step, steps } = run.progress;
  const parts = [statusWord(run.status, t)];
  if (run.status.state === "preparing" || run.status.state === "damaged") return parts.join("");
  if (run.status.state !== "completed" && steps !== null) parts.push(percent(step / steps));
  if (run.status.state !== "completed" && steps === null && step > 0) parts.push(t("step {0}", count(step)));
  // Two losses, never mixed: a live run's training loss, else what the full network reached.
  if (run.loss !== null) parts.push(t("loss {0}", loss(run.loss)));
  else if (run.evaluation) parts.push(t("evaluation {0}", loss(run.evaluation.loss)));
  return parts.join(" · ");
}

/** What there is to know in a hover, as lines of plain text. */
export function runDetails(run: RunFacts, t: Translate): readonly string[] {
  const { step, steps, tokensPerSecond, remainingSeconds } = run.progress;
  const lines = [steps === null ? t("Step {0}", count(step)) : t("Step {0} of {1}", count(step), count(steps))];
  if (run.loss !== null) lines.push(t("Training loss of the active subnetwork: {0}", loss(run.loss)));
  if (run.evaluation)
    lines.push(
      t("Evaluation loss of the full network: {0} at step {1}", loss(run.evaluation.loss), count(run.evaluation.step)),
    );
  if (tokensPerSecond !== null) lines.push(t("{0} tokens a second", compact(tokensPerSecond)));
  if (remainingSeconds !== null) lines.push(t("{0} left", duration(remainingSeconds, t)));
  const reason = statusReason(run.status, t);
  if (reason) lines.push(reason);
  lines.push(run.directory);
  return lines;
}

/** Why a run is in a state that needs explaining; empty when its word says all. */
export function statusReason(status: RunStatus, t: Translate): string {
  switch (status.state) {
    case "nonFinite":
      return t(
        "{0} became non-finite at step {1}; the last good checkpoint is kept.",
        status.tensor,
        count(status.step),
      );
    case "failed":
      return `${status.sentence} ${status.remedy}`;
    case "damaged":
      return status.sentence;
    case "lost":
      return t(
        "The process is gone without a last word, at step {0} or later. Resume goes on from the last checkpoint.",
        count(status.lastStep),
      );
    case "preparing":
    case "running":
    case "paused":
    case "stopping":
    case "stopped":
    case "completed":
      return "";
    default:
      return status satisfies never;
  }
}

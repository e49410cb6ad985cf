/** How far a stage of a live run has come, in the words that stand behind its line. */
import { count, duration, loss, percent } from "../host/format.ts";
import type { Translate } from "../host/translate.ts";
import type { RunFacts, StageFacts } from "../runs/facts.ts";

/** "✓ 5.610 → 3.020", "▶ step 12 480, 50 % · loss 2.314 · 31 min left", "waiting". */
export function stageText(stage: StageFacts, run: RunFacts, t: Translate): string {
  switch (stage.state.kind) {
    case "waiting":
      return t("waiting");
    case "running": {
      const { step, steps, remainingSeconds } = run.progress;
      const parts = [`▶ ${t("step {0}, {1}", count(step), percent(stage.state.share))}`];
      if (run.loss !== null) parts.push(t("loss {0}", loss(run.loss)));
      // The estimate is for the whole run; in its last stage that is the stage's.
      if (remainingSeconds !== null && steps === stage.lastStep + 1)
        parts.push(t("{0} left", duration(remainingSeconds, t)));
      if (run.status.state === "paused") parts.push(t("paused"));
      return parts.join(" · ");
    }
    case "done": {
      const { lossAtEntry, lossAtExit } = stage.state;
      return lossAtEntry === null || lossAtExit === null
        ? `✓ ${t("done")}`
        : `✓ ${t("loss {0} → {1}", loss(lossAtEntry), loss(lossAtExit))}`;
    }
    default:
      return stage.state satisfies never;
  }
}

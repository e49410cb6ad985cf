/** The status bar's one line about a run. */
import { compact, count, duration, loss } from "../host/format.ts";
import type { Translate } from "../host/translate.ts";
import type { RunFacts } from "../runs/facts.ts";
import { shortRiskText } from "./riskText.ts";
import { runDetails, statusIcon, statusWord } from "./statusText.ts";

/** "$(play-circle) 12 480 · loss 2.314 · 41.2 k tokens/s · 31 min left · 4 min at risk" */
export function statusBarText(run: RunFacts, t: Translate): string {
  const { step, tokensPerSecond, remainingSeconds } = run.progress;
  const parts = [`$(${statusIcon(run.status).icon}) ${t("step {0}", count(step))}`];
  if (run.status.state !== "running") parts.push(statusWord(run.status, t));
  if (run.loss !== null) parts.push(t("loss {0}", loss(run.loss)));
  if (run.status.state === "running") {
    if (tokensPerSecond !== null) parts.push(t("{0} tokens/s", compact(tokensPerSecond)));
    if (remainingSeconds !== null) parts.push(t("{0} left", duration(remainingSeconds, t)));
  }
  const risk = shortRiskText(run, t);
  if (risk) parts.push(risk);
  return parts.join(" · ");
}

/** `others`: live runs besides this one. */
export function statusBarDetails(run: RunFacts, others: number, t: Translate): string {
  const lines = [`${run.name}: ${statusWord(run.status, t)}`, ...runDetails(run, t)];
  if (others > 0) lines.push(t("{0} more live", others));
  return lines.join("\n");
}

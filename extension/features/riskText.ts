/** What would be lost if a run's process ended now, in words. */
import { count, duration } from "../host/format.ts";
import type { Translate } from "../host/translate.ts";
import type { RunFacts } from "../runs/facts.ts";

/** "11 min since step 12 000"; empty when nothing would be lost. */
export function riskText(run: RunFacts, t: Translate): string {
  const { seconds, sinceStep } = run.atRisk;
  const steps = run.progress.step - (sinceStep ?? 0);
  if (steps <= 0) return "";
  const amount = seconds === null ? t("{0} steps", count(steps)) : duration(seconds, t);
  return sinceStep === null
    ? t("{0} since the start, there is no checkpoint yet", amount)
    : t("{0} since step {1}", amount, count(sinceStep));
}

/** The same in the fewest words, for the status bar: "11 min at risk". */
export function shortRiskText(run: RunFacts, t: Translate): string {
  const { seconds, sinceStep } = run.atRisk;
  if (seconds === null || run.progress.step <= (sinceStep ?? 0)) return "";
  return t("{0} at risk", duration(seconds, t));
}

/** Which checkpoints stay. Pure. */
import type { CheckpointReason } from "../../protocol/events.ts";

export interface RetainedCheckpoint {
  readonly name: string;
  readonly step: number;
  readonly reasons: readonly CheckpointReason[];
}

/**
 * The checkpoints to remove, oldest first. Stage ends stay for good; of "best" and "final" the newest one stays, as it
 * supersedes those before; all others rotate, the newest `keep` of them staying.
 */
export function superseded(checkpoints: readonly RetainedCheckpoint[], keep: number): readonly RetainedCheckpoint[] {
  const newestFirst = [...checkpoints].sort((a, b) => b.step - a.step);
  const best = newestFirst.find(({ reasons }) => reasons.includes("best"));
  const final = newestFirst.find(({ reasons }) => reasons.includes("final"));
  const rotating = newestFirst.filter((each) => each !== best && each !== final && !each.reasons.includes("stageEnd"));
  return rotating.slice(keep).reverse();
}

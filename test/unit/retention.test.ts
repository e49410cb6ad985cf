import { describe, expect, test } from "vitest";
import type { CheckpointReason } from "../../trainer/protocol/events.ts";
import { superseded } from "../../trainer/node/run/retention.ts";

const checkpoint = (step: number, ...reasons: CheckpointReason[]) => ({ name: `step-${step}`, step, reasons });

function check(expected: readonly number[], keep: number, ...checkpoints: ReturnType<typeof checkpoint>[]): void {
  expect(superseded(checkpoints, keep).map(({ step }) => step)).toEqual(expected);
}

describe("retention", () => {
  test("keeps the newest rotating checkpoints, and names the oldest first", () => {
    check(
      [1, 2],
      2,
      checkpoint(2, "cadence"),
      checkpoint(1, "cadence"),
      checkpoint(4, "request"),
      checkpoint(3, "cadence"),
    );
  });

  test("keeps every stage end, and does not count it", () => {
    check(
      [3],
      1,
      checkpoint(1, "stageEnd"),
      checkpoint(2, "cadence", "stageEnd"),
      checkpoint(3, "cadence"),
      checkpoint(4, "cadence"),
    );
  });

  test("keeps the newest best and the newest final; older ones rotate", () => {
    check(
      [1, 2],
      1,
      checkpoint(1, "best"),
      checkpoint(2, "final"),
      checkpoint(3, "best"),
      checkpoint(4, "final"),
      checkpoint(5, "cadence"),
    );
  });

  test("removes nothing while there are few", () => check([], 3, checkpoint(1, "cadence"), checkpoint(2, "best")));
});

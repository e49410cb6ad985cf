/** The registry of objectives: adding one = one file and one line here. */
import type { Schedule } from "../protocol/config.ts";
import { maskedLanguage } from "./maskedLanguage.ts";
import type { Objective } from "./objective.ts";

export function createObjective(schedule: Schedule): Objective {
  const { objective, batch, seed } = schedule;
  switch (objective.kind) {
    case "maskedLanguage":
      return maskedLanguage(objective, batch.length, seed);
    default:
      return objective.kind satisfies never;
  }
}

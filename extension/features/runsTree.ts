/** The Runs view as data: what each row shows and can do. */
import { views, type Ability } from "../contributions.ts";
import { bytes, count, dateAndTime } from "../host/format.ts";
import type { Translate } from "../host/translate.ts";
import type { CheckpointReason } from "../../trainer/protocol/events.ts";
import { isLive, type CheckpointFacts, type RunFacts } from "../runs/facts.ts";
import { abilitiesOf, runDescription, runDetails, statusIcon, statusWord } from "./statusText.ts";

export interface Row {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: string;
  readonly color?: string;
  /** Words that package.json's menus look for. */
  readonly contextValue: string;
  readonly ariaLabel: string;
  readonly expandable: boolean;
}

export function runRow(run: RunFacts, t: Translate): Row {
  // Runs of one schedule share its name; those that have ended are told apart by when they began.
  const began = isLive(run.status) || run.createdAt === 0 ? "" : dateAndTime(new Date(run.createdAt));
  const description = [runDescription(run, t), began].filter(Boolean).join(" · ");
  return {
    id: `${views.runs}/${run.directory}`,
    label: run.name,
    description,
    tooltip: [`${run.id}: ${statusWord(run.status, t)}`, ...runDetails(run, t)].join("\n"),
    ...statusIcon(run.status),
    contextValue: contextValue(abilitiesOf(run.status)),
    ariaLabel: `${run.name}, ${description.replaceAll(" · ", ", ")}`,
    expandable: run.checkpoints.length > 0,
  };
}

export const contextValue = (abilities: readonly Ability[]): string => ["run", ...abilities].join(" ");

export function checkpointRow(run: RunFacts, checkpoint: CheckpointFacts, t: Translate): Row {
  const reasons = checkpoint.reasons.map((reason) => reasonWord(reason, t)).join(", ");
  const label = t("step {0}", count(checkpoint.step));
  const description = [reasons, bytes(checkpoint.bytes)].filter(Boolean).join(" · ");
  return {
    id: `${views.runs}/${run.directory}/${checkpoint.name}`,
    label,
    description,
    tooltip: [checkpoint.name, checkpoint.time].join("\n"),
    icon: "save",
    contextValue: "checkpoint",
    ariaLabel: `${t("checkpoint")}, ${label}, ${description.replaceAll(" · ", ", ")}`,
    expandable: false,
  };
}

function reasonWord(reason: CheckpointReason, t: Translate): string {
  switch (reason) {
    case "cadence":
      return t("regular");
    case "stageEnd":
      return t("stage end");
    case "best":
      return t("best");
    case "request":
      return t("on request");
    case "final":
      return t("final");
    default:
      return reason satisfies never;
  }
}

/** How a run's steps are divided among stages. Whole numbers that sum to the run exactly, or the reason why they cannot. */
import { sum } from "./sum.ts";

/** A stage's length as the schedule writes it: in steps, as a share of the run, or left open. */
export interface StageLength {
  readonly steps?: number | undefined;
  readonly share?: number | undefined;
}

export interface OpenLengths {
  readonly lengths: "equal" | "proportional";
  readonly alpha: number;
}

export type StageSteps =
  | { readonly ok: true; readonly steps: readonly number[] }
  /** Steps and shares in one list of stages. */
  | { readonly ok: false; readonly reason: "mixed"; readonly stage: number }
  /** The stages that say their length take more than the run has, or leave a part of it to no stage. */
  | {
      readonly ok: false;
      readonly reason: "overrun" | "gap";
      readonly unit: "steps" | "share";
      readonly given: number;
      readonly available: number;
    }
  /** A stage comes to no step at all. */
  | { readonly ok: false; readonly reason: "empty"; readonly stage: number };

/** Shares may miss 1 by this much, so that thirds can be written with six digits. */
export const shareTolerance = 1e-5;

/** The steps of each stage in a run of `total` steps. Open lengths share what the others leave. */
export function stageSteps(stages: readonly StageLength[], open: OpenLengths, total: number): StageSteps {
  const inSteps = stages.some((stage) => stage.steps !== undefined);
  const mixed = stages.findIndex((stage) => stage.share !== undefined && (inSteps || stage.steps !== undefined));
  if (mixed >= 0) return { ok: false, reason: "mixed", stage: mixed };

  const available = inSteps ? total : 1;
  const tolerance = inSteps ? 0 : shareTolerance;
  const given = sum(stages.map((stage) => stage.steps ?? stage.share ?? 0));
  const isOpen = stages.map((stage) => stage.steps === undefined && stage.share === undefined);
  const anyOpen = isOpen.includes(true);
  const unit = inSteps ? "steps" : "share";
  if (given > available + tolerance) return { ok: false, reason: "overrun", unit, given, available };
  if (!anyOpen && given < available - tolerance) return { ok: false, reason: "gap", unit, given, available };

  const openWeights = stages.map((_, index) => (isOpen[index] ? openWeight(open, index) : 0));
  const rest = anyOpen ? Math.max(0, available - given) : 0;
  const openSum = sum(openWeights);
  const weights = stages.map(
    (stage, index) => stage.steps ?? stage.share ?? (rest * (openWeights[index] ?? 0)) / openSum,
  );
  const steps = apportion(weights, total);
  const empty = steps.indexOf(0);
  return empty >= 0 ? { ok: false, reason: "empty", stage: empty } : { ok: true, steps };
}

/** Relative length of the stage at `index` (from 0) among stages of open length: T_i = T i^alpha / sum_j j^alpha, i from 1. */
function openWeight(open: OpenLengths, index: number): number {
  switch (open.lengths) {
    case "equal":
      return 1;
    case "proportional":
      return (index + 1) ** open.alpha;
  }
  open.lengths satisfies never;
}

/** Whole numbers in proportion to `weights` that sum to `total`: largest remainders (Hamilton), earlier ones first on a tie. */
export function apportion(weights: readonly number[], total: number): readonly number[] {
  const whole = sum(weights);
  const quotas = weights.map((weight) => (total * weight) / whole);
  const parts = quotas.map((quota) => Math.floor(quota + rounding));
  const byRemainder = quotas
    .map((quota, index) => ({ index, remainder: quota - (parts[index] ?? 0) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  const missing = total - sum(parts);
  for (const { index } of byRemainder.slice(0, missing)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

/** Quotas this close below a whole number are that number: 0.1 * 3 is meant as 0.3. */
const rounding = 1e-9;

/** Average active layers per stage from a text such as "6-8-10-12"; null when it is none. */
export function stagesFromText(text: string): readonly number[] | null {
  const parts = text.split("-").map((part) => part.trim());
  if (parts.length > maximumStages || !parts.every((part) => /^\d{1,6}(\.\d{1,6})?$/.test(part))) return null;
  const layers = parts.map(Number);
  return layers.every((count) => count > 0) ? layers : null;
}

export const maximumStages = 1000;

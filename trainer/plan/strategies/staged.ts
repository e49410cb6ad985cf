/**
 * Strategies made of stages with a constant keep probability each: what RAPTR, constant stochastic depth and full
 * training share. Layers count from 0 here.
 *
 * In a stage with mean n, always-kept set I and L layers, every other layer runs with p = (n - |I|) / (L - |I|)
 * (arXiv 2402.05913). One draw per optimizer step, from stream `subnetwork` at index = layer.
 */
import { bits, streams } from "../random.ts";
import type { Strategy, StrategyStage, Subnetwork } from "../strategy.ts";

/** What every strategy is made from, besides its own part of the schedule. */
export interface StrategyContext {
  readonly layers: number;
  readonly steps: number;
  readonly seed: number;
}

export interface SubnetworkRules {
  /** Layers that always run, as the schedule counts them: from 1. First and last when absent. */
  readonly alwaysKept?: readonly number[] | undefined;
  readonly sampling: "bernoulli" | "fixedSize";
  readonly residualScale: "none" | "sqrtBypassed" | "inverseKeep";
  readonly skippedUpdate: "skip" | "zeroGradient";
}

export interface StagePart {
  readonly name: string;
  readonly steps: number;
  readonly meanLayers: number;
  readonly learningRateFactor: number;
}

/** The always-kept layers, 0-based and rising: those given (from 1), else the first and the last. */
export function keptLayers(alwaysKept: readonly number[] | undefined, layers: number): readonly number[] {
  const oneBased = alwaysKept ?? [1, layers];
  return [...new Set(oneBased.map((layer) => layer - 1))].sort((a, b) => a - b);
}

/** p = (n - |I|) / (L - |I|); 1 when every layer is always kept. */
export const keepProbability = (meanLayers: number, kept: number, layers: number): number =>
  kept === layers ? 1 : (meanLayers - kept) / (layers - kept);

export function stagedStrategy(
  kind: string,
  { layers, seed }: StrategyContext,
  rules: SubnetworkRules,
  parts: readonly StagePart[],
): Strategy {
  const alwaysKept = keptLayers(rules.alwaysKept, layers);
  const optional = Array.from({ length: layers }, (_, layer) => layer).filter((layer) => !alwaysKept.includes(layer));
  const stages = parts.map((part): StrategyStage => {
    const p = keepProbability(part.meanLayers, alwaysKept.length, layers);
    const layerVariance = rules.sampling === "bernoulli" ? optional.length * p * (1 - p) : 0;
    return { ...part, keepProbability: p, layerVariance };
  });
  const lastSteps = lastStepOfEach(parts);
  const stageAt = (step: number): number => {
    const stage = lastSteps.findIndex((last) => step <= last);
    return stage >= 0 ? stage : stages.length - 1;
  };
  const stageOf = (step: number): StrategyStage => stages[stageAt(step)] as StrategyStage;

  return {
    kind,
    alwaysKept,
    stages,
    skippedUpdate: rules.skippedUpdate,
    stageAt,
    keepProbabilities(step) {
      const p = stageOf(step).keepProbability;
      return Array.from({ length: layers }, (_, layer) => (alwaysKept.includes(layer) ? 1 : p));
    },
    subnetworkAt(step): Subnetwork {
      const stage = stageOf(step);
      const drawn = draw(rules.sampling, optional, stage, alwaysKept.length, seed, step);
      const active = [...alwaysKept, ...drawn].sort((a, b) => a - b);
      const scale = scales(rules.residualScale, active, alwaysKept, stage.keepProbability);
      return { active, scale };
    },
  };
}

function lastStepOfEach(parts: readonly StagePart[]): readonly number[] {
  let steps = 0;
  return parts.map((part) => (steps += part.steps) - 1);
}

function draw(
  sampling: SubnetworkRules["sampling"],
  optional: readonly number[],
  stage: StrategyStage,
  kept: number,
  seed: number,
  step: number,
): readonly number[] {
  const drawn = (layer: number): number => bits(seed, streams.subnetwork, step, layer);
  switch (sampling) {
    case "bernoulli": {
      const threshold = stage.keepProbability * 2 ** 32;
      return optional.filter((layer) => drawn(layer) < threshold);
    }
    case "fixedSize":
      // The layers with the smallest draws: each subset of this size is equally likely.
      return [...optional].sort((a, b) => drawn(a) - drawn(b) || a - b).slice(0, Math.round(stage.meanLayers) - kept);
  }
  sampling satisfies never;
}

function scales(
  residualScale: SubnetworkRules["residualScale"],
  active: readonly number[],
  alwaysKept: readonly number[],
  p: number,
): readonly number[] {
  switch (residualScale) {
    case "none":
      return active.map(() => 1);
    case "sqrtBypassed":
      return active.map((layer, position) => Math.sqrt(layer - (active[position - 1] ?? -1)));
    case "inverseKeep":
      return active.map((layer) => (alwaysKept.includes(layer) ? 1 : 1 / p));
  }
  residualScale satisfies never;
}

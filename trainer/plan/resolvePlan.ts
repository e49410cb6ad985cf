/** What a schedule comes to. Expected values for a random strategy; exact for the rest. */
import type { Schedule } from "../protocol/config.ts";
import { layerFlopsPerStep, otherFlopsPerStep, parameterCount } from "./flops.ts";
import { rateAt } from "./learningRate.ts";
import type { FlopsLedger, Plan, PlannedStage } from "./plan.ts";
import { modelSize, predictedPositions, tokensPerStep } from "./run.ts";
import { createStrategy } from "./strategies/registry.ts";
import { sum } from "./sum.ts";

/** Resolves a parsed schedule (`parseSchedule` has held it against every rule). */
export function resolvePlan(schedule: Schedule): Plan {
  const model = modelSize(schedule);
  const strategy = createStrategy(schedule);
  const { size, length } = schedule.batch;
  const step = { size, length, predicted: predictedPositions(length, schedule.objective.maskShare) };
  const perLayer = layerFlopsPerStep(model, step);
  const other = otherFlopsPerStep(model, step);
  const tokens = tokensPerStep(schedule.batch);

  let firstStep = 0;
  const placed = strategy.stages.map((stage) => {
    const begin = firstStep;
    firstStep += stage.steps;
    return { ...stage, firstStep: begin };
  });
  const steps = firstStep;
  const stages = placed.map((stage, index): PlannedStage => ({
    index,
    name: stage.name,
    firstStep: stage.firstStep,
    lastStep: stage.firstStep + stage.steps - 1,
    steps: stage.steps,
    tokens: stage.steps * tokens,
    meanLayers: stage.meanLayers,
    layerVariance: stage.layerVariance,
    keepProbability: stage.keepProbability,
    layerFlops: stage.steps * stage.meanLayers * perLayer,
    modelFlops: stage.steps * (stage.meanLayers * perLayer + other),
    learningRateFactor: stage.learningRateFactor,
    learningRateAtEntry: rateAt(schedule.learningRate, placed, stage.firstStep),
  }));
  return {
    strategy: strategy.kind,
    layers: model.layers,
    alwaysKept: strategy.alwaysKept,
    steps,
    tokensPerStep: tokens,
    tokens: steps * tokens,
    parameters: parameterCount(model),
    stages,
    layerFlops: ledger(sum(stages.map((stage) => stage.layerFlops)), steps * model.layers * perLayer),
    modelFlops: ledger(sum(stages.map((stage) => stage.modelFlops)), steps * (model.layers * perLayer + other)),
    layerFlopsPerStep: perLayer,
    otherFlopsPerStep: other,
  };
}

function ledger(planned: number, full: number): FlopsLedger {
  return { planned, full, relative: planned / full, speedUp: full / planned };
}

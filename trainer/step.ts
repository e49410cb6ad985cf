/** One optimizer step: subnetwork, gradient, update, log. */
import { reportNonFinite } from "./nonFinite.ts";
import { learningRateAt } from "./plan/learningRate.ts";
import type { Plan } from "./plan/plan.ts";
import type { Strategy } from "./plan/strategy.ts";
import type { World } from "./ports.ts";
import type { Session } from "./session.ts";
import { addLoss } from "./state.ts";
import type { TrainState } from "./state.ts";

/**
 * Runs step `state.step` and logs it; returns the state after it. Where loss or gradient is not finite nothing moves,
 * the culprit is journalled, and null is returned.
 */
export async function takeStep(
  world: World,
  plan: Plan,
  strategy: Strategy,
  session: Session,
  state: TrainState,
): Promise<TrainState | null> {
  const { schedule, batches, journal, clock } = world;
  const { step } = state;
  const started = clock.now();
  const stage = strategy.stageAt(step);
  const subnetwork = strategy.subnetworkAt(step);
  const { active } = subnetwork;

  const { loss, norm, finite } = await session.gradient(await batches.train(step), subnetwork, step);
  if (!finite) {
    await reportNonFinite(world, session, step, active, loss);
    return null;
  }
  const learningRate = learningRateAt(schedule, plan, step);
  const updateCounts = await session.update(active, strategy.skippedUpdate, state.updateCounts, learningRate);

  const tokens = state.tokens + plan.tokensPerStep;
  const layerFlops = active.length * plan.layerFlopsPerStep;
  const stepMilliseconds = clock.now() - started;
  journal.metric({
    ...{ step, tokens, loss, gradientNorm: norm, learningRate, stage },
    ...{ activeLayers: layerBits(active, plan.layers), layerFlops, stepMilliseconds },
    tokensPerSecond: plan.tokensPerStep / (stepMilliseconds / 1000),
    time: clock.wall(),
  });
  return {
    step: step + 1,
    tokens,
    updateCounts,
    layerFlops: state.layerFlops + layerFlops,
    bestEvaluation: state.bestEvaluation,
    stageLosses: addLoss(state.stageLosses, stage, loss),
  };
}

/** Bit l (of byte l >> 3, lowest first) is set when layer l ran. */
function layerBits(active: readonly number[], layers: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(layers / 8));
  for (const layer of active) bits[layer >> 3] = (bits[layer >> 3] ?? 0) | (1 << (layer & 7));
  return bits;
}

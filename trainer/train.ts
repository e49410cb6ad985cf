/**
 * The training loop, in the order of time. Between two steps: requests, evaluation, checkpoint, stop or pause; then the
 * step: subnetwork, gradient, update, log. Everything that varies with the step is a pure function of (config, seed,
 * step), and all else is in `TrainState` and the checkpoint's tensors, so a resumed launch computes bitwise the same.
 */
import { boundaryAt } from "./boundary.ts";
import { evaluate } from "./evaluate.ts";
import { findNonFinite } from "./nonFinite.ts";
import { learningRateAt } from "./plan/learningRate.ts";
import type { Plan } from "./plan/plan.ts";
import { resolvePlan } from "./plan/resolvePlan.ts";
import { createStrategy } from "./plan/strategies/registry.ts";
import type { Finish, World } from "./ports.ts";
import type { CheckpointReason } from "./protocol/events.ts";
import type { MetricRow } from "./protocol/metrics.ts";
import { checkpointName } from "./protocol/runDirectory.ts";
import { noOrders, takeRequests, waitWhilePaused } from "./requests.ts";
import type { Orders } from "./requests.ts";
import { Session } from "./session.ts";
import { addLoss, mean } from "./state.ts";
import type { TrainState } from "./state.ts";

/** Trains from the newest checkpoint, or from the start, until the run or this launch ends. */
export async function train(world: World): Promise<Finish> {
  const { schedule, batches, journal, clock, interrupt } = world;
  const strategy = createStrategy(schedule);
  const plan = resolvePlan(schedule);
  let { session, state, restoredStep } = await Session.open(world);
  let savedStep = restoredStep;
  let orders = noOrders;
  try {
    for (;;) {
      const { step } = state;
      const due = boundaryAt(step, plan, schedule);
      // A boundary that was restored has been evaluated and saved by the launch that reached it.
      const reached = step !== restoredStep;
      world.progress("running", step);
      orders = await takeRequests(world, step, orders);

      if (reached && due.left !== null) journal.event(stageLeft(due.left, state));
      let evaluation: Evaluation | null = null;
      if ((reached && due.evaluate) || due.end) {
        evaluation = await evaluateFullNetwork(world, session, state);
        state = evaluation.state;
      }

      const saves: CheckpointReason[] = reached ? [...due.save] : [];
      if (evaluation?.best === true) saves.push("best");
      if (orders.checkpoint || orders.pause) saves.push("request");
      const stop = interrupt.aborted || stopsHere(orders, world, step, reached && due.left !== null, saves.length > 0);
      if (stop && !saves.includes("final")) saves.push("final");
      if (stop || due.end) world.progress("stopping", step);
      if (saves.length > 0 && step !== savedStep) {
        await session.save(state, saves);
        savedStep = step;
      }

      if (due.end && evaluation !== null) {
        journal.event({ type: "completed", step, loss: evaluation.loss });
        return "completed";
      }
      if (stop) return stopped(world, step, interrupt.aborted);
      if (orders.pause) {
        const next = await pause(world, session, step);
        if (next !== "continue") return stopped(world, step, next === "interrupt");
        ({ session, state, restoredStep } = await Session.open(world));
        journal.event({ type: "continued", step });
      }

      if (due.entered !== null) {
        const { index, name, meanLayers } = due.entered;
        journal.event({ type: "stageEntered", step, stage: index, name, meanLayers });
      }
      const started = clock.now();
      const stage = strategy.stageAt(step);
      const subnetwork = strategy.subnetworkAt(step);
      const { active } = subnetwork;
      const gradient = await session.gradient(await batches.train(step), subnetwork, step);
      if (!gradient.finite) {
        const culprit = await findNonFinite(session.engine, session.model, active, gradient.loss);
        const lastCheckpoint = savedStep === null ? null : checkpointName(savedStep);
        journal.event({ type: "nonFinite", step, ...culprit, lastCheckpoint });
        return "nonFinite";
      }
      const learningRate = learningRateAt(schedule, plan, step);
      const updateCounts = await session.update(active, strategy.skippedUpdate, state.updateCounts, learningRate);

      const layerFlops = active.length * plan.layerFlopsPerStep;
      const stageLosses = due.entered === null ? state.stageLosses : { stage, first: [], last: [] };
      state = {
        step: step + 1,
        tokens: state.tokens + plan.tokensPerStep,
        updateCounts,
        layerFlops: state.layerFlops + layerFlops,
        bestEvaluation: state.bestEvaluation,
        stageLosses: addLoss(stageLosses, stage, gradient.loss),
      };
      const stepMilliseconds = clock.now() - started;
      journal.metric({
        ...{ step, tokens: state.tokens, loss: gradient.loss, gradientNorm: gradient.norm, learningRate, stage },
        ...{ activeLayers: layerBits(active, plan.layers), layerFlops, stepMilliseconds },
        tokensPerSecond: plan.tokensPerStep / (stepMilliseconds / 1000),
        time: clock.wall(),
      } satisfies MetricRow);
    }
  } finally {
    await session.close();
    await journal.flush();
  }
}

interface Evaluation {
  readonly state: TrainState;
  readonly loss: number;
  readonly best: boolean;
}

async function evaluateFullNetwork(world: World, session: Session, state: TrainState): Promise<Evaluation> {
  const { schedule, journal, clock, batches } = world;
  const { step, tokens } = state;
  const started = clock.now();
  const loss = await evaluate(session.engine, session.model, batches, schedule.evaluation.batches);
  const milliseconds = clock.now() - started;
  const best = state.bestEvaluation === null || loss < state.bestEvaluation.loss;
  journal.evaluation({ step, tokens, loss, milliseconds, time: clock.wall() });
  journal.event({ type: "evaluated", step, loss, best, milliseconds });
  return { state: best ? { ...state, bestEvaluation: { step, loss } } : state, loss, best };
}

/** Whether the orders, or the limit on this launch, end it here. */
function stopsHere(orders: Orders, { stopAtStep }: World, step: number, stageEnds: boolean, saves: boolean): boolean {
  if (stopAtStep !== null && step >= stopAtStep) return true;
  switch (orders.stop) {
    case "now":
      return true;
    case "afterStage":
      return stageEnds;
    case "afterCheckpoint":
      return saves;
    case null:
      return false;
  }
  return orders.stop satisfies never;
}

function stopped({ journal }: World, step: number, interrupted: boolean): Finish {
  journal.event({ type: "stopped", step, reason: interrupted ? "interrupt" : "request" });
  return interrupted ? "interrupted" : "stopped";
}

/** Once the checkpoint is saved: releases the engine and waits. */
async function pause(world: World, session: Session, step: number): Promise<"continue" | "stop" | "interrupt"> {
  world.progress("pausing", step);
  await session.close();
  world.journal.event({ type: "paused", step });
  world.progress("paused", step);
  return waitWhilePaused(world, step);
}

function stageLeft({ index, name }: Plan["stages"][number], { step, stageLosses }: TrainState) {
  const { first, last } = stageLosses;
  return {
    type: "stageLeft",
    step,
    stage: index,
    name,
    lossAtEntry: mean(first),
    lossAtExit: mean(last),
  } as const;
}

/** Bit l (of byte l >> 3, lowest first) is set when layer l ran. */
function layerBits(active: readonly number[], layers: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(layers / 8));
  for (const layer of active) bits[layer >> 3] = (bits[layer >> 3] ?? 0) | (1 << (layer & 7));
  return bits;
}

/**
 * The training loop, in the order of time. Between two steps: requests, evaluation, checkpoint, stop or pause; then the
 * step: subnetwork, gradient, update, log. Everything that varies with the step is a pure function of (config, seed,
 * step), and all else is in `TrainState` and the checkpoint's tensors, so a resumed launch computes bitwise the same.
 */
import { boundaryAt } from "./boundary.ts";
import { evaluateState } from "./evaluate.ts";
import type { Evaluation } from "./evaluate.ts";
import { resolvePlan } from "./plan/resolvePlan.ts";
import { createStrategy } from "./plan/strategies/registry.ts";
import type { Finish, World } from "./ports.ts";
import type { CheckpointReason } from "./protocol/events.ts";
import { noOrders, stopsHere, takeRequests, waitWhilePaused } from "./requests.ts";
import { Session } from "./session.ts";
import { enterStage, leaveStage } from "./stages.ts";
import { takeStep } from "./step.ts";

/** Trains from the newest checkpoint, or from the start, until the run or this launch ends. */
export async function train(world: World): Promise<Finish> {
  const { schedule, journal, interrupt } = world;
  const strategy = createStrategy(schedule);
  const plan = resolvePlan(schedule);
  let { session, state } = await Session.open(world);
  let orders = noOrders;
  try {
    for (;;) {
      const { step } = state;
      const due = boundaryAt(step, plan, schedule);
      // What was due at a boundary that is restored was done by the launch that reached it.
      const reached = step !== session.restoredStep;
      world.progress("running", step);
      orders = await takeRequests(world, step, orders);

      if (reached && due.left !== null) leaveStage(journal, due.left, state);
      let evaluation: Evaluation | null = null;
      if ((reached && due.evaluate) || due.end) {
        const evaluated = await evaluateState(world, session, state);
        if (evaluated === null) return "nonFinite";
        ({ evaluation, state } = evaluated);
      }

      const reasons: CheckpointReason[] = reached ? [...due.save] : [];
      if (evaluation?.best === true) reasons.push("best");
      if (orders.checkpoint || orders.pause) reasons.push("request");
      const stop =
        interrupt.aborted || stopsHere(orders, world, step, reached && due.left !== null, reasons.length > 0);
      if (stop && !due.end) reasons.push("final");
      if (stop || due.end) world.progress("stopping", step);
      if (reasons.length > 0 && !(await session.save(state, reasons))) return "nonFinite";

      if (due.end && evaluation !== null) {
        journal.event({ type: "completed", step, loss: evaluation.loss });
        return "completed";
      }
      if (stop) return stopped(world, step, interrupt.aborted);
      if (orders.pause) {
        const next = await pause(world, session, step);
        if (next !== "continue") return stopped(world, step, next === "interrupt");
        ({ session, state } = await Session.open(world));
        journal.event({ type: "continued", step });
        world.progress("running", step);
      }

      if (due.entered !== null) state = enterStage(journal, due.entered, state);
      const next = await takeStep(world, plan, strategy, session, state);
      if (next === null) return "nonFinite";
      state = next;
    }
  } finally {
    await session.close();
    await journal.flush();
  }
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

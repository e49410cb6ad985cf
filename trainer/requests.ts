/** What people asked of a running launch, and the answers they get. */
import type { PendingRequest, World } from "./ports.ts";

/** What the loop has been told to do. */
export interface Orders {
  /** Save a checkpoint at this step. */
  readonly checkpoint: boolean;
  readonly pause: boolean;
  /** Where to stop, if anywhere. */
  readonly stop: "afterStage" | "afterCheckpoint" | "now" | null;
}

export const noOrders: Orders = { checkpoint: false, pause: false, stop: null };

/** Takes every waiting request, answers it, and adds it to the orders that stand. */
export async function takeRequests({ control, journal }: World, step: number, standing: Orders): Promise<Orders> {
  let orders: Orders = { ...noOrders, stop: standing.stop };
  for (let request = await control.next(); request !== null; request = await control.next()) {
    const { id, action, by } = request;
    journal.event({ type: "requested", step, request: id, action, by });
    const { sentence, ...change } = whileRunning(request, step, orders);
    orders = { ...orders, ...change };
    await request.answer(true, sentence);
  }
  return orders;
}

/** Whether the orders, or the limit on this launch, end it at this boundary. */
export function stopsHere(
  { stop }: Orders,
  { stopAtStep }: World,
  step: number,
  stageEnds: boolean,
  checkpointDue: boolean,
): boolean {
  if (stopAtStep !== null && step >= stopAtStep) return true;
  switch (stop) {
    case "now":
      return true;
    case "afterStage":
      return stageEnds;
    case "afterCheckpoint":
      return checkpointDue;
    case null:
      return false;
  }
  return stop satisfies never;
}

/** Waits, paused, until somebody says how to go on. */
export async function waitWhilePaused(
  { control, journal, interrupt }: World,
  step: number,
): Promise<"continue" | "stop" | "interrupt"> {
  for (;;) {
    if (interrupt.aborted) return "interrupt";
    const request = await control.next();
    if (request === null) {
      await control.wait();
      continue;
    }
    const { id, action, by } = request;
    journal.event({ type: "requested", step, request: id, action, by });
    switch (action) {
      case "resume":
        await request.answer(true, `Going on from step ${step}.`);
        return "continue";
      case "pause":
        await request.answer(true, `The run is paused at step ${step} already.`);
        continue;
      case "checkpoint":
        await request.answer(true, `Step ${step}, where the run is paused, is saved already.`);
        continue;
      case "stop-after-stage":
      case "stop-after-checkpoint":
      case "stop-now":
        await request.answer(true, `The run ends at step ${step}, where it is paused; its checkpoint is saved.`);
        return "stop";
    }
    action satisfies never;
  }
}

function whileRunning(
  { action }: PendingRequest,
  step: number,
  orders: Orders,
): Partial<Orders> & { readonly sentence: string } {
  switch (action) {
    case "pause":
      return { pause: true, sentence: `Pausing at step ${step}: a checkpoint, then the engine's memory is released.` };
    case "resume":
      return orders.stop !== null || orders.pause
        ? { stop: null, pause: false, sentence: "The run goes on; what was asked before is withdrawn." }
        : { sentence: "The run is not paused; it goes on." };
    case "checkpoint":
      return { checkpoint: true, sentence: `Saving a checkpoint of step ${step}.` };
    case "stop-after-stage":
      return { stop: "afterStage", sentence: "The run stops at the end of this stage, with a checkpoint." };
    case "stop-after-checkpoint":
      return { stop: "afterCheckpoint", sentence: "The run stops at its next checkpoint." };
    case "stop-now":
      return { stop: "now", sentence: `Stopping at step ${step}, with a checkpoint.` };
  }
  return action satisfies never;
}

/** A run under control: paused, continued, saved, stopped, resumed, and seen as lost when its process is killed. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestHandle } from "../../../extension/extension.ts";
import type { RunFacts } from "../../../extension/runs/facts.ts";
import { eventually } from "../eventually.ts";
import { openSchedule } from "./openSchedule.ts";

describe("a run under control", () => {
  let handle: TestHandle;
  let directory = "";

  before(async () => {
    const extension = vscode.extensions.getExtension<TestHandle>("raptr.raptr");
    assert.ok(extension);
    handle = await extension.activate();
    const document = await openSchedule("long.raptr.json");
    const known = new Set(handle.store.runs.map((run) => run.directory));
    await vscode.commands.executeCommand("raptr.launchRun", document.uri);
    const run = await eventually("the run", () => handle.store.runs.find((each) => !known.has(each.directory)) ?? null);
    directory = run.directory;
    await state("running");
  });

  const facts = (): RunFacts => {
    const run = handle.store.get(directory);
    assert.ok(run, "the run is gone");
    return run;
  };
  const state = (wanted: RunFacts["status"]["state"]): Promise<RunFacts> =>
    eventually(`the state ${wanted}`, () => (facts().status.state === wanted ? facts() : null));
  const beyond = (step: number): Promise<true> =>
    eventually(`a step beyond ${step}`, () => (facts().progress.step > step ? true : null));

  it("makes progress with a loss, a pace and an estimate", async () => {
    await beyond(10);
    const { loss, progress, stages } = await eventually("figures", () => (facts().loss === null ? null : facts()));
    assert.ok(loss !== null && loss > 0);
    assert.ok((progress.tokensPerSecond ?? 0) > 0 && (progress.remainingSeconds ?? 0) > 0);
    assert.equal(stages[0]?.state.kind, "running");
  });

  it("pauses with a checkpoint and goes on", async () => {
    await vscode.commands.executeCommand("raptr.pauseRun", directory);
    const paused = await state("paused");
    assert.equal(paused.checkpoints[0]?.step, paused.progress.step);
    await vscode.commands.executeCommand("raptr.resumeRun", directory);
    await state("running");
    await beyond(paused.progress.step);
  });

  it("saves a checkpoint on command", async () => {
    const before = facts().checkpoints[0]?.step ?? 0;
    await vscode.commands.executeCommand("raptr.checkpointNow", directory);
    await eventually("a newer checkpoint", () => ((facts().checkpoints[0]?.step ?? 0) > before ? true : null));
  });

  it("stops by the ladder's third rung, and resumes in a process of its own", async () => {
    const stopping = vscode.commands.executeCommand("raptr.stopRun", directory);
    await choose(2, stopping);
    const stopped = await state("stopped");
    assert.equal(stopped.checkpoints[0]?.step, stopped.progress.step);
    await vscode.commands.executeCommand("raptr.resumeRun", directory);
    const running = await state("running");
    assert.equal(running.launch, 2);
    await beyond(stopped.progress.step);
  });

  it("is lost once its process is killed", async () => {
    const { lease } = facts();
    assert.ok(lease);
    process.kill(-lease.pid, "SIGKILL");
    await state("lost");
  });
});

/** Takes the list's row by its number, as key presses would, until the command has its answer. */
async function choose(row: number, command: Thenable<unknown>): Promise<void> {
  let settled = false;
  const ended = command.then(() => (settled = true));
  const press = async (key: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await vscode.commands.executeCommand(key);
  };
  await new Promise((resolve) => setTimeout(resolve, 1000));
  while (!settled) {
    for (let below = 0; below < row; below++) await press("workbench.action.quickOpenSelectNext");
    await press("workbench.action.acceptSelectedQuickOpenItem");
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2000))]);
  }
}

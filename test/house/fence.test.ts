import { describe, expect, it } from "vitest";
import { fenceViolation } from "./fence.ts";

describe("the fences between rooms", () => {
  const forbidden: [file: string, specifier: string][] = [
    ["trainer/plan/schedule.ts", "node:fs"],
    ["trainer/plan/schedule.ts", "vscode"],
    ["trainer/formats/safetensors.ts", "@tensorflow/tfjs-node-gpu"],
    ["trainer/protocol/errors.ts", "../plan/plan.ts"],
    ["trainer/model/bert.ts", "../engines/registry.ts"],
    ["trainer/train.ts", "./node/cli.ts"],
    ["extension/runs/runStore.ts", "../../trainer/node/run/lease.ts"],
    ["extension/extension.ts", "@tensorflow/tfjs-node-gpu"],
    ["webviews/run/index.ts", "../../extension/extension.ts"],
    ["webviews/run/index.ts", "vscode"],
    ["webviews/kit/chart.ts", "../run/index.ts"],
    ["trainer/ports.ts", "./train.ts"],
  ];
  it.each(forbidden)("%s may not import %s", (file, specifier) => {
    expect(fenceViolation(file, specifier)).toMatch(/may/);
  });

  const allowed: [file: string, specifier: string][] = [
    ["trainer/plan/schedule.ts", "../protocol/errors.ts"],
    ["trainer/plan/schedule.ts", "./random.ts"],
    ["trainer/train.ts", "./ports.ts"],
    ["trainer/node/commandLine/cli.ts", "node:fs"],
    ["extension/runs/runStore.ts", "../../trainer/protocol/lease.ts"],
    ["extension/extension.ts", "vscode"],
    ["webviews/run/index.ts", "../messages/runView.ts"],
  ];
  it.each(allowed)("%s may import %s", (file, specifier) => {
    expect(fenceViolation(file, specifier)).toBeNull();
  });
});

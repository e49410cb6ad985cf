/**
 * Step time of the embedded engine against PyTorch on the same two models, in turns, and how step time follows the
 * number of active layers. PyTorch runs in the Python named by RAPTR_TORCH_PYTHON, else `python3`; without PyTorch the
 * comparison says so and is left out.
 */
import os from "node:os";
import type { Engine } from "../../trainer/engine/port.ts";
import { chooseEngine } from "../../trainer/engines/registry.ts";
import { median } from "../../trainer/node/commandLine/stepTime.ts";
import { benchSizes, createBenchModel } from "./benchModel.ts";
import type { BenchModel, BenchSize } from "./benchModel.ts";
import { fitLine, report } from "./figures.ts";
import { startTorch } from "./torch.ts";

/** Share of PyTorch's speed. */
const goal = 0.7;
/** Farthest that a median lies from the line through all, relative. */
const fitGoal = 0.05;
/** Share of the speed-up that FLOPs promise. */
const speedUpGoal = 0.9;
const rounds = 5;
const stepsPerRound = 4;

export async function benchStepTime(): Promise<void> {
  const { factory } = await chooseEngine("auto");
  const engine = await factory.create({});
  process.stdout.write(`${engine.description.variant}; Node ${process.versions.node}\n`);
  for (const size of benchSizes) await benchSize(engine, size);
  await engine.close();
}

async function benchSize(engine: Engine, size: BenchSize): Promise<void> {
  const model = createBenchModel(engine, size);
  const all = Array.from({ length: size.layers }, (_, i) => i);
  await timeSteps(model, all, 5);
  await compare(model, size, all);
  await followActiveLayers(model, size, all);
  model.free();
}

async function compare(model: BenchModel, size: BenchSize, all: readonly number[]): Promise<void> {
  const torch = await startTorch(size, os.availableParallelism());
  const ours: number[] = [];
  const theirs: number[] = [];
  if (torch) await torch.steps(5);
  for (let round = 0; round < rounds; round++) {
    ours.push(...(await timeSteps(model, all, stepsPerRound)));
    if (torch) theirs.push(...(await torch.steps(stepsPerRound)));
  }
  await torch?.close();
  const work = flops(size) / 1e6;
  const best = Math.min(...ours);
  report(
    `${size.name}: step time`,
    `median ${median(ours).toFixed(0)} ms, fastest ${best.toFixed(0)} ms (${(work / best).toFixed(0)} GFLOP/s)`,
  );
  if (!torch) {
    report(`${size.name}: against PyTorch`, "not measured: no Python with PyTorch (RAPTR_TORCH_PYTHON)");
    return;
  }
  const ratio = median(theirs) / median(ours);
  report(
    `${size.name}: against PyTorch ${torch.version}`,
    `${ratio.toFixed(2)} of its speed (median ${median(theirs).toFixed(0)} ms, fastest ${Math.min(...theirs).toFixed(0)} ms)`,
    { goal: `at least ${goal}`, met: ratio >= goal },
  );
}

/** Step time = a + b * active layers; the speed-up at half depth, realised against that of the model's FLOPs. */
async function followActiveLayers(model: BenchModel, size: BenchSize, all: readonly number[]): Promise<void> {
  const counts = [all.length / 2, (all.length * 3) / 4, all.length].map(Math.round);
  const times = new Map<number, number[]>(counts.map((count) => [count, []]));
  for (let round = 0; round < rounds; round++) {
    for (const count of counts) times.get(count)?.push(...(await timeSteps(model, all.slice(0, count), 3)));
  }
  const points = counts.map((count) => ({ x: count, y: median(times.get(count) ?? []) }));
  const { intercept, slope } = fitLine(points);
  const off = Math.max(...points.map(({ x, y }) => Math.abs(y / (intercept + slope * x) - 1)));
  report(
    `${size.name}: step time over active layers`,
    `${intercept.toFixed(1)} ms + ${slope.toFixed(1)} ms * layers, medians off it by up to ${(100 * off).toFixed(1)} %`,
    { goal: `at most ${100 * fitGoal} %`, met: off <= fitGoal },
  );
  const [half, , full] = points;
  if (!half || !full) return;
  const realised = full.y / half.y;
  const ideal = flops(size) / flops({ ...size, layers: half.x });
  report(
    `${size.name}: speed-up at ${half.x} of ${full.x} layers`,
    `${realised.toFixed(2)} realised of ${ideal.toFixed(2)} by FLOPs`,
    { goal: `at least ${speedUpGoal} of it`, met: realised >= speedUpGoal * ideal },
  );
}

async function timeSteps(model: BenchModel, active: readonly number[], count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await model.step(active);
    times.push(performance.now() - start);
  }
  return times;
}

/** Multiply-adds count two: 6 per weight and token in the layers, attention's products, the head on predicted positions. */
function flops({ layers, hidden, batch, length, vocabulary }: BenchSize): number {
  const tokens = batch * length;
  const predicted = batch * Math.round(length * 0.15);
  const perLayer = 12 * hidden * hidden + 2 * length * hidden;
  return 6 * (layers * perLayer * tokens + predicted * hidden * (vocabulary + hidden));
}

/**
 * SYNTHETIC recordings of a run for developing and testing the view: schedule, plan, subnetworks and learning rates are
 * the real code's; losses and times are made up from a formula and counter-based noise. Not measurements of anything.
 */
import type { RunEvent } from "../../../trainer/protocol/events.ts";
import type { EvaluationColumns, MetricColumns } from "../../../trainer/protocol/metrics.ts";
import type { RunManifest } from "../../../trainer/protocol/manifest.ts";
import type { Plan } from "../../../trainer/plan/plan.ts";
import { learningRateAt } from "../../../trainer/plan/learningRate.ts";
import { normal } from "../../../trainer/plan/random.ts";
import { resolvePlan } from "../../../trainer/plan/resolvePlan.ts";
import { parseSchedule } from "../../../trainer/plan/schedule.ts";
import { createStrategy } from "../../../trainer/plan/strategies/registry.ts";
import type { Strategy } from "../../../trainer/plan/strategy.ts";
import type { Schedule } from "../../../trainer/protocol/config.ts";

export interface RecordingOptions {
  /** Planned steps and layers of the run. */
  readonly steps?: number;
  readonly layers?: number;
  readonly stages?: string;
  /** Steps whose loss is lifted by this much. */
  readonly spikes?: Readonly<Record<number, number>>;
  /** Steps whose loss is not a number. */
  readonly notFinite?: readonly number[];
  /** Steps at which a second launch took over, going back to the last checkpoint. */
  readonly restarts?: readonly number[];
  readonly name?: string;
  readonly seed?: number;
}

export interface Recording {
  readonly manifest: RunManifest;
  readonly plan: Plan;
  /** Rows of steps [from, to). */
  metrics(from: number, to: number): MetricColumns;
  /** Evaluations at steps in (from, to]. */
  evaluations(from: number, to: number): EvaluationColumns;
  /** Events at steps in (from, to]; those of the start belong to (-1, 0]. */
  events(from: number, to: number): readonly RunEvent[];
}

/** Noise streams of this file, far from the trainer's own. */
const noise = { loss: 101, time: 102, evaluation: 103 } as const;
const startTime = Date.UTC(2026, 10, 23, 9);

export function createRecording(options: RecordingOptions = {}): Recording {
  const { steps = 20_000, layers = 12, stages = "6-8-10-12", seed = 7 } = options;
  const text = JSON.stringify(
    {
      name: options.name ?? "bert-small (synthetic)",
      model: { kind: "bert", layers, hidden: 256, heads: 4 },
      objective: { kind: "maskedLanguage" },
      data: { files: ["corpus/**/*.md"] },
      tokenizer: "bytes",
      batch: { size: 32, length: 128 },
      steps,
      strategy: { kind: "raptr", stages },
      optimizer: { kind: "adamw" },
      learningRate: { peak: 1e-3, warmupSteps: Math.round(steps / 40) },
      checkpoint: { everySteps: Math.max(1, Math.round(steps / 20)), keep: 3 },
      evaluation: { everySteps: Math.max(1, Math.round(steps / 40)), batches: 20 },
      seed,
    },
    null,
    2,
  );
  const parsed = parseSchedule(text);
  if (!parsed.ok) throw new Error(`internal: the synthetic schedule does not parse: ${parsed.problems[0]?.sentence}`);
  const config = parsed.value;
  const plan = resolvePlan(config);
  const strategy = createStrategy(config);
  return {
    manifest: manifestOf(config, text),
    plan,
    metrics: (from, to) => metricsOf(config, plan, strategy, options, seed, from, to),
    evaluations: (from, to) => evaluationsOf(config, plan, strategy, seed, from, to),
    events: (from, to) => eventsOf(config, plan, strategy, options, seed).filter((e) => e.step > from && e.step <= to),
  };
}

function manifestOf(config: Schedule, text: string): RunManifest {
  return {
    format: "raptr-run",
    version: 1,
    id: "synthetic-0001",
    name: config.name ?? "synthetic",
    createdAt: new Date(startTime).toISOString(),
    schedule: { path: "schedules/bert-small.raptr.json", text },
    config,
    code: { version: "0.0.0" },
    host: { name: "nowhere", platform: "linux", cpus: 8, memoryBytes: 2 ** 35 },
    data: {
      files: 41,
      documents: 41,
      trainTokens: 18_200_000,
      evaluationTokens: 182_000,
      contentHash: "synthetic",
      unigramEntropy: 3.27,
    },
  };
}

/** A loss curve of the usual kind: falls fast, then slowly; smaller subnetworks stand a little above. */
function baseLoss(plan: Plan, strategy: Strategy, step: number): number {
  const share = step / plan.steps;
  const depth =
    (strategy.stages[strategy.stageAt(Math.min(step, plan.steps - 1))]?.meanLayers ?? plan.layers) / plan.layers;
  return 2.05 + 2.3 * Math.exp(-share / 0.045) + 1.2 * Math.exp(-share / 0.32) + 0.25 * (1 - depth);
}

function metricsOf(
  config: Schedule,
  plan: Plan,
  strategy: Strategy,
  options: RecordingOptions,
  seed: number,
  from: number,
  to: number,
): MetricColumns {
  const length = Math.max(0, to - from);
  const bytesPerRow = Math.ceil(plan.layers / 8);
  const columns: MetricColumns = {
    length,
    step: new Float64Array(length),
    tokens: new Float64Array(length),
    loss: new Float32Array(length),
    gradientNorm: new Float32Array(length),
    learningRate: new Float64Array(length),
    stage: new Uint16Array(length),
    activeLayers: new Uint8Array(length * bytesPerRow),
    bytesPerRow,
    layerFlops: new Float64Array(length),
    stepMilliseconds: new Float32Array(length),
    tokensPerSecond: new Float32Array(length),
    time: new Float64Array(length),
    launch: new Uint16Array(length),
  };
  for (let index = 0; index < length; index++) {
    const step = from + index;
    const { active } = strategy.subnetworkAt(step);
    for (const layer of active) {
      const byte = index * bytesPerRow + (layer >> 3);
      columns.activeLayers[byte] = (columns.activeLayers[byte] ?? 0) | (1 << (layer & 7));
    }
    const lift = options.spikes?.[step] ?? 0;
    const loss = baseLoss(plan, strategy, step) + 0.07 * normal(seed, noise.loss, step, 0) + lift;
    const milliseconds = (4.1 + 7.9 * active.length) * (1 + 0.04 * Math.abs(normal(seed, noise.time, step, 0)));
    columns.step[index] = step;
    columns.tokens[index] = (step + 1) * plan.tokensPerStep;
    columns.loss[index] = options.notFinite?.includes(step) ? NaN : loss;
    columns.gradientNorm[index] = 0.8 + 2 * Math.exp(-step / 400) + 0.08 * normal(seed, noise.loss, step, 1) + lift;
    columns.learningRate[index] = learningRateAt(config, plan, step);
    columns.stage[index] = strategy.stageAt(step);
    columns.layerFlops[index] = active.length * plan.layerFlopsPerStep;
    columns.stepMilliseconds[index] = milliseconds;
    columns.tokensPerSecond[index] = (plan.tokensPerStep / milliseconds) * 1000;
    columns.time[index] = startTime + step * 80;
    columns.launch[index] =
      1 + (options.restarts ?? []).filter((restart) => step >= goesBackTo(config, restart)).length;
  }
  return columns;
}

const goesBackTo = (config: Schedule, step: number): number =>
  Math.floor(step / config.checkpoint.everySteps) * config.checkpoint.everySteps;

function evaluationLoss(plan: Plan, strategy: Strategy, seed: number, step: number): number {
  const depth =
    (strategy.stages[strategy.stageAt(Math.min(step, plan.steps - 1))]?.meanLayers ?? plan.layers) / plan.layers;
  return baseLoss(plan, strategy, step) - 0.05 - 0.3 * (1 - depth) + 0.006 * normal(seed, noise.evaluation, step, 0);
}

function evaluationsOf(
  config: Schedule,
  plan: Plan,
  strategy: Strategy,
  seed: number,
  from: number,
  to: number,
): EvaluationColumns {
  const every = config.evaluation.everySteps;
  const steps: number[] = [];
  for (let step = (Math.floor(from / every) + 1) * every; step <= to; step += every) if (step > 0) steps.push(step);
  return {
    length: steps.length,
    step: Float64Array.from(steps),
    tokens: Float64Array.from(steps, (step) => step * plan.tokensPerStep),
    loss: Float32Array.from(steps, (step) => evaluationLoss(plan, strategy, seed, step)),
    milliseconds: new Float32Array(steps.length).fill(900),
    time: Float64Array.from(steps, (step) => startTime + step * 80),
    launch: new Uint16Array(steps.length).fill(1),
  };
}

function eventsOf(
  config: Schedule,
  plan: Plan,
  strategy: Strategy,
  options: RecordingOptions,
  seed: number,
): readonly RunEvent[] {
  const at = (step: number, launch = 1) => ({ time: new Date(startTime + step * 80).toISOString(), launch, step });
  const launched = {
    pid: 4242,
    engine: "cpu",
    variant: "WebAssembly, relaxed SIMD, 8 threads",
    fingerprint: {},
    threads: 8,
    node: "v24",
  } as const;
  const events: RunEvent[] = [{ ...at(0), type: "launched", ...launched, fromStep: 0 }];
  const every = config.checkpoint.everySteps;
  const best = Math.floor(plan.steps / every) * every;
  const ends = new Set(plan.stages.map((stage) => stage.lastStep + 1));
  const rotating: number[] = [];
  for (const stage of plan.stages) {
    events.push({
      ...at(stage.firstStep),
      type: "stageEntered",
      stage: stage.index,
      name: stage.name,
      meanLayers: stage.meanLayers,
    });
    const lossAtEntry = baseLoss(plan, strategy, stage.firstStep + 10);
    const lossAtExit = baseLoss(plan, strategy, stage.lastStep - 10);
    events.push({
      ...at(stage.lastStep + 1),
      type: "stageLeft",
      stage: stage.index,
      name: stage.name,
      lossAtEntry,
      lossAtExit,
    });
  }
  for (let step = every; step <= best; step += every) {
    const name = `step-${String(step).padStart(8, "0")}`;
    const kept = ends.has(step) ? (["cadence", "stageEnd"] as const) : (["cadence"] as const);
    events.push({ ...at(step), type: "checkpointSaved", name, bytes: 115_000_000, kept });
    if (ends.has(step)) continue;
    rotating.push(step);
    const gone = rotating.length > config.checkpoint.keep ? rotating.shift() : undefined;
    if (gone) events.push({ ...at(step), type: "checkpointRemoved", name: `step-${String(gone).padStart(8, "0")}` });
  }
  (options.restarts ?? []).forEach((step, index) => {
    events.push({ ...at(step, index + 2), type: "launched", ...launched, fromStep: goesBackTo(config, step) });
  });
  events.push({ ...at(plan.steps), type: "completed", loss: evaluationLoss(plan, strategy, seed, plan.steps) });
  return events.sort((a, b) => a.step - b.step);
}

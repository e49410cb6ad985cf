/** Planned against realised: layers, FLOPs, time; pure arithmetic over the plan and the recorded rows. */
import type { Rows } from "./rows.ts";
import type { RunState } from "./state.ts";
import { layerBand } from "../../trainer/plan/ledger.ts";
import type { Plan } from "../../trainer/plan/plan.ts";

/** A planned quantity after the steps done so far. */
export interface Expected {
  readonly mean: number;
  /** Standard deviation of what may be realised. */
  readonly sigma: number;
}

/** Steps of [0, done) that fall into each stage. */
export function stepsDone(plan: Plan, done: number): readonly number[] {
  return plan.stages.map((stage) => Math.max(0, Math.min(done, stage.lastStep + 1) - stage.firstStep));
}

/** Mean active layers per step over the first `done` steps. */
export function expectedLayers(plan: Plan, done: number): Expected {
  if (done === 0) return { mean: 0, sigma: 0 };
  const { expected, deviation } = layerBand(plan, done);
  return { mean: expected / done, sigma: deviation / done };
}

/** Share of the first `done` steps in which one layer (0-based) runs. The same marginals for either sampling. */
export function expectedCoverage(plan: Plan, layer: number, done: number): Expected {
  if (done === 0) return { mean: 0, sigma: 0 };
  const always = plan.alwaysKept.includes(layer);
  let mean = 0;
  let variance = 0;
  stepsDone(plan, done).forEach((steps, index) => {
    const keep = always ? 1 : (plan.stages[index]?.keepProbability ?? 1);
    mean += steps * keep;
    variance += steps * keep * (1 - keep);
  });
  return { mean: mean / done, sigma: Math.sqrt(variance) / done };
}

/** Step time a + b * active layers, in milliseconds; b is null when every step ran the same number. */
export interface StepTimeFit {
  readonly a: number;
  readonly b: number | null;
}

/**
 * Least squares within each stage: there the layers are drawn anew each step, whatever else the machine does, while a
 * line through the whole run takes a machine that got slower for the price of layers. Stages count by the layers they
 * left out; one whose steps all ran the same number takes the whole run's slope. a comes from the time that all steps
 * took. No layer takes less than no time, as a slow first step would have it.
 */
export function fitStepTime(rows: Rows): StepTimeFit | null {
  if (rows.length < 2) return null;
  const whole = createLine();
  const stages: Line[] = [];
  for (let row = 0; row < rows.length; row++) {
    const layers = rows.activeCount[row] ?? 0;
    const milliseconds = rows.stepMilliseconds[row] ?? 0;
    add(whole, layers, milliseconds);
    add((stages[rows.stage[row] ?? 0] ??= createLine()), layers, milliseconds);
  }
  const slope = slopeOf(whole);
  if (slope === null) return { a: whole.meanT, b: null };
  let missing = 0;
  let saved = 0;
  for (const stage of stages) {
    // A stage that none of the rows is of leaves a hole.
    if (!stage) continue;
    const left = stage.rows * (rows.layers - stage.meanN);
    missing += left;
    saved += left * (slopeOf(stage) ?? slope);
  }
  const b = Math.max(0, saved / missing);
  return { a: whole.meanT - b * whole.meanN, b };
}

/** Running means and central moments of layers and milliseconds (Welford's update, which loses no digits). */
interface Line {
  rows: number;
  meanN: number;
  meanT: number;
  variance: number;
  covariance: number;
}

const createLine = (): Line => ({ rows: 0, meanN: 0, meanT: 0, variance: 0, covariance: 0 });

function add(line: Line, layers: number, milliseconds: number): void {
  line.rows++;
  const off = layers - line.meanN;
  line.meanN += off / line.rows;
  line.meanT += (milliseconds - line.meanT) / line.rows;
  line.variance += off * (layers - line.meanN);
  line.covariance += off * (milliseconds - line.meanT);
}

const slopeOf = ({ variance, covariance }: Line): number | null => (variance > 0 ? covariance / variance : null);

/** Milliseconds that a step with `layers` active layers takes by the fit. */
export const stepTime = (fit: StepTimeFit, layers: number): number => fit.a + (fit.b ?? 0) * layers;

export interface SpeedUp {
  /** Layer FLOPs of full training over the same steps, divided by those planned. */
  readonly planned: number;
  /** Time that full-depth steps would have taken by the fit, divided by the time that the steps took. */
  readonly realised: number | null;
}

/** Over the steps done so far. */
export function speedUpSoFar({ plan, rows }: RunState, fit: StepTimeFit | null): SpeedUp | null {
  const done = rows.completed;
  if (done === 0) return null;
  const planned = plan.layers / expectedLayers(plan, done).mean;
  const milliseconds = rows.seconds * 1000;
  // Without steps of differing depth, or with a slope that is lost in noise, nothing is known of full depth.
  const known = fit !== null && milliseconds > 0 && (fit.b === null ? allFull(rows, plan) : fit.b > 0);
  return { planned, realised: known ? (stepTime(fit, plan.layers) * rows.length) / milliseconds : null };
}

const allFull = (rows: Rows, plan: Plan): boolean => rows.activeCount[0] === plan.layers;

/** Seconds until the last step, evaluations included; null before there is anything to judge by. */
export function secondsLeft(state: RunState, fit: StepTimeFit | null): number | null {
  const { plan, rows, facts, evaluations } = state;
  if (!fit) return null;
  const done = rows.completed;
  let milliseconds = 0;
  const past = stepsDone(plan, done);
  plan.stages.forEach((stage, index) => {
    milliseconds += (stage.steps - (past[index] ?? 0)) * stepTime(fit, stage.meanLayers);
  });
  if (facts.evaluationEvery > 0 && evaluations.length > 0) {
    const each = evaluations.reduce((sum, evaluation) => sum + evaluation.milliseconds, 0) / evaluations.length;
    milliseconds += each * (Math.floor(plan.steps / facts.evaluationEvery) - Math.floor(done / facts.evaluationEvery));
  }
  return Math.max(0, milliseconds * pace(rows, fit)) / 1000;
}

/** How the latest steps compare with the fit: a machine that got slower shows here first. */
function pace(rows: Rows, fit: StepTimeFit): number {
  let actual = 0;
  let fitted = 0;
  for (let row = Math.max(0, rows.length - 200); row < rows.length; row++) {
    actual += rows.stepMilliseconds[row] ?? 0;
    fitted += stepTime(fit, rows.activeCount[row] ?? 0);
  }
  return fitted > 0 && actual > 0 ? actual / fitted : 1;
}

/** No option of the schedule does nothing: each changes the plan or what a run comes to, or is proved where it acts. */
import { expect, test } from "vitest";
import { resolvePlan } from "../../../trainer/plan/resolvePlan.ts";
import { scheduleShape } from "../../../trainer/protocol/config.ts";
import type { Shape } from "../../../trainer/protocol/shape.ts";
import { train } from "../../../trainer/train.ts";
import { referenceEngine } from "../../support/engines.ts";
import { MemoryWorld } from "../../support/memoryWorld.ts";
import { timeless } from "../../support/runs.ts";
import { schedule } from "../plan/scheduleText.ts";

type Parts = Readonly<Record<string, unknown>>;

const base = {
  model: { kind: "bert", layers: 4, hidden: 8, heads: 2 },
  batch: { size: 4, length: 8 },
  steps: 12,
  strategy: { kind: "raptr", stages: "2.5-4" },
  optimizer: { kind: "adamw" },
  learningRate: { peak: 0.05, warmupSteps: 2 },
  evaluation: { everySteps: 5, batches: 2 },
} as const;
const stages = [{ layers: 2.5 }, { layers: 4 }];
const raptr = (change: Parts): Parts => ({ strategy: { ...base.strategy, ...change } });
const constant = (change: Parts): Parts => ({ strategy: { kind: "constant", layers: 2.5, ...change } });
const within = (key: keyof typeof base, change: Parts): Parts => ({ [key]: { ...Object(base[key]), ...change } });

/** Path of the option, and two schedules that differ in it alone; one when the other is the base. */
const cases: readonly [path: string, changed: Parts, from?: Parts][] = [
  ["model.bert.layers", within("model", { layers: 5 }), { strategy: { kind: "full" } }],
  ["model.bert.hidden", within("model", { hidden: 10 })],
  ["model.bert.heads", within("model", { heads: 4 })],
  ["model.bert.feedForward", within("model", { feedForward: 9 })],
  ["model.bert.normPosition", within("model", { normPosition: "pre" })],
  ["model.bert.dropout", within("model", { dropout: 0.2 })],
  ["model.bert.maxLength", within("model", { maxLength: 9 })],
  ["objective.maskedLanguage.maskShare", { objective: { kind: "maskedLanguage", maskShare: 0.4 } }],
  ["batch.size", within("batch", { size: 5 })],
  ["batch.length", within("batch", { length: 9 })],
  ["batch.microBatches", within("batch", { microBatches: 2 })],
  ["steps", { steps: 13 }],
  ["tokens", { steps: undefined, tokens: 8 * 4 * 13 }],
  ["strategy.raptr.stages", raptr({ stages: "3-4" })],
  ["strategy.raptr.stages.layers", raptr({ stages: [{ layers: 3 }, { layers: 4 }] }), raptr({ stages })],
  ["strategy.raptr.stages.name", raptr({ stages: [{ layers: 2.5, name: "low" }, { layers: 4 }] }), raptr({ stages })],
  ["strategy.raptr.stages.steps", raptr({ stages: [{ layers: 2.5, steps: 3 }, { layers: 4 }] }), raptr({ stages })],
  ["strategy.raptr.stages.share", raptr({ stages: [{ layers: 2.5, share: 0.25 }, { layers: 4 }] }), raptr({ stages })],
  [
    "strategy.raptr.stages.learningRate",
    raptr({ stages: [{ layers: 2.5, learningRate: 0.5 }, { layers: 4 }] }),
    raptr({ stages }),
  ],
  ["strategy.raptr.lengths", raptr({ lengths: "proportional" })],
  ["strategy.raptr.alpha", raptr({ lengths: "proportional", alpha: 2 }), raptr({ lengths: "proportional" })],
  ["strategy.raptr.warmupFullSteps", raptr({ warmupFullSteps: 2 })],
  ["strategy.raptr.alwaysKept", raptr({ alwaysKept: [2] })],
  ["strategy.raptr.sampling", raptr({ stages: "3-4", sampling: "fixedSize" }), raptr({ stages: "3-4" })],
  ["strategy.raptr.residualScale", raptr({ residualScale: "inverseKeep" })],
  ["strategy.raptr.skippedUpdate", raptr({ skippedUpdate: "zeroGradient" })],
  ["strategy.constant.layers", constant({ layers: 3 }), constant({})],
  ["strategy.constant.alwaysKept", constant({ alwaysKept: [2] }), constant({})],
  ["strategy.constant.sampling", constant({ layers: 3, sampling: "fixedSize" }), constant({ layers: 3 })],
  ["strategy.constant.residualScale", constant({ residualScale: "sqrtBypassed" }), constant({})],
  ["strategy.constant.skippedUpdate", constant({ skippedUpdate: "zeroGradient" }), constant({})],
  ["optimizer.adamw.beta1", within("optimizer", { beta1: 0.5 })],
  ["optimizer.adamw.beta2", within("optimizer", { beta2: 0.9 })],
  ["optimizer.adamw.epsilon", within("optimizer", { epsilon: 1e-3 })],
  ["optimizer.adamw.weightDecay", within("optimizer", { weightDecay: 0.5 })],
  ["optimizer.adamw.clipNorm", within("optimizer", { clipNorm: 0.01 })],
  ["learningRate.peak", within("learningRate", { peak: 0.04 })],
  ["learningRate.warmupSteps", within("learningRate", { warmupSteps: 3 })],
  ["learningRate.decay", within("learningRate", { decay: "cosine" })],
  ["learningRate.final", within("learningRate", { final: 0.5 })],
  ["learningRate.restart", within("learningRate", { restart: true })],
  ["checkpoint.everySteps", { checkpoint: { everySteps: 4 } }],
  ["evaluation.everySteps", within("evaluation", { everySteps: 3 })],
  ["evaluation.batches", within("evaluation", { batches: 3 })],
  ["seed", { seed: 2 }],
];

/** Options that act before or beside the loop, and the test that proves each. */
const elsewhere: Readonly<Record<string, string>> = {
  $schema: "schema/jsonSchema.test.ts: for the editor",
  name: "e2e/trainerCommands.test.ts",
  "objective.maskedLanguage.replaceShare": "unit/data/maskedLanguage.test.ts",
  "objective.maskedLanguage.randomShare": "unit/data/maskedLanguage.test.ts",
  "data.files": "unit/data/openData.test.ts",
  "data.textField": "unit/data/openData.test.ts",
  "data.evaluationShare": "unit/data/prepare.test.ts",
  "data.seed": "unit/data/prepare.test.ts",
  tokenizer: "one value",
  "checkpoint.keep": "unit/retention.test.ts",
  engine: "conformance/registry.test.ts",
};

test("each option of the schedule is here", () => {
  const known = [...cases.map(([path]) => path), ...Object.keys(elsewhere)];
  expect(known.toSorted()).toEqual(optionsOf(scheduleShape).toSorted());
});

test.each(cases)("%s", async (_, changed, from = {}) => {
  const [one, other] = [await outcomeOf({ ...base, ...from }), await outcomeOf({ ...base, ...from, ...changed })];
  expect(other).not.toEqual(one);
});

test("the same schedule comes to the same", async () => {
  expect(await outcome(schedule(base))).toEqual(await outcome(schedule(base)));
});

const begun = new Map<string, Promise<unknown>>();

/** What a schedule comes to; most cases share one of theirs. */
function outcomeOf(parts: Parts): Promise<unknown> {
  const key = JSON.stringify(parts);
  const found = begun.get(key) ?? outcome(schedule(parts));
  begun.set(key, found);
  return found;
}

/** All that a run leaves behind, but for its times. */
async function outcome(of: ReturnType<typeof schedule>): Promise<unknown> {
  const world = new MemoryWorld(of, { createEngine: referenceEngine.create });
  await train(world);
  return {
    plan: resolvePlan(of),
    rows: world.rows.map(timeless),
    evaluations: world.evaluations.map(({ step, loss }) => [step, loss]),
    saved: world.saved.map(({ state, weights }) => [state.step, state.reasons, [...weights]]),
  };
}

/** Paths of all leaves; members of a union under their names, without their tag. */
function optionsOf(shape: Shape, path = ""): readonly string[] {
  switch (shape.type) {
    case "optional":
    case "nullable":
      return optionsOf(shape.inner, path);
    case "object":
      return fieldsOf(shape.fields, path);
    case "union":
      return Object.entries(shape.members).flatMap(([name, member]) =>
        fieldsOf(
          Object.fromEntries(Object.entries(member.fields).filter(([key]) => key !== shape.tag)),
          `${path}.${name}`,
        ),
      );
    case "either":
      return [...new Set(shape.options.flatMap((option) => optionsOf(option, path)))];
    case "array":
      return shape.items.type === "object" ? optionsOf(shape.items, path) : [path];
    default:
      return [path];
  }
}

const fieldsOf = (fields: Readonly<Record<string, Shape>>, path: string): readonly string[] =>
  Object.entries(fields).flatMap(([name, field]) => optionsOf(field, path === "" ? name : `${path}.${name}`));

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describePlan, describeSpeedUp, grouped } from "../../../trainer/plan/describe.ts";
import { layerParameterCount } from "../../../trainer/plan/flops.ts";
import { learningRateAt } from "../../../trainer/plan/learningRate.ts";
import { memoryBytes } from "../../../trainer/plan/memory.ts";
import { resolvePlan } from "../../../trainer/plan/resolvePlan.ts";
import { apportion, stagesFromText, stageSteps } from "../../../trainer/plan/stages.ts";
import { createModel } from "../../../trainer/model/registry.ts";
import { ReferenceEngine } from "../../support/referenceEngine.ts";
import { schedule } from "./scheduleText.ts";

const bertBase = { kind: "bert", layers: 12, hidden: 768, heads: 12 };

describe("FLOPs", () => {
  test("layers relative to full training: the paper's stages and gradual stacking's", () => {
    const relative = (layers: number, strategy: object) =>
      resolvePlan(schedule({ model: { ...bertBase, layers }, steps: 10_000, strategy })).layerFlops;
    const check = (layers: number, stages: string, lengths: string, share: string, speedUp: string): void => {
      const ledger = relative(layers, { kind: "raptr", stages, lengths });
      expect([ledger.relative.toFixed(4), ledger.speedUp.toFixed(3)]).toEqual([share, speedUp]);
    };
    check(12, "6-8-10-12", "equal", "0.7500", "1.333");
    check(24, "12-16-20-24", "proportional", "0.8333", "1.200");
    check(12, "6-9-12", "equal", "0.7500", "1.333");
    // Warm-up: W/T + (1 - W/T) * 0.75 with W/T = 0.2.
    expect(relative(12, { kind: "raptr", stages: "6-8-10-12", warmupFullSteps: 2000 }).relative).toBeCloseTo(0.8, 12);
    expect(relative(12, { kind: "constant", layers: 9 }).relative).toBeCloseTo(0.75, 12);
    expect(relative(12, { kind: "full" })).toMatchObject({ relative: 1, speedUp: 1 });
  });

  test("whole model, BERT-Base at 512 tokens: 1.249x with the head everywhere, 1.317x on predicted positions only", () => {
    // The vocabulary is bytes here; what BERT's 30 522 words cost is computed from the plan's own layer figure.
    const plan = resolvePlan(schedule({ model: bertBase, batch: { size: 1, length: 512 } }));
    const headPerPosition = 3 * (2 * 768 * 768 + 2 * 768 * 30_522);
    const speedUp = (positions: number): string => {
      const other = headPerPosition * positions;
      return ((12 * plan.layerFlopsPerStep + other) / (9 * plan.layerFlopsPerStep + other)).toFixed(3);
    };
    expect(plan.layerFlopsPerStep).toBe(3 * 512 * (2 * (4 * 768 ** 2 + 2 * 768 * 3072) + 4 * 512 * 768));
    expect([speedUp(512), speedUp(77)]).toEqual(["1.249", "1.317"]);
    expect(plan.otherFlopsPerStep).toBe(3 * 77 * (2 * 768 * 768 + 2 * 768 * 260));
    expect(plan.modelFlops.full).toBe(4000 * (12 * plan.layerFlopsPerStep + plan.otherFlopsPerStep));
  });

  test("stages add up to the run", () => {
    const plan = resolvePlan(schedule());
    const sum = (of: "layerFlops" | "modelFlops" | "steps" | "tokens"): number =>
      plan.stages.reduce((total, stage) => total + stage[of], 0);
    expect(sum("layerFlops")).toBe(plan.layerFlops.planned);
    expect(sum("modelFlops")).toBe(plan.modelFlops.planned);
    expect([sum("steps"), sum("tokens")]).toEqual([4000, 4000 * 8 * 64]);
  });
});

describe("sizes", () => {
  test("parameters of a layer of BERT-Base", () => {
    const size = { ...bertBase, feedForward: 3072, vocabulary: 30_522, positions: 512, normPosition: "post" as const };
    expect(layerParameterCount(size)).toBe(7_087_872);
  });

  test.each([
    {},
    {
      model: { kind: "bert", layers: 3, hidden: 20, heads: 5, feedForward: 33, normPosition: "pre", maxLength: 40 },
      batch: { size: 3, length: 33 },
      strategy: { kind: "full" },
    },
    ,
    { model: { kind: "bert", layers: 1, hidden: 8, heads: 1 }, strategy: { kind: "full" } },
    { batch: { size: 6, length: 16, microBatches: 3 } },
  ])("parameters and memory are those of the model as it is built: %j", (parts) => {
    const parsed = schedule(parts);
    const engine = new ReferenceEngine();
    const model = createModel(engine, parsed, 260);
    const counted = model.parameters.reduce((sum, { value }) => sum + value.shape.reduce((a, b) => a * b, 1), 0);
    const { parameters, moments, gradients, activations, total } = memoryBytes(parsed);
    expect(resolvePlan(parsed).parameters).toBe(counted);
    expect([parameters, gradients, moments]).toEqual([4 * counted, 4 * counted, 8 * counted]);
    // The session allocates the gate of three numbers besides the model.
    expect(parameters + gradients + activations).toBe(engine.allocatedBytes + 4 * 3);
    expect(total).toBe(parameters + gradients + activations + moments);
    model.free();
    expect(engine.tensorCount).toBe(0);
  });
});

describe("lengths", () => {
  const equal = { lengths: "equal", alpha: 1 } as const;

  test("a run in tokens is rounded up to whole steps", () => {
    expect(resolvePlan(schedule({ steps: undefined, tokens: 512 * 40 })).steps).toBe(40);
    expect(resolvePlan(schedule({ steps: undefined, tokens: 512 * 40 + 1 })).steps).toBe(41);
  });

  test("stages of objects: steps, shares, and stages that take the rest", () => {
    const steps = (stages: readonly object[], more: object = {}): readonly number[] =>
      resolvePlan(schedule({ steps: 1000, strategy: { kind: "raptr", stages, ...more } })).stages.map((s) => s.steps);
    expect(
      steps([
        { layers: 6, steps: 300 },
        { layers: 12, steps: 700 },
      ]),
    ).toEqual([300, 700]);
    expect(steps([{ layers: 6, steps: 300 }, { layers: 8 }, { layers: 12 }])).toEqual([300, 350, 350]);
    expect(
      steps([
        { layers: 6, share: 0.333333 },
        { layers: 8, share: 0.333333 },
        { layers: 12, share: 0.333333 },
      ]),
    ).toEqual([334, 333, 333]);
    expect(steps([{ layers: 6, share: 0.1 }, { layers: 12 }])).toEqual([100, 900]);
    expect(steps([{ layers: 6 }, { layers: 8 }, { layers: 12 }], { lengths: "proportional" })).toEqual([167, 333, 500]);
    expect(steps([{ layers: 6 }, { layers: 12 }], { lengths: "proportional", alpha: 2 })).toEqual([200, 800]);
    expect(steps([{ layers: 6 }, { layers: 12 }], { lengths: "proportional", alpha: 0 })).toEqual([500, 500]);
  });

  test("apportioned parts are whole, sum to the total, and miss their quota by less than one", () => {
    const weights = fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(weights, fc.nat(1_000_000), (weights, total) => {
        const parts = apportion(weights, total);
        const whole = weights.reduce((sum, weight) => sum + weight, 0);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
        for (const [index, part] of parts.entries()) {
          expect(Number.isInteger(part)).toBe(true);
          expect(Math.abs(part - (total * (weights[index] ?? 0)) / whole)).toBeLessThan(1 + 1e-6);
        }
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test("what does not fit is told apart", () => {
    const reason = (stages: Parameters<typeof stageSteps>[0], total: number): string => {
      const result = stageSteps(stages, equal, total);
      return result.ok ? result.steps.join() : result.reason;
    };
    expect(reason([{ steps: 5 }, { steps: 5 }], 10)).toBe("5,5");
    expect(reason([{ steps: 5 }, { steps: 6 }], 10)).toBe("overrun");
    expect(reason([{ steps: 5 }, { steps: 4 }], 10)).toBe("gap");
    expect(reason([{ share: 0.5 }, { share: 0.6 }], 10)).toBe("overrun");
    expect(reason([{ share: 0.5 }, { share: 0.4 }], 10)).toBe("gap");
    expect(reason([{ steps: 5 }, { share: 0.5 }], 10)).toBe("mixed");
    expect(reason([{ steps: 5, share: 0.5 }], 10)).toBe("mixed");
    expect(reason([{ steps: 10 }, {}], 10)).toBe("empty");
    expect(reason([{}, {}, {}], 2)).toBe("empty");
  });

  test("stages as a text", () => {
    expect(stagesFromText("6-8-10-12")).toEqual([6, 8, 10, 12]);
    expect(stagesFromText(" 6.5 - 12 ")).toEqual([6.5, 12]);
    expect(stagesFromText("12")).toEqual([12]);
    for (const text of ["", "-", "6-", "6--8", "6,8", "0-12", "6-x", "-6-8", "1e3-12", "6-8-".repeat(1000)]) {
      expect(stagesFromText(text)).toBeNull();
    }
  });
});

describe("learning rate", () => {
  const rates = (learningRate: object, steps: readonly number[], strategy: object = { kind: "full" }) => {
    const parsed = schedule({ steps: 100, learningRate: { peak: 2, ...learningRate }, strategy });
    const plan = resolvePlan(parsed);
    return steps.map((step) => Number(learningRateAt(parsed, plan, step).toFixed(6)));
  };

  test("warm-up rises from 0 in a straight line, then decays so that step T would reach the final rate", () => {
    expect(rates({ warmupSteps: 10 }, [0, 5, 10, 55, 99])).toEqual([0, 1, 2, 1, 0.022222]);
    expect(rates({ final: 0.1 }, [0, 50, 99])).toEqual([2, 1.1, 0.218]);
    expect(rates({ decay: "constant", warmupSteps: 2 }, [0, 1, 2, 99])).toEqual([0, 1, 2, 2]);
    expect(rates({ decay: "cosine" }, [0, 25, 50, 75])).toEqual([2, 1.707107, 1, 0.292893]);
  });

  const two = {
    kind: "raptr",
    stages: [
      { layers: 6, steps: 40 },
      { layers: 12, steps: 60, learningRate: 0.5 },
    ],
  };

  test("one schedule over all stages, times each stage's factor", () => {
    expect(rates({}, [0, 39, 40, 99], two)).toEqual([2, 1.22, 0.6, 0.01]);
  });

  test("restart runs it anew in each stage", () => {
    expect(rates({ restart: true, warmupSteps: 10 }, [0, 10, 25, 40, 50, 75], two)).toEqual([0, 2, 1, 0, 1, 0.5]);
  });

  test("the plan says each stage's rate at entry", () => {
    const parsed = schedule({ steps: 100, learningRate: { peak: 2, warmupSteps: 10 }, strategy: two });
    const plan = resolvePlan(parsed);
    expect(plan.stages.map((stage) => stage.learningRateAtEntry)).toEqual(
      [0, 40].map((step) => learningRateAt(parsed, plan, step)),
    );
  });
});

describe("a plan in words", () => {
  test("the table, and both ways of saying what is saved", () => {
    expect(describePlan(resolvePlan(schedule())).split("\n")).toEqual([
      "raptr: 12 layers (always kept: 1, 12), 2 438 276 parameters",
      "4 000 steps of 512 tokens, 2 048 000 tokens",
      "",
      "stage            steps   tokens    layers  keep  layer FLOPs  lr at entry",
      "stage 1        0 - 999  512 000   6 of 12  0.40       16.7 %      1.00e-3",
      "stage 2  1 000 - 1 999  512 000   8 of 12  0.60       22.2 %      7.50e-4",
      "stage 3  2 000 - 2 999  512 000  10 of 12  0.80       27.8 %      5.00e-4",
      "stage 4  3 000 - 3 999  512 000  12 of 12  1.00       33.3 %      2.50e-4",
      "",
      "Layer FLOPs: 2.36e+13 of 3.14e+13, 0.750 of full training: 1.33x faster = 25.0 % fewer",
      "Whole model: 2.37e+13 of 3.15e+13, 0.751 of full training: 1.33x faster = 24.9 % fewer",
    ]);
    expect(describeSpeedUp(1.2)).toBe("1.20x faster = 16.7 % fewer");
    expect([0, 999, 1000, 1234567].map(grouped)).toEqual(["0", "999", "1 000", "1 234 567"]);
  });
});

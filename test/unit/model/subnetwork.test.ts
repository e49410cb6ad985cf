/** A skipped layer is not there: it is neither run nor read, and its gradient is left as it was. */
import { describe, expect, test } from "vitest";
import { Bert } from "../../../trainer/model/bert.ts";
import { bertDimensions } from "../../../trainer/model/dimensions.ts";
import type { Schedule } from "../../../trainer/protocol/config.ts";
import { testEngines } from "../../support/engines.ts";
import { RandomBatches } from "../../support/memoryWorld.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

const subnetwork = { active: [0, 2, 4], scale: [1, 1, 1] };
const schedules = [tinySchedule(), tinySchedule({ model: { normPosition: "pre" } })];

describe.each(testEngines)("$name engine", ({ create }) => {
  test.each(schedules)("skipped layers full of NaN change nothing ($model.normPosition-norm)", async (schedule) => {
    const engine = await create();
    const model = modelOn(engine, schedule);
    const microBatches = await new RandomBatches(schedule, 37).train(3);
    const measure = async () => {
      model.gradient(microBatches, subnetwork, 3);
      const values = [await engine.read(model.loss)];
      for (const { group, gradient } of model.parameters) {
        if (group === "shared" || subnetwork.active.includes(group)) values.push(await engine.read(gradient));
      }
      return values;
    };
    const before = await measure();
    const skipped = model.parameters.filter(({ group }) => group === 1 || group === 3);
    const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent);
    for (const { value, gradient, shape } of skipped) {
      engine.write(value, new Float32Array(size(shape)).fill(NaN));
      engine.write(gradient, new Float32Array(size(shape)).fill(7));
    }
    expect(await measure()).toEqual(before);
    for (const { gradient } of skipped) expect(new Set(await engine.read(gradient))).toEqual(new Set([7]));
    model.free();
    expect(engine.tensorCount).toBe(0);
    await engine.close();
  });

  test("micro-batches add up: the gradient of a batch does not depend on its parts", async () => {
    const engine = await create();
    const parts = tinySchedule({ model: { dropout: 0 }, batch: { microBatches: 4 } });
    const whole = tinySchedule({ model: { dropout: 0 }, batch: { microBatches: 1 } });
    const microBatches = await new RandomBatches(parts, 37).train(0);
    const tokens = microBatches[0]!.ids.length;
    const joined = {
      ids: Int32Array.from(microBatches.flatMap(({ ids }) => [...ids])),
      rows: Int32Array.from(microBatches.flatMap(({ rows }, i) => [...rows].map((row) => row + i * tokens))),
      labels: Int32Array.from(microBatches.flatMap(({ labels }) => [...labels])),
    };
    const [inParts, atOnce] = [modelOn(engine, parts), modelOn(engine, whole)];
    inParts.gradient(microBatches, subnetwork, 0);
    const [lossInParts] = await engine.read(inParts.loss);
    atOnce.gradient([joined], subnetwork, 0);
    expect(lossInParts).toBeCloseTo((await engine.read(atOnce.loss))[0]!, 5);
    const [word, wordAtOnce] = [inParts.parameters[0]!, atOnce.parameters[0]!];
    const expected = await engine.read(wordAtOnce.gradient);
    const largest = expected.reduce((most: number, value) => Math.max(most, Math.abs(value)), 0);
    const actual = await engine.read(word.gradient);
    expect(Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-5 * largest);
    await engine.close();
  });

  test("without dropout the full network's training loss is its evaluation loss, bit for bit", async () => {
    const engine = await create();
    const schedule = tinySchedule({ model: { dropout: 0 } });
    const model = modelOn(engine, schedule);
    const microBatches = await new RandomBatches(schedule, 37).train(1);
    model.gradient(microBatches, { active: [0, 1, 2, 3, 4], scale: [1, 1, 1, 1, 1] }, 1);
    const trained = await engine.read(model.loss);
    model.evaluate(microBatches);
    expect(await engine.read(model.loss)).toEqual(trained);
    await engine.close();
  });
});

type Engine = Awaited<ReturnType<(typeof testEngines)[number]["create"]>>;

const modelOn = (engine: Engine, schedule: Schedule): Bert => new Bert(engine, bertDimensions(schedule, 37));

import { describe, expect, test } from "vitest";
import { maximumProblems } from "../../../trainer/protocol/parse.ts";
import { scheduleText } from "../plan/scheduleText.ts";
import { check, problemsOf, withPart } from "./marked.ts";

describe("rules over several fields", () => {
  const stagesSay = (stages: string, more = ""): string =>
    withPart("strategy", `{ "kind": "raptr", "stages": ${stages}${more} }`);

  test("length of the run", () => {
    check(scheduleText().replace('"steps": 4000', '"steps": 4000, "tokens": «1000000»'), [
      'two-lengths: Both "steps" and "tokens" say how long the run is.',
      "Remove one of them.",
    ]);
    check(scheduleText({ steps: undefined }).replace("{", "«{»"), [
      "no-length: The schedule does not say how long to train.",
      'Add "steps": a whole number of optimizer steps, or "tokens": a whole number of tokens.',
    ]);
    check(withPart("tokens", "«9007199254740991»", { steps: undefined, batch: { size: 1, length: 8 } }), [
      "run-too-long: The run would take 1125899906842624 steps; a run has at most 4294967295.",
      "Shorten it.",
    ]);
  });

  test("sizes that have to fit", () => {
    check(
      withPart("model", '{ "kind": "bert", "layers": 12, "hidden": 128, "heads": «5», "maxLength": «32» }'),
      [
        "heads-divide-hidden: 5 heads do not divide the width of 128: each head needs the same whole number of units.",
        'Set "heads" to 4, or "hidden" to 130.',
      ],
      [
        "length-over-positions: The model would have 32 positions, but sequences have 64 tokens.",
        'Set "maxLength" to at least 64, or the batch\'s "length" to at most 32.',
      ],
    );
    check(withPart("batch", '{ "size": 8, "length": 64, "microBatches": «3» }'), [
      "micro-batches-divide-size: 3 micro-batches do not divide a batch of 8 sequences into equal parts.",
      'Set "microBatches" to 2, or "size" to 9.',
    ]);
  });

  test("shares of predicted positions, globs", () => {
    check(withPart("objective", '{ "kind": "maskedLanguage", "replaceShare": 0.95, "randomShare": «0.1» }'), [
      'shares-over-one: "replaceShare" and "randomShare" make 1.05 together, more than all predicted positions.',
      'Lower one of them so that they make at most 1, e.g. "randomShare": 0.05.',
    ]);
    check(withPart("data", '{ "files": ["a", «" "»] }'), [
      "empty-glob: An empty glob matches no file.",
      'Write a path relative to the schedule, such as "corpus/**/*.md", or remove it.',
    ]);
  });

  test("always-kept layers", () => {
    check(
      stagesSay('"6-12"', ', "alwaysKept": [1, «13», «1»]'),
      ["kept-beyond-model: There is no layer 13: the model has 12, numbered from 1.", "Write a number from 1 to 12."],
      ["kept-twice: Layer 1 is listed twice.", "Remove one of the two."],
    );
  });

  test("depth of stages, written as a text", () => {
    check(stagesSay('«"six-8"»'), [
      "stages-text: This text does not name stages.",
      'Write average numbers of active layers joined by "-", e.g. "6-8-10-12".',
    ]);
    check(stagesSay('"6-8-«10»"'), [
      "last-stage-not-full: The stages end at 10 of 12 layers, so the full network would never train.",
      'Add a last stage with 12, or set "layers" of the model to 10.',
    ]);
    check(
      stagesSay('"«1» - «2» - «14»"'),
      [
        "stage-too-shallow: Stage 1 runs 1 layer on average, but 2 always run.",
        'Write at least 2, or list 1 layer in "alwaysKept".',
      ],
      [
        "warning only-kept-layers: Stage 2 runs the 2 always-kept layers only: the other 10 do not train in it.",
        "Write more than 2 to let them take part.",
      ],
      [
        "stage-too-deep: Stage 3 runs 14 layers on average, but the model has 12.",
        'Write at most 12, or set "layers" of the model to 14.',
      ],
    );
    check(stagesSay('"«6.5»-12"', ', "sampling": "fixedSize"'), [
      "fixed-size-not-whole: Stage 1 runs 6.5 layers, but subnetworks of a fixed size have a whole number of them.",
      'Write 6 or 7, or set "sampling" to "bernoulli".',
    ]);
    check(stagesSay('"12-6-12"'));
  });

  test("depth of stages, written as objects, and of the constant strategy", () => {
    check(
      stagesSay('[{ "layers": «13» }, { "layers": «11.5», "name": "last" }]'),
      [
        "stage-too-deep: Stage 1 runs 13 layers on average, but the model has 12.",
        'Write at most 12, or set "layers" of the model to 13.',
      ],
      [
        "last-stage-not-full: The stages end at 11.5 of 12 layers, so the full network would never train.",
        "Add a last stage with 12.",
      ],
    );
    check(withPart("strategy", '{ "kind": "constant", "layers": «14» }'), [
      "stage-too-deep: The strategy runs 14 layers on average, but the model has 12.",
      'Write at most 12, or set "layers" of the model to 14.',
    ]);
    check(withPart("strategy", '{ "kind": "constant", "layers": 9 }'));
  });

  test("lengths of stages", () => {
    check(
      stagesSay('[{ "layers": 6, "steps": 100 }, { "layers": 12, "steps": 100 }]').replace('"stages"', '«"stages"»'),
      [
        "stages-gap: The stages take 200 steps, but the run has 4000.",
        'Give them 3800 steps more, or leave out the "steps" of one stage: it then takes the rest.',
      ],
    );
    check(
      stagesSay('[{ "layers": 6, "steps": 4000 }, { "layers": 12, "steps": 1 }]', ', "warmupFullSteps": 10').replace(
        '"stages"',
        '«"stages"»',
      ),
      [
        "stages-overrun: The stages take 4001 steps, but the run has 3990 after its warm-up.",
        "Take 11 steps away from them.",
      ],
    );
    check(
      stagesSay('[{ "layers": 6, "share": 0.5 }, { "layers": 12, "share": 0.4 }]').replace('"stages"', '«"stages"»'),
      ["stages-gap: The stages' shares make 0.9 of the run instead of 1.", "Raise them by 0.1 together."],
    );
    check(
      stagesSay('[{ "layers": 6, "share": 0.5 }, { "layers": 12, "share": 0.6 }]').replace('"stages"', '«"stages"»'),
      ["stages-overrun: The stages' shares make 1.1 of the run instead of 1.", "Lower them by 0.1 together."],
    );
    check(stagesSay('[{ "layers": 6, "steps": 100 }, { "layers": 12, "share": «0.5» }]'), [
      "steps-and-shares: Some stages give their length in steps, this one as a share.",
      'Write "steps" in all of them, or "share" in all of them.',
    ]);
    check(stagesSay('[{ "layers": 6, "steps": 4000 }, «{» "layers": 12 }]'), [
      "stage-empty: Stage 2 comes to no step: the run has 4000 for all stages.",
      "Give it a larger part, or train longer.",
    ]);
    check(stagesSay('"6-12"', ', "warmupFullSteps": «4000»'), [
      "warmup-fills-run: The full-network warm-up takes 4000 steps, which leaves none of 4000 to the stages.",
      "Write fewer than 4000.",
    ]);
  });

  test("options without effect are warnings", () => {
    check(
      stagesSay('[{ "layers": 12, "steps": 4000 }]', ', "lengths": «"equal"», "alpha": «2»'),
      ['warning no-effect: "lengths" has no effect: every stage says its own length.', "Remove it."],
      [
        'warning no-effect: "alpha" has no effect: no stage has a proportional length.',
        'Remove it, or set "lengths" to "proportional".',
      ],
    );
    check(withPart("learningRate", '{ "peak": 1, "decay": "constant", "final": «0.1» }'), [
      'warning no-effect: "final" has no effect: the learning rate does not decay.',
      'Remove it, or set "decay" to "linear" or "cosine".',
    ]);
  });

  test("learning-rate warm-up", () => {
    check(withPart("learningRate", '{ "peak": 1, "warmupSteps": «4000» }'), [
      "warmup-fills-run: The learning rate would rise for 4000 steps, but the run has 4000: it never reaches its peak.",
      "Write fewer than 4000.",
    ]);
    check(withPart("learningRate", '{ "peak": 1, "warmupSteps": «1001» }'), [
      "warning warmup-over-stage: The learning rate rises for 1001 steps, longer than stage 1, which has 1000.",
      "Shorten the warm-up or lengthen the stage.",
    ]);
    check(withPart("learningRate", '{ "peak": 1, "warmupSteps": 1000 }'));
  });

  test("silent about what cannot be known", () => {
    check(
      withPart("strategy", '{ "kind": "raptr", "stages": "6-8-10", "alwaysKept": [20] }', { model: undefined }).replace(
        "{",
        "«{»",
      ),
      ['missing-key: The document lacks "model".', 'Add "model": an object {"kind": ...} with "bert".'],
    );
    check(withPart("steps", "«0»", { strategy: { kind: "raptr", stages: [{ layers: 12, steps: 7 }] } }), [
      'out-of-range: "steps" must be a whole number of steps, at least 1 and at most 4294967295, but is 0.',
      "Write a whole number of steps, at least 1 and at most 4294967295.",
    ]);
  });

  test("no number of warnings hides an error", () => {
    const stages = `"${"2-".repeat(200)}11"`;
    const problems = problemsOf(stagesSay(stages));
    expect(problems.length).toBe(maximumProblems);
    expect(problems.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual([
      "last-stage-not-full",
    ]);
  });
});

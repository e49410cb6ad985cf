import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseSchedule } from "../../../trainer/plan/schedule.ts";
import { schedule, scheduleText } from "../plan/scheduleText.ts";
import { position, problemsOf, unmark } from "./marked.ts";

/** One line for each problem: its code and sentence, and its remedy. Each stands at the mark of the same number. */
function check(marked: string, ...expected: readonly (readonly [problem: string, remedy: string])[]): void {
  const { text, places } = unmark(marked);
  const problems = problemsOf(text);
  expect(
    problems.map(({ severity, code, sentence, remedy }) => [`${label(severity)}${code}: ${sentence}`, remedy]),
  ).toEqual(expected);
  expect(problems.map(({ span }) => [span?.offset, span?.length])).toEqual(places);
  for (const { span } of problems) expect(span).toMatchObject(position(text, span?.offset ?? -1));
  expect(parseSchedule(text).ok).toBe(problems.every(({ severity }) => severity === "warning"));
}

const label = (severity: string): string => (severity === "warning" ? "warning " : "");

/** The whole schedule with the JSON of `key` replaced by a text that may hold marks. */
function withPart(key: string, written: string, more: Readonly<Record<string, unknown>> = {}): string {
  const line = new RegExp(`^ *"${key}": .*?(,?)$`, "m");
  return scheduleText({ [key]: 0, ...more }).replace(line, (_, comma: string) => `  "${key}": ${written}${comma}`);
}

describe("what is right has no problem", () => {
  test("the whole schedule, with every default filled in", () => {
    expect(problemsOf(scheduleText())).toEqual([]);
    expect(schedule()).toMatchObject({
      model: { normPosition: "post", dropout: 0 },
      objective: { maskShare: 0.15, replaceShare: 0.8, randomShare: 0.1 },
      batch: { microBatches: 1 },
      strategy: { lengths: "equal", alpha: 1, warmupFullSteps: 0, sampling: "bernoulli", skippedUpdate: "skip" },
      optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0.01, clipNorm: 1 },
      learningRate: { warmupSteps: 0, decay: "linear", final: 0, restart: false },
      checkpoint: { everySteps: 1000, keep: 3 },
      evaluation: { everySteps: 500, batches: 20 },
      seed: 1,
      engine: "auto",
    });
  });

  test("comments, trailing commas, a byte order mark, Windows line ends", () => {
    const commented = scheduleText({ seed: 3 }).replace("{", "\ufeff// first\n{ /* second */").replace(/\n}/, ",\n}");
    expect(problemsOf(commented)).toEqual([]);
    expect(problemsOf(commented.replaceAll("\n", "\r\n"))).toEqual([]);
  });

  test("the quickstart example", () => {
    expect(problemsOf(readFileSync("examples/quickstart.raptr.json", "utf8"))).toEqual([]);
  });
});

describe("syntax", () => {
  test.each([
    [
      "«»",
      "empty: The document is empty.",
      'Start with { "model": ... }, or make a schedule by the command New Schedule.',
    ],
    [
      "«»// nothing yet",
      "empty: The document is empty.",
      'Start with { "model": ... }, or make a schedule by the command New Schedule.',
    ],
    ['{ "model": { "kind": "bert"«»', "syntax: An object is not closed.", 'Write "}" at its end.'],
    ['{ "steps"«»', "syntax: A colon is missing after the key.", 'Write ":" and the value.'],
    ['{ "steps":«»', "syntax: A value is missing here.", "Write the value."],
    ['{ "name": «"half', "syntax: A text is not closed.", 'Write a double quote (") at its end.'],
    [
      "{ «steps: 12 }",
      "syntax: This is no JSON.",
      "Write keys and texts in double quotes; else a number, true, false or null.",
    ],
  ])("%s", (marked, problem, remedy) => {
    const { text, places } = unmark(marked.includes("»") ? marked : `${marked}»`);
    const [first] = problemsOf(text);
    expect([`${first?.code}: ${first?.sentence}`, first?.remedy]).toEqual([problem, remedy]);
    expect(first?.span?.offset).toBe(places[0]?.[0]);
  });

  test("a missing comma is one problem, and what follows is still read", () => {
    check(
      withPart("batch", '{ "size": 8 «"length"»: 64, «"mikroBatches"»: 1 }'),
      ["syntax: A comma is missing before this.", 'Write "," after the value before it.'],
      ['unknown-key: Unknown key "mikroBatches" in "batch".', 'Did you mean "microBatches"?'],
    );
  });

  test("half-typed text: parts that are whole are held against the rules, parts that are not are not called missing", () => {
    check(
      '{ "model": { "kind": "bert", "layers": 12, "hidden": 100, "heads": «3» }, "batch": { "size": 8, «"len»',
      [
        "heads-divide-hidden: 3 heads do not divide the width of 100: each head needs the same whole number of units.",
        'Set "heads" to 2, or "hidden" to 99.',
      ],
      ["syntax: A text is not closed.", 'Write a double quote (") at its end.'],
    );
  });

  test("a key twice", () => {
    check(scheduleText().replace('"steps": 4000', '"steps": 4000, «"steps"»: 5000'), [
      'duplicate-key: The key "steps" stands here a second time.',
      "Remove one of the two.",
    ]);
  });

  test("nesting beyond reason and texts beyond reason are refused without reading them", () => {
    expect(problemsOf("[".repeat(200_000)).map(({ code }) => code)).toEqual(["too-deep"]);
    expect(problemsOf(`{"name":"${"x".repeat(1_000_000)}"}`).map(({ code }) => code)).toEqual(["too-long"]);
  });
});

describe("shape", () => {
  test("every problem at once", () => {
    check(
      `«{»
  "model": { "kind": "bert", "layers": «"twelve"», "hidden": «-1», «"head"»: 4, "normPosition": «"pst"» },
  "objective": { "kind": «"maskedLangage"» },
  «"data"»: {},
  "tokenizer": «7»,
  "batch": «[]»,
  "steps": «12.5»,
  "strategy": { "kind": "full", «"stages"»: "6-12" },
  «"optimizer"»: {},
  "learningRate": { "peak": «1e999» }
}`
        .replace("«{»", "{")
        .replace("«[]»", "[]")
        .replace('"batch"', '«"batch"»'),
      [
        'wrong-type: "layers" must be a whole number of layers, at least 1 and at most 4096, but is "twelve".',
        "Write a whole number of layers, at least 1 and at most 4096.",
      ],
      [
        'out-of-range: "hidden" must be a whole number of units, at least 1 and at most 65536, but is -1.',
        "Write a whole number of units, at least 1 and at most 65536.",
      ],
      ['unknown-key: Unknown key "head" in "model".', 'Did you mean "heads"?'],
      ['unknown-value: "normPosition" cannot be "pst".', 'Did you mean "post"?'],
      ['unknown-value: "kind" cannot be "maskedLangage".', 'Did you mean "maskedLanguage"?'],
      ['missing-key: "data" lacks "files".', 'Add "files": a list [...].'],
      ['wrong-type: "tokenizer" must be "bytes", but is 7.', 'Write "bytes".'],
      ['wrong-type: "batch" must be an object {...}, but is a list.', "Write an object {...}."],
      [
        'out-of-range: "steps" must be a whole number of steps, at least 1 and at most 4294967295, but is 12.5.',
        "Write a whole number of steps, at least 1 and at most 4294967295.",
      ],
      ['unknown-key: Unknown key "stages" in "strategy".', "Remove it."],
      ['missing-key: "optimizer" lacks "kind".', 'Add "kind": "adamw".'],
      ['out-of-range: "peak" must be a number, above 0, but is Infinity.', "Write a number, above 0."],
    );
  });

  test("keys that other languages give a meaning to are unknown keys like any other", () => {
    check(
      withPart("batch", '{ "size": 8, "length": 64, «"__proto__"»: { "x": 1 }, «"constructor"»: 2 }'),
      ['unknown-key: Unknown key "__proto__" in "batch".', 'Remove it; keys that can stand here: "microBatches".'],
      ['unknown-key: Unknown key "constructor" in "batch".', 'Remove it; keys that can stand here: "microBatches".'],
    );
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

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
});

describe("locate", () => {
  test("finds values, in right and in wrong schedules; null where there is none", () => {
    for (const text of [scheduleText(), scheduleText({ steps: -1 })]) {
      const { locate } = parseSchedule(text);
      const found = (...path: (string | number)[]): string | null => {
        const span = locate(path);
        return span && text.slice(span.offset, span.offset + span.length);
      };
      expect(found("model", "layers")).toBe("12");
      expect(found("data", "files", 0)).toBe('"*.txt"');
      expect(found("strategy")).toBe('{"kind":"raptr","stages":"6-8-10-12"}');
      expect(found("data", "files", 1)).toBeNull();
      expect(found("nothing", "here")).toBeNull();
    }
  });
});

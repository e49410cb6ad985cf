import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseSchedule } from "../../../trainer/plan/schedule.ts";
import { schedule, scheduleText } from "../plan/scheduleText.ts";
import { check, problemsOf, unmark, withPart } from "./marked.ts";

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

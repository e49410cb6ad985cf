/** Hostile and half-typed schedules: the parser never throws, points inside the text, and says each thing once. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolvePlan } from "../../../trainer/plan/resolvePlan.ts";
import { parseSchedule } from "../../../trainer/plan/schedule.ts";
import { createStrategy } from "../../../trainer/plan/strategies/registry.ts";
import { maximumProblems } from "../../../trainer/protocol/parse.ts";
import { scheduleText } from "../plan/scheduleText.ts";
import { position } from "./marked.ts";

function holds(text: string): void {
  const parsed = parseSchedule(text);
  const problems = parsed.ok ? parsed.warnings : parsed.problems;
  expect(parsed.ok || problems.length > 0).toBe(true);
  expect(problems.length).toBeLessThanOrEqual(maximumProblems);
  for (const { span, sentence, remedy } of problems) {
    if (!span) throw new Error(`no place for: ${sentence}`);
    expect(span.offset).toBeGreaterThanOrEqual(0);
    expect(span.length).toBeGreaterThanOrEqual(0);
    expect(span.offset + span.length).toBeLessThanOrEqual(text.length);
    if (!text.includes("\r")) expect(span).toMatchObject(position(text, span.offset));
    expect([sentence.length > 3, /[.?]$/.test(sentence), remedy.length > 3]).toEqual([true, true, true]);
    expect(sentence.length + remedy.length).toBeLessThan(600);
  }
  const told = problems.map(({ code, path, span }) => JSON.stringify([code, path, span]));
  expect(new Set(told).size).toBe(told.length);
  if (parsed.ok) {
    const plan = resolvePlan(parsed.value);
    expect(plan.stages.reduce((steps, stage) => steps + stage.steps, 0)).toBe(plan.steps);
    const { active } = createStrategy(parsed.value).subnetworkAt(0);
    expect(active.every((layer) => layer < plan.layers)).toBe(true);
  }
}

const fragments = [
  ...'{}[]:,"\\/ \n\r\t',
  ...[
    '"layers"',
    '"stages"',
    '"steps"',
    '"kind"',
    '"raptr"',
    '"6-8-10-12"',
    '"__proto__"',
    '"share": 0.5',
    "//",
    "/*",
    "*/",
  ],
  ...["-1", "0", "1e999", "1e-999", "9007199254740993", "0.1", "null", "true", "\u0000", "\ud800", "\u2028", "\ufeff"],
];

const stages = [
  { layers: 6, steps: 1000 },
  { layers: 8, steps: 1000 },
  { layers: 12, steps: 2000, name: "last", learningRate: 0.5 },
];
const wholes = [
  scheduleText(),
  scheduleText({
    strategy: { kind: "raptr", stages, alwaysKept: [1, 12], warmupFullSteps: 0 },
    checkpoint: {},
    seed: 4,
  }),
  scheduleText({ strategy: { kind: "constant", layers: 9, sampling: "fixedSize" }, steps: undefined, tokens: 1e6 }),
];

/** A valid text with pieces cut out, put in or doubled at random places. */
const mutated = fc
  .tuple(
    fc.constantFrom(...wholes),
    fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom("", ...fragments)), { minLength: 1, maxLength: 6 }),
  )
  .map(([whole, edits]) =>
    edits.reduce((text, [at, cut, put]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + cut);
    }, whole),
  );

/** A valid document with one value replaced by any JSON. */
const replaced = fc.tuple(fc.constantFrom(...wholes), fc.nat(), fc.jsonValue()).map(([whole, at, value]) => {
  const places: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      visit((node as Record<string, unknown>)[key]);
    }
  };
  const document: unknown = JSON.parse(whole);
  visit(document);
  const [holder, key] = places[at % places.length]!;
  holder[key] = value;
  return JSON.stringify(document, null, at % 3);
});

describe("parseSchedule", () => {
  test("mutations of valid schedules", () => {
    fc.assert(fc.property(mutated, holds), { seed: 11, numRuns: 4000 });
  });

  test("every prefix of a valid schedule", () => {
    for (const whole of wholes) for (let end = 0; end <= whole.length; end++) holds(whole.slice(0, end));
  });

  test("any JSON in the place of any value", () => {
    fc.assert(fc.property(replaced, holds), { seed: 12, numRuns: 2000 });
  });

  test("random text and random bytes", () => {
    const soup = fc.array(fc.constantFrom(...fragments), { maxLength: 60 }).map((parts) => parts.join(""));
    const bytes = fc.uint8Array({ maxLength: 400 }).map((raw) => new TextDecoder("latin1").decode(raw));
    fc.assert(fc.property(fc.oneof(soup, bytes, fc.string({ unit: "binary" })), holds), { seed: 13, numRuns: 4000 });
  });

  test("lists and objects of a size that nobody writes", () => {
    holds(scheduleText({ data: { files: new Array(100_000).fill(7) } }));
    holds(`{${Array.from({ length: 50_000 }, (_, index) => `"k${index}":`).join()}}`);
    holds(`{"a":{"a":`.repeat(40_000));
    holds(scheduleText({ strategy: { kind: "raptr", stages: new Array(3000).fill({ layers: 12 }) } }));
    holds(scheduleText({ strategy: { kind: "raptr", stages: "12-".repeat(200_000) } }));
    holds(scheduleText({ ["x".repeat(100_000)]: 1 }));
  });
});

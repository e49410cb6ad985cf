import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Parsed } from "../../../trainer/protocol/errors.ts";
import type { RunEvent } from "../../../trainer/protocol/events.ts";
import {
  maximumEventLength,
  parseCheckpointState,
  parseControlAnswer,
  parseControlRequest,
  parseEventLine,
  parseEvents,
  parseJson,
  parseLease,
  parseManifest,
} from "../../../trainer/protocol/readers.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

const base = { time: "2026-01-02T03:04:05.678Z", launch: 2, step: 40 };
const events: readonly RunEvent[] = [
  {
    ...base,
    type: "launched",
    pid: 77,
    engine: "cpu",
    variant: "WebAssembly",
    fingerprint: { kernels: "ab" },
    threads: 2,
    fromStep: 40,
    node: "24.0.0",
  },
  { ...base, type: "stageEntered", stage: 1, name: "stage 2", meanLayers: 8 },
  { ...base, type: "stageLeft", stage: 1, name: "stage 2", lossAtEntry: 5.5, lossAtExit: 2.5 },
  { ...base, type: "checkpointSaved", name: "step-00000040", bytes: 10, kept: ["cadence", "best"] },
  { ...base, type: "checkpointRemoved", name: "step-00000020" },
  { ...base, type: "evaluated", loss: 2.25, best: true, milliseconds: 12.5 },
  { ...base, type: "requested", request: "17", action: "stop-after-stage", by: "command line" },
  { ...base, type: "paused" },
  { ...base, type: "continued" },
  { ...base, type: "nonFinite", what: "gradient", tensor: "bert.pooler", lastCheckpoint: null },
  { ...base, type: "stopped", reason: "interrupt" },
  { ...base, type: "completed", loss: 1.5 },
  { ...base, type: "failed", code: "disk-full", sentence: "The disk is full. \u2028", remedy: "Make room." },
];
const lines = events.map((event) => `${JSON.stringify(event)}\n`);
const journal = lines.join("");

const lease = {
  launch: 1,
  pid: 42,
  processStart: "123",
  host: "here",
  bootId: "",
  counter: 0,
  leaseSeconds: 1,
  state: "starting",
  step: 0,
};
const request = { id: "1", action: "pause", by: "VS Code", time: base.time };
const answer = { ...request, accepted: true, sentence: "The run pauses." };
const checkpoint = {
  format: "raptr-checkpoint",
  version: 1,
  step: 40,
  tokens: 1280,
  updateCounts: { shared: 40, layers: [40, 12, 40] },
  layerFlops: 1e12,
  bestEvaluation: null,
  stageLosses: { stage: 1, first: [5.5], last: [2.5, 2.25] },
  engine: { name: "cpu", fingerprint: { kernels: "ab" } },
  reasons: ["cadence"],
  files: { "weights.safetensors": { bytes: 5, sha256: "00" } },
};
const manifest = {
  format: "raptr-run",
  version: 1,
  id: "2026-a",
  name: "tiny",
  createdAt: base.time,
  schedule: { path: "tiny.raptr.json", text: "{}" },
  config: tinySchedule(),
  code: { version: "0.1.0" },
  host: { name: "here", platform: "linux-x64", cpus: 2, memoryBytes: 1e9 },
  data: { files: 1, documents: 2, trainTokens: 3, evaluationTokens: 4, contentHash: "00", unigramEntropy: 3.25 },
};

const documents: readonly (readonly [string, object, (value: unknown) => Parsed<unknown>])[] = [
  ["lease", lease, parseLease],
  ["control request", request, parseControlRequest],
  ["control answer", answer, parseControlAnswer],
  ["checkpoint state", checkpoint, parseCheckpointState],
  ["manifest", manifest, parseManifest],
  ...events.map(
    (event) => [`event ${event.type}`, event, (value: unknown) => parseEventLine(JSON.stringify(value))] as const,
  ),
];

describe.each(documents)("%s", (_, document, parse) => {
  test("is read as it was written", () => {
    expect(parse(document)).toEqual({ ok: true, value: document, warnings: [] });
  });

  test("drops fields of a later version", () => {
    expect(parse({ ...document, novelty: { deep: [1] } })).toEqual({ ok: true, value: document, warnings: [] });
  });

  test("every field of the wrong kind is told at its path, all at once", () => {
    const broken = Object.fromEntries(Object.keys(document).map((key) => [key, [null]]));
    const parsed = parse(broken);
    const told = parsed.ok ? [] : parsed.problems;
    const paths = new Set(told.map(({ path }) => path[0]));
    // A union cannot say more than that its tag is wrong; a list of reasons is wrong in its entries.
    expect([...paths]).toEqual(expect.arrayContaining("type" in document ? ["type"] : Object.keys(document)));
    expect(told.every(({ sentence, remedy }) => sentence !== "" && remedy !== "")).toBe(true);
  });

  test("every missing field is told", () => {
    for (const key of Object.keys(document)) {
      const parsed = parse(Object.fromEntries(Object.entries(document).filter(([each]) => each !== key)));
      expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path[0])).toContain(key);
    }
  });
});

describe("any JSON and any text", () => {
  test.each(documents)("%s: a value or problems, never a throw", (_, document, parse) => {
    const text = JSON.stringify(document);
    const mutated = fc
      .array(fc.record({ at: fc.nat(text.length), cut: fc.nat(4), put: fc.string({ maxLength: 4 }) }), { maxLength: 3 })
      .map((changes) => changes.reduce((now, { at, cut, put }) => now.slice(0, at) + put + now.slice(at + cut), text));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.json(), fc.string()), fc.jsonValue(), (source, value) => {
        for (const parsed of [parseJson(source, parse), parse(value)]) {
          if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0);
        }
      }),
      { seed: 9, numRuns: 200 },
    );
  });

  test("names of the prototype are no fields", () => {
    expect(parseJson('{"__proto__":{"id":"1"},"constructor":1}', parseControlRequest).ok).toBe(false);
    expect(parseEventLine('{"type":"toString","time":"","launch":1,"step":0}').ok).toBe(false);
  });
});

describe("events.ndjson", () => {
  test("cut at every character: the complete lines, and the rest for later", () => {
    for (let cut = 0; cut <= journal.length; cut++) {
      const first = parseEvents(journal.slice(0, cut));
      const complete = journal.slice(0, cut).split("\n").length - 1;
      expect(first.problems).toEqual([]);
      expect(first.events).toEqual(events.slice(0, complete));
      const second = parseEvents(first.rest + journal.slice(cut), first.lines);
      expect(second.problems).toEqual([]);
      expect([...first.events, ...second.events]).toEqual(events);
      expect(second.rest).toBe("");
    }
  });

  test("bad lines are told by number and passed over", () => {
    const text = `${lines[7]}{"type":"paus\n\n${lines[8]}{"type":"paused","time":"","launch":0,"step":-1}\n${lines[11]}`;
    const { events: good, problems, lines: count } = parseEvents(text, 100);
    expect(good).toEqual([events[7], events[8], events[11]]);
    expect(problems.map(({ code, path }) => [code, ...path])).toEqual([
      ["not-json", 102],
      ["out-of-range", 105, "launch"],
      ["out-of-range", 105, "step"],
    ]);
    expect(count).toBe(6);
  });

  test("a torn line that the next launch has ended costs one line", () => {
    const torn = journal.slice(0, journal.length - 30);
    const { events: good, problems } = parseEvents(`${torn}\n${lines[0]}`);
    expect(good).toEqual([...events.slice(0, -1), events[0]]);
    expect(problems.map(({ path }) => path[0])).toEqual([events.length]);
  });

  test("an event of a later version is passed over with a warning", () => {
    const { events: good, problems } = parseEvents(`{"type":"dreamt","time":"","launch":1,"step":0}\n${lines[7]}`);
    expect(good).toEqual([events[7]]);
    expect(problems.map(({ severity }) => severity)).toEqual(["warning"]);
  });

  test("changed characters never throw and never touch the lines before them", () => {
    const changes = fc.array(
      fc.record({ at: fc.nat(journal.length - 1), put: fc.string({ minLength: 1, maxLength: 1 }) }),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(changes, (list) => {
        const text = [...journal];
        for (const { at, put } of list) text[at] = put;
        const first = Math.min(...list.map(({ at }) => at));
        const intact = journal.slice(0, first).split("\n").length - 1;
        expect(parseEvents(text.join("")).events.slice(0, intact)).toEqual(events.slice(0, intact));
      }),
      { seed: 10, numRuns: 500 },
    );
  });

  test("a line beyond the limit is refused unread", () => {
    const parsed = parseEventLine(" ".repeat(maximumEventLength + 1));
    expect(parsed.ok ? [] : parsed.problems.map(({ code }) => code)).toEqual(["too-long"]);
  });
});

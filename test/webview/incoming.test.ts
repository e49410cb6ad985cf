import fc from "fast-check";
import { expect, test } from "vitest";
import { createRecording } from "../../webviews/run/dev/recording.ts";
import { parseIncoming } from "../../webviews/run/incoming.ts";
import { hydrated } from "../../webviews/run/state.ts";
import { startViewport, parseViewport } from "../../webviews/run/viewport.ts";
import { hydrateMessage } from "./support/messages.ts";

const recording = createRecording({ steps: 400, restarts: [210] });
const good = hydrateMessage(recording, 300);

test("a real message keeps all its rows and events", () => {
  const parsed = parseIncoming(good);
  if (parsed?.type !== "hydrate") throw new Error("not understood");
  expect(parsed.metrics).toEqual(good.metrics);
  expect(parsed.evaluations).toEqual(good.evaluations);
  expect(parsed.plan).toEqual(good.plan);
  expect(parsed.status).toEqual(good.status);
  expect(parsed.events).toEqual(good.events);
});

test("an event of an unknown type is left out, the others stay", () => {
  const parsed = parseIncoming({ ...good, events: [{ type: "danced", step: 1, launch: 1 }, ...good.events, 7, null] });
  expect(parsed?.type === "hydrate" && parsed.events).toEqual(good.events);
});

test("columns shorter than promised, of the wrong type, or absent are refused whole", () => {
  const { metrics } = good;
  for (const wrong of [
    { ...metrics, length: metrics.length + 1 },
    { ...metrics, loss: [...metrics.loss] },
    { ...metrics, loss: new Float64Array(metrics.length) },
    { ...metrics, activeLayers: metrics.activeLayers.subarray(1) },
    { ...metrics, length: -1 },
    { ...metrics, length: 1e300 },
    null,
    undefined,
  ]) {
    expect(parseIncoming({ ...good, metrics: wrong })).toBeNull();
  }
});

test("any value whatever is either understood or null; what is understood can be shown", () => {
  const anything = fc.anything({ withTypedArray: true, withBigInt: true, withNullPrototype: true, maxDepth: 4 });
  const broken = fc
    .tuple(fc.constantFrom("plan", "manifest", "status", "events", "metrics", "evaluations"), anything)
    .map(([key, value]) => ({ ...good, [key]: value }));
  const brokenDeep = fc
    .tuple(fc.constantFrom(...Object.keys(good.plan)), anything)
    .map(([key, value]) => ({ ...good, plan: { ...good.plan, [key]: value } }));
  const typed = fc
    .record({ type: fc.constantFrom("hydrate", "delta", "failed", "settled") })
    .chain((base) =>
      fc.record({ metrics: anything, events: anything, status: anything }).map((rest) => ({ ...base, ...rest })),
    );
  fc.assert(
    fc.property(fc.oneof(anything, broken, brokenDeep, typed), (value) => {
      const parsed = parseIncoming(value);
      if (parsed?.type === "hydrate") expect(hydrated(parsed).rows.length).toBeGreaterThanOrEqual(0);
    }),
    { seed: 13, numRuns: 3000 },
  );
});

test("what the host kept is read with care", () => {
  expect(parseViewport({ axis: "flops", y: "log", smoothing: 0.6, range: [10, 20], tables: ["loss", "x"] })).toEqual({
    axis: "flops",
    y: "log",
    smoothing: 0.6,
    range: [10, 20],
    tables: ["loss"],
  });
  for (const wrong of [null, 3, [], { axis: 1, y: {}, smoothing: "a", range: [5, 1], tables: "loss" }]) {
    expect(parseViewport(wrong)).toEqual(startViewport);
  }
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const { range } = parseViewport(value);
      if (Array.isArray(range)) expect(range[1]).toBeGreaterThan(range[0]);
    }),
    { seed: 14 },
  );
});

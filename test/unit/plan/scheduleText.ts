/** Schedules for tests: a whole one, with parts replaced. */
import { parseSchedule } from "../../../trainer/plan/schedule.ts";
import type { Schedule } from "../../../trainer/protocol/config.ts";

export const wholeSchedule = {
  model: { kind: "bert", layers: 12, hidden: 128, heads: 4 },
  objective: { kind: "maskedLanguage" },
  data: { files: ["*.txt"] },
  tokenizer: "bytes",
  batch: { size: 8, length: 64 },
  steps: 4000,
  strategy: { kind: "raptr", stages: "6-8-10-12" },
  optimizer: { kind: "adamw" },
  learningRate: { peak: 1e-3 },
} as const;

/** The whole schedule as JSON, one top-level key a line; `undefined` leaves a key out. */
export function scheduleText(parts: Readonly<Record<string, unknown>> = {}): string {
  const entries = Object.entries({ ...wholeSchedule, ...parts }).filter(([, value]) => value !== undefined);
  return `{\n${entries.map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`).join(",\n")}\n}\n`;
}

/** The parsed schedule; throws where it has a problem. */
export function schedule(parts: Readonly<Record<string, unknown>> = {}): Schedule {
  const parsed = parseSchedule(scheduleText(parts));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2));
  return parsed.value;
}

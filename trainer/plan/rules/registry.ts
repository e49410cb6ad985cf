/** Every rule over several fields, in the order in which a schedule is read. */
import { alwaysKept } from "./alwaysKept.ts";
import { data } from "./data.ts";
import { learningRate } from "./learningRate.ts";
import { modelAndBatch } from "./modelAndBatch.ts";
import { objective } from "./objective.ts";
import type { Rule } from "./rule.ts";
import { runLength } from "./runLength.ts";
import { stageDepth } from "./stageDepth.ts";
import { stageLength } from "./stageLength.ts";

export const rules: readonly Rule[] = [
  modelAndBatch,
  objective,
  data,
  runLength,
  alwaysKept,
  stageDepth,
  stageLength,
  learningRate,
];

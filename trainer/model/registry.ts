/** The models, by the `kind` a schedule names. One file and one line each. */
import type { Engine } from "../engine/port.ts";
import type { ModelConfig, Schedule } from "../protocol/config.ts";
import { Bert } from "./bert.ts";
import { bertParameterSpecs } from "./bertParameters.ts";
import { bertDimensions } from "./dimensions.ts";
import type { Model } from "./model.ts";
import type { ParameterSpec } from "./parameters.ts";

interface ModelFamily {
  create(engine: Engine, schedule: Schedule, vocabularySize: number): Model;
  parameters(schedule: Schedule, vocabularySize: number): readonly ParameterSpec[];
}

const models: Readonly<Record<ModelConfig["kind"], ModelFamily>> = {
  bert: {
    create: (engine, schedule, vocabularySize) => new Bert(engine, bertDimensions(schedule, vocabularySize)),
    parameters: (schedule, vocabularySize) => bertParameterSpecs(bertDimensions(schedule, vocabularySize)),
  },
};

/** The schedule's model on `engine`, initial weights written. Throws the expected failure `outOfMemory` when it does not fit. */
export function createModel(engine: Engine, schedule: Schedule, vocabularySize: number): Model {
  return models[schedule.model.kind].create(engine, schedule, vocabularySize);
}

/** What the model's checkpoint holds, without an engine. */
export function modelParameters(schedule: Schedule, vocabularySize: number): readonly ParameterSpec[] {
  return models[schedule.model.kind].parameters(schedule, vocabularySize);
}

/** Events as they come over the wire, read field by field; an event of an unknown type is null. */
import { fields, finite, natural, text } from "../kit/check.ts";
import type { CheckpointReason, ControlAction, RunEvent } from "../../trainer/protocol/events.ts";

const reasons: readonly CheckpointReason[] = ["cadence", "stageEnd", "best", "request", "final"];
const actions: readonly ControlAction[] = [
  "pause",
  "resume",
  "checkpoint",
  "stop-after-stage",
  "stop-after-checkpoint",
  "stop-now",
];
/** A loss in an event: JSON has no NaN, so it may be null there. */
const lossValue = (value: unknown): number => finite(value) ?? NaN;

export function runEvent(value: unknown): RunEvent | null {
  const read = fields(value);
  const step = natural(read?.["step"]);
  const launch = natural(read?.["launch"]);
  if (!read || step === null || launch === null) return null;
  const base = { time: text(read["time"]) ?? "", launch, step };
  const name = text(read["name"]) ?? "";
  const stage = natural(read["stage"]) ?? 0;
  switch (read["type"]) {
    case "launched":
      return {
        ...base,
        type: "launched",
        pid: natural(read["pid"]) ?? 0,
        engine: text(read["engine"]) ?? "",
        variant: text(read["variant"]) ?? "",
        fingerprint: {},
        threads: natural(read["threads"]) ?? 0,
        fromStep: natural(read["fromStep"]) ?? 0,
        node: text(read["node"]) ?? "",
      };
    case "stageEntered":
      return { ...base, type: "stageEntered", stage, name, meanLayers: finite(read["meanLayers"]) ?? NaN };
    case "stageLeft":
      return {
        ...base,
        type: "stageLeft",
        stage,
        name,
        lossAtEntry: lossValue(read["lossAtEntry"]),
        lossAtExit: lossValue(read["lossAtExit"]),
      };
    case "checkpointSaved": {
      const kept = Array.isArray(read["kept"]) ? read["kept"] : [];
      return {
        ...base,
        type: "checkpointSaved",
        name,
        bytes: natural(read["bytes"]) ?? 0,
        kept: reasons.filter((reason) => kept.includes(reason)),
      };
    }
    case "checkpointRemoved":
      return { ...base, type: "checkpointRemoved", name };
    case "evaluated":
      return {
        ...base,
        type: "evaluated",
        loss: lossValue(read["loss"]),
        best: read["best"] === true,
        milliseconds: finite(read["milliseconds"]) ?? NaN,
      };
    case "requested": {
      const action = actions.find((candidate) => candidate === read["action"]);
      if (!action) return null;
      return { ...base, type: "requested", request: text(read["request"]) ?? "", action, by: text(read["by"]) ?? "" };
    }
    case "paused":
      return { ...base, type: "paused" };
    case "continued":
      return { ...base, type: "continued" };
    case "nonFinite":
      return {
        ...base,
        type: "nonFinite",
        what: read["what"] === "gradient" ? "gradient" : "loss",
        tensor: text(read["tensor"]) ?? "",
        lastCheckpoint: text(read["lastCheckpoint"]),
      };
    case "stopped":
      return { ...base, type: "stopped", reason: read["reason"] === "interrupt" ? "interrupt" : "request" };
    case "completed":
      return { ...base, type: "completed", loss: lossValue(read["loss"]) };
    case "failed":
      return {
        ...base,
        type: "failed",
        code: text(read["code"]) ?? "",
        sentence: text(read["sentence"]) ?? "",
        remedy: text(read["remedy"]) ?? "",
      };
    default:
      return null;
  }
}

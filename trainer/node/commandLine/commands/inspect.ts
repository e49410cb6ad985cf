/** `raptr inspect RUN`: what a run is doing, what it has done, and what can be resumed from. */
import type { Command } from "../command.ts";
import { listCheckpoints, verifyCheckpoint, type StoredCheckpoint } from "../../run/checkpointFiles.ts";
import { runNeverBegan } from "../failures.ts";
import { findRun } from "../findRun.ts";
import { bold, say } from "../output.ts";
import { readManifest } from "../../run/runFiles.ts";
import { readRun, readStatus } from "../../run/runReader.ts";
import { statusText } from "../statusText.ts";
import { summarize, summaryText } from "../summary.ts";
import { textTable } from "../table.ts";
import { bytes } from "../units.ts";

interface InspectedCheckpoint {
  readonly name: string;
  readonly step: number;
  readonly bytes: number;
  readonly condition: StoredCheckpoint["condition"] | "verified";
  readonly sentence: string;
  readonly reasons: readonly string[];
}

export const inspect: Command = {
  name: "inspect",
  summary: "Show a run: status, stages, losses, checkpoints, planned against realised.",
  operands: ["RUN"],
  options: [
    { name: "json", value: null, doc: "Print it as JSON." },
    { name: "quick", value: null, doc: "Check only the sizes of checkpoints, not every byte." },
  ],
  run: async (given) => {
    const run = findRun(given.operands[0] ?? "");
    const manifest = readManifest(run);
    if (manifest === null) throw runNeverBegan(run);
    const record = readRun(run);
    const status = await readStatus(run, record.events);
    const checkpoints: InspectedCheckpoint[] = [];
    for (const checkpoint of listCheckpoints(run)) checkpoints.push(await inspected(checkpoint, !given.flag("quick")));
    if (given.flag("json")) {
      const { id, name, createdAt } = manifest;
      const summary = summarize(manifest, record);
      say(JSON.stringify({ run, id, name, createdAt, status, summary, checkpoints }, null, 2));
      return 0;
    }
    say(`${bold(manifest.name)}  ${run}`);
    say(statusText(status));
    say();
    say(summaryText(manifest, record));
    say();
    say(checkpoints.length === 0 ? "No checkpoints." : checkpointTable(checkpoints));
    for (const { path, sentence } of record.problems) say(`Passed over at ${path.join(":")}: ${sentence}`);
    return 0;
  },
};

async function inspected(checkpoint: StoredCheckpoint, wholly: boolean): Promise<InspectedCheckpoint> {
  const { name, step, bytes: size, condition, sentence, state } = checkpoint;
  const found = { name, step, bytes: size, condition, sentence, reasons: state?.reasons ?? [] };
  if (state === null || !wholly) return found;
  const wrong = await verifyCheckpoint(checkpoint);
  return wrong === null ? { ...found, condition: "verified" } : { ...found, condition: "corrupt", sentence: wrong };
}

function checkpointTable(checkpoints: readonly InspectedCheckpoint[]): string {
  return textTable(
    [{ title: "checkpoint" }, { title: "size", align: "right" }, { title: "state" }, { title: "kept as" }],
    checkpoints.map((each) => [
      each.name,
      bytes(each.bytes),
      each.sentence === "" ? each.condition : `${each.condition}: ${each.sentence}`,
      each.reasons.join(", "),
    ]),
  );
}

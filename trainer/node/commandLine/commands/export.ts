/** `raptr export RUN --to DIR`: a checkpoint's weights as `transformers` loads them. */
import { constants, copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { exportHuggingFace } from "../../../model/huggingFace.ts";
import { vocabularyOf } from "../../../plan/run.ts";
import { replaceFile } from "../../run/atomicFile.ts";
import type { Command } from "../command.ts";
import { listCheckpoints, tensorFiles, verifyCheckpoint, type StoredCheckpoint } from "../../run/checkpointFiles.ts";
import { checkpointCorrupt, noGoodCheckpoint, noSuchCheckpoint, runNeverBegan, usage } from "../failures.ts";
import { findRun } from "../findRun.ts";
import { complain, say } from "../output.ts";
import { readManifest } from "../../run/runFiles.ts";

export const exportRun: Command = {
  name: "export",
  summary: "Write a checkpoint's weights in Hugging Face's layout.",
  operands: ["RUN"],
  options: [
    {
      name: "to",
      value: "DIR",
      doc: "The directory to write model.safetensors and config.json into; made if missing.",
    },
    { name: "checkpoint", value: "NAME", doc: "Such as step-00001200; the newest whole one when absent." },
  ],
  details: [
    "A post-norm model loads in `transformers` as BertForMaskedLM. A pre-norm model has no such class:",
    "its weights are written under the same names, without a config.json.",
  ],
  run: async (given) => {
    const to = given.text("to");
    if (to === undefined) throw usage("`raptr export` needs --to.", "Write --to DIR.");
    const run = findRun(given.operands[0] ?? "");
    const manifest = readManifest(run);
    if (manifest === null) throw runNeverBegan(run);
    const checkpoint = await pick(run, given.text("checkpoint"));
    const folder = path.resolve(to);
    mkdirSync(folder, { recursive: true });
    const source = path.join(checkpoint.directory, tensorFiles[0]);
    copyFileSync(source, path.join(folder, "model.safetensors"), constants.COPYFILE_FICLONE);
    say(`${path.join(folder, "model.safetensors")}: ${checkpoint.name} of ${manifest.name}.`);

    const layout = exportHuggingFace(manifest.config, vocabularyOf(manifest.config.tokenizer));
    if (layout.exportable) {
      replaceFile(path.join(folder, "config.json"), JSON.stringify(layout.config, null, 2) + "\n");
      say(`${path.join(folder, "config.json")}: loads as ${String(layout.config["architectures"])}.`);
    } else complain(`${layout.sentence} ${layout.remedy}`);
    return 0;
  },
};

async function pick(run: string, name: string | undefined): Promise<StoredCheckpoint> {
  const all = listCheckpoints(run);
  if (name !== undefined) {
    const named = all.find((each) => each.name === name);
    if (named === undefined)
      throw noSuchCheckpoint(
        name,
        all.map((each) => each.name),
      );
    const wrong = await verifyCheckpoint(named);
    if (wrong !== null) throw checkpointCorrupt(name, wrong);
    return named;
  }
  for (const checkpoint of all) if ((await verifyCheckpoint(checkpoint)) === null) return checkpoint;
  throw noGoodCheckpoint(run);
}

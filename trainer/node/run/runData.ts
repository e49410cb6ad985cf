/** Opens a run's data while the run is held: progress lines, and the data's problems at the schedule's lines. */
import type { Schedule } from "../../protocol/config.ts";
import { ExpectedError, type Problem } from "../../protocol/errors.ts";
import { dataCache } from "./createRun.ts";
import { openData, type DataProgress, type OpenData } from "../corpus/data.ts";
import type { HeldRun } from "./heldRun.ts";
import { complain, say } from "../commandLine/output.ts";
import { bytes, compact } from "../commandLine/units.ts";

/** Null when Ctrl+C came first. */
export async function openRunData(
  { run, interrupt, progress }: HeldRun,
  schedule: Schedule,
  scheduleFile: string,
  wrong: (problems: readonly Omit<Problem, "span">[]) => ExpectedError,
): Promise<OpenData | null> {
  try {
    const data = await openData(schedule, {
      scheduleFile,
      cacheDirectory: dataCache(run),
      onProgress: (at) => progress.preparing(progressLine(at), false),
      signal: interrupt,
    });
    const { files, documents, trainTokens, evaluationTokens, unigramEntropy } = data.facts;
    say(
      `Data: ${compact(documents)} documents in ${compact(files)} files, ${compact(trainTokens)} tokens to train on, ` +
        `${compact(evaluationTokens)} to evaluate on, unigram entropy ${unigramEntropy.toFixed(3)} nats${data.cache === "found" ? " (cached)" : ""}.`,
    );
    for (const warning of data.warnings) complain(`warning: ${warning.sentence} ${warning.remedy}`);
    return data;
  } catch (error) {
    if (interrupt.aborted) {
      complain("Stopped before the data was ready.");
      return null;
    }
    throw error instanceof ExpectedError && error.problems.length > 0 ? wrong(error.problems) : error;
  }
}

function progressLine({ phase, bytes: done, totalBytes, files, totalFiles }: DataProgress): string {
  const doing = phase === "hashing" ? "Reading text" : "Packing tokens";
  return `${doing}: ${files} of ${totalFiles} files, ${bytes(done)} of ${bytes(totalBytes)}`;
}

/** The data worker: prepares the corpus, then makes the batches it is asked for, off the training thread. */
import { parentPort, workerData } from "node:worker_threads";
import { createBatches } from "../../data/batches.ts";
import { ExpectedError } from "../../protocol/errors.ts";
import { openCorpus, type OpenCorpus } from "./corpusCache.ts";
import type { DataWorkerRequest, FromDataWorker, ToDataWorker } from "./dataMessages.ts";

const port = parentPort;
if (!port) throw new Error("dataWorker.ts runs as a worker thread only.");
// Both ends are this program's own: the types hold by construction.
const request = workerData as DataWorkerRequest;
const send = (message: FromDataWorker, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, [...transfer]);

const cancel = new AbortController();
let serve: (message: ToDataWorker) => void = (message) => {
  if (message.type !== "want") cancel.abort();
};
port.on("message", (message: ToDataWorker) => serve(message));

try {
  const corpus = await openCorpus({
    ...request,
    onProgress: (progress) => send({ type: "progress", progress }),
    signal: cancel.signal,
  });
  serveBatches(corpus);
} catch (error) {
  if (cancel.signal.aborted) send({ type: "cancelled" });
  else if (error instanceof ExpectedError) {
    const { code, sentence, remedy, exitCode, problems } = error;
    send({ type: "refused", code, sentence, remedy, exitCode, problems });
  } else throw error;
  port.close();
}

function serveBatches(corpus: OpenCorpus): void {
  const source = createBatches(request.schedule, corpus);
  const { files, documents, trainTokens, evaluationTokens, contentHash, unigramEntropy } = corpus.facts;
  serve = (message) => {
    switch (message.type) {
      case "want":
        void answer(message.set, message.number);
        return;
      case "cancel":
        return;
      case "close":
        corpus.close();
        port?.close();
        return;
      default:
        message satisfies never;
    }
  };
  send({
    type: "opened",
    facts: { files, documents, trainTokens, evaluationTokens, contentHash, unigramEntropy },
    warnings: corpus.warnings,
    cache: corpus.cache,
    vocabularySize: source.vocabularySize,
  });

  async function answer(set: "train" | "evaluation", number: number): Promise<void> {
    try {
      const batches = await source[set](number);
      const buffers = batches.flatMap(({ ids, rows, labels }) => [ids.buffer, rows.buffer, labels.buffer]);
      send(
        { type: "batch", set, number, batches },
        buffers.filter((buffer) => buffer instanceof ArrayBuffer),
      );
    } catch (error) {
      send({ type: "batchFailed", set, number, message: error instanceof Error ? error.message : String(error) });
    }
  }
}

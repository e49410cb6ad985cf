/** The reader thread's entry: hands messages between the extension host and the reader. */
import { parentPort } from "node:worker_threads";
import { RunReader } from "./runReader.ts";
import type { ToReader } from "./wire.ts";

if (!parentPort) throw new Error("readerWorker runs in a worker thread");
const port = parentPort;
const reader = new RunReader((message) => port.postMessage(message));
port.on("message", (message: ToReader) => {
  void reader.receive(message).then(() => {
    if (message.type === "close") port.close();
  });
});

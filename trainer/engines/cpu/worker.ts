/** A compute thread: instantiates the kernels on the shared memory, then runs every program that is put before it. */
import { parentPort, workerData } from "node:worker_threads";
import { controlWords } from "./layout.ts";
import type { WorkerStart } from "./layout.ts";
import { instantiate } from "./instantiate.ts";

const start = workerData as WorkerStart;
const kernels = instantiate(start.kernels, start.micro, start.memory);

kernels.initialize(start.thread, start.threads, start.panel, start.control, start.zeros, start.spin);
parentPort?.postMessage("ready");
const control = new Int32Array(start.memory.buffer, start.control, controlWords.count);
let seen = 0;
for (;;) {
  seen = kernels.awaitWork(seen);
  if (control[controlWords.stop] !== 0) break;
  const stride = control[controlWords.scratchStride] ?? 0;
  kernels.setScratch(((control[controlWords.scratch] ?? 0) >>> 0) + stride * start.thread);
  kernels.run(control[controlWords.program] ?? 0, control[controlWords.instructions] ?? 0);
  if (start.thread === 0) parentPort?.postMessage(seen);
}

/** The embedded engine as the registry knows it. */
import os from "node:os";
import type { EngineFactory, Probe } from "../../engine/factory.ts";
import { ExpectedError } from "../../protocol/errors.ts";
import { createCpuEngine } from "./engine.ts";
import { loadKernels } from "./kernels.ts";
import { maximumPages, pageBytes } from "./sharedMemory.ts";

/** Kept back for packed operands, programs and the threads' scratch. */
const reservedBytes = 64 * 1024 * 1024;

export const cpuEngine: EngineFactory = {
  name: "cpu",
  probe: async () => probe(),
  create: createCpuEngine,
};

function probe(): Probe {
  try {
    const { variant, panel, details } = loadKernels();
    const cores = os.availableParallelism();
    return {
      state: "ready",
      name: "cpu",
      variant: ["WebAssembly", `${variant} SIMD`, ...(panel === 16 ? ["revectorized"] : [])].join(", "),
      maximumBytes: maximumPages * pageBytes - reservedBytes,
      details: [
        ...details,
        `${cores} ${cores === 1 ? "core" : "cores"} for compute threads.`,
        "Memory ends at 4 GiB, the limit of 32-bit WebAssembly.",
      ],
    };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { state: "refused", name: "cpu", reason: error.sentence, remedy: error.remedy };
  }
}

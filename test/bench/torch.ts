/** PyTorch in a process of its own, asked for steps over its standard streams. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { BenchSize } from "./benchModel.ts";

export interface Torch {
  readonly version: string;
  /** Runs that many steps; milliseconds of each. */
  steps(count: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Null where there is no Python with PyTorch. */
export async function startTorch(size: BenchSize, threads: number): Promise<Torch | null> {
  const script = fileURLToPath(new URL("stepTime.py", import.meta.url));
  const { layers, hidden, heads, batch, length, vocabulary } = size;
  const python = process.env["RAPTR_TORCH_PYTHON"] ?? "python3";
  const sizes = [layers, hidden, heads, batch, length, vocabulary, threads].map(String);
  const child = spawn(python, [script, ...sizes], { stdio: ["pipe", "pipe", "ignore"] });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    return done ? null : JSON.parse(value);
  };
  const version = await answer();
  if (typeof version !== "string") return null;
  return {
    version,
    async steps(count) {
      child.stdin.write(`${count}\n`);
      const times = await answer();
      if (!Array.isArray(times)) throw new Error("PyTorch ended before its steps were done.");
      return times.map(Number);
    },
    async close() {
      child.stdin.end();
      await exited;
    },
  };
}

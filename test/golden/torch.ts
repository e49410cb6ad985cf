/**
 * PyTorch, where it is on the machine: the Python named by RAPTR_TORCH_PYTHON (then it must work), else python3 with an
 * importable torch, else null; then the golden files alone are checked, and a line says so.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { goldenDirectory } from "./cases.ts";

export const python: string | null = findPython();

/** Runs a script of this folder; throws with its output when it fails. */
export function runPython(script: string, ...args: readonly string[]): void {
  if (python === null) throw new Error("No Python with PyTorch here.");
  const path = fileURLToPath(new URL(script, goldenDirectory));
  const { status, stderr } = spawnSync(python, [path, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${script} ended with ${status}:\n${stderr}`);
}

function findPython(): string | null {
  const named = process.env["RAPTR_TORCH_PYTHON"];
  if (named !== undefined && named !== "") {
    if (!hasTorch(named)) throw new Error(`RAPTR_TORCH_PYTHON is ${named}, which cannot import torch and numpy.`);
    return named;
  }
  if (hasTorch("python3")) return "python3";
  console.log("PyTorch is not on this machine: checking against the golden files only (set RAPTR_TORCH_PYTHON).");
  return null;
}

function hasTorch(command: string): boolean {
  return spawnSync(command, ["-c", "import numpy, torch"], { stdio: "ignore" }).status === 0;
}

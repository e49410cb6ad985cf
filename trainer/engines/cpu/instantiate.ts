/** The kernels on a memory: what a thread calls. */

export interface KernelExports {
  initialize(thread: number, threads: number, panel: number, control: number, zeros: number, spin: number): void;
  setScratch(address: number): void;
  awaitWork(seen: number): number;
  run(program: number, count: number): void;
}

export function instantiate(
  kernels: WebAssembly.Module,
  micro: WebAssembly.Module,
  memory: WebAssembly.Memory,
): KernelExports {
  const env = { memory };
  const instance = new WebAssembly.Instance(micro, { env });
  // The kernels are built from this repository: their exports are those of kernels/assembly/program.ts.
  return new WebAssembly.Instance(kernels, { env, micro: instance.exports }).exports as unknown as KernelExports;
}

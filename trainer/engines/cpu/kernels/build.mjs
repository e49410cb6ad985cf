/**
 * Builds the cpu engine's kernels into dist/kernels: for each SIMD variant `kernels-<variant>.wasm` (AssemblyScript) and
 * `micro-<variant>.wasm` (generated text), and `worker.mjs`, the script of a compute thread.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import binaryen from "binaryen";
import { build } from "esbuild";
import { microKernels } from "./micro.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../../../../dist/kernels");

const variants = [
  { name: "relaxed", features: "simd,relaxed-simd,threads,bulk-memory" },
  { name: "plain", features: "simd,threads,bulk-memory" },
];

await mkdir(target, { recursive: true });
for (const { name, features } of variants) {
  await put(`kernels-${name}.wasm`, await compileAssembly(features));
  await put(`micro-${name}.wasm`, assembleMicroKernels(name === "relaxed"));
}
await buildWorker();

/** AssemblyScript sources to one module that imports its shared memory and the micro-kernels. */
async function compileAssembly(features) {
  let bytes;
  const { error, stderr } = await asc.main(
    [
      "program.ts",
      ...["-O3", "--noAssert", "--runtime", "stub", "--enable", features],
      ...["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
      ...["--outFile", "out.wasm", "--baseDir", join(here, "assembly")],
    ],
    { writeFile: (_name, contents) => void (bytes = contents) },
  );
  if (error) throw new Error(`asc: ${error.message}\n${stderr.toString()}`);
  return bytes;
}

function assembleMicroKernels(relaxed) {
  const module = binaryen.parseText(microKernels(relaxed));
  module.setFeatures(binaryen.Features.All);
  if (!module.validate()) throw new Error("micro-kernels do not validate");
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

async function buildWorker() {
  await build({
    entryPoints: [join(here, "../worker.ts")],
    outfile: join(target, "worker.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
}

/** Written beside and renamed, so that a test running meanwhile never reads half a file. */
async function put(name, bytes) {
  const temporary = join(target, `.${name}.${process.pid}`);
  await writeFile(temporary, bytes);
  await rename(temporary, join(target, name));
}

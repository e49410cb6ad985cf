/** The compiled kernels: where they lie, which SIMD variant this machine takes, and whether the revectorizer may be used. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import v8 from "node:v8";
import { ExpectedError } from "../../protocol/errors.ts";
import { fuses, testKernels } from "./selfTest.ts";
import type { CompiledKernels } from "./selfTest.ts";

export type SimdVariant = "relaxed" | "plain";

/** Their `panel` is 16 where the revectorizer pairs vectors, else 8. */
export interface Kernels extends CompiledKernels {
  readonly variant: SimdVariant;
  readonly worker: URL;
  /** Whether a relaxed multiply-add rounds once. The plain variant rounds twice. */
  readonly fused: boolean;
  /** sha256 of the kernels' bytes. */
  readonly hash: string;
  /** What was found, in sentences. */
  readonly details: readonly string[];
}

export interface KernelChoice {
  /** Left out: relaxed where the runtime has it, else plain. */
  readonly simd?: SimdVariant;
  /** Left out: used where the self-test proves it correct and faster. */
  readonly revectorize?: boolean;
}

/** Beside the bundle, or from the sources in the repository's dist. */
const places = [new URL("./kernels/", import.meta.url), new URL("../../../dist/kernels/", import.meta.url)];

const loaded = new Map<string, Kernels>();

/** Compiled and tested once per process and choice. Throws the expected failure `engine-refused`. */
export function loadKernels(choice: KernelChoice = {}): Kernels {
  const key = JSON.stringify([choice.simd, choice.revectorize]);
  let kernels = loaded.get(key);
  if (!kernels) loaded.set(key, (kernels = compileKernels(choice)));
  return kernels;
}

function compileKernels(choice: KernelChoice): Kernels {
  const directory = places.find((place) => existsSync(new URL("worker.mjs", place)));
  if (!directory) throw refusal("The cpu engine's kernels are not built.", "Run `npm run build:kernels`.");
  if (typeof SharedArrayBuffer === "undefined") {
    throw refusal("This JavaScript runtime has no shared memory.", "Run RAPTR with Node 20 or newer.");
  }
  enableRelaxedSimd();
  const variant = choice.simd ?? chooseVariant(directory);
  const kernelBytes = readFileSync(new URL(`kernels-${variant}.wasm`, directory));
  const microBytes = readFileSync(new URL(`micro-${variant}.wasm`, directory));
  const details = [
    variant === "relaxed"
      ? "WebAssembly relaxed SIMD is available: multiply-adds may fuse."
      : "WebAssembly relaxed SIMD is not available: plain SIMD is used, at about half the speed.",
  ];
  const narrow: CompiledKernels = {
    kernels: compileEagerly(kernelBytes, false),
    micro: compileEagerly(microBytes, false),
    panel: 8,
  };
  const wide = choice.revectorize === false ? null : revectorized(kernelBytes, microBytes, narrow, choice, details);
  return {
    variant,
    ...(wide ?? narrow),
    worker: new URL("worker.mjs", directory),
    fused: fuses(narrow.micro),
    hash: createHash("sha256").update(kernelBytes).update(microBytes).digest("hex"),
    details,
  };
}

function refusal(reason: string, remedy: string): ExpectedError {
  return new ExpectedError("engine-refused", reason, remedy, 3);
}

function chooseVariant(directory: URL): SimdVariant {
  for (const variant of ["relaxed", "plain"] as const) {
    if (WebAssembly.validate(readFileSync(new URL(`micro-${variant}.wasm`, directory)))) return variant;
  }
  throw refusal(
    "This JavaScript runtime or processor has no WebAssembly SIMD.",
    "Use Node 20 or newer on a processor with SSE4.1 or NEON.",
  );
}

/**
 * Node leaves V8's flags open to change while it runs. Electron's processes may have frozen them, where a change would
 * end the process: there all is compiled as it comes.
 */
const mayChangeFlags = process.versions["electron"] === undefined;

const nodeMajor = Number.parseInt(process.versions.node, 10);

/** V8 before 11.4 has relaxed SIMD behind a flag. */
function enableRelaxedSimd(): void {
  if (mayChangeFlags && nodeMajor < 22) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
}

/** The kernels compiled with 256-bit vectors, or null where that is wrong, no faster, or not known to V8. */
function revectorized(
  kernelBytes: Uint8Array,
  microBytes: Uint8Array,
  narrow: CompiledKernels,
  choice: KernelChoice,
  details: string[],
): CompiledKernels | null {
  if (process.arch !== "x64" || !mayChangeFlags || nodeMajor < 22) return null;
  const wide: CompiledKernels = {
    kernels: compileEagerly(kernelBytes, true),
    micro: compileEagerly(microBytes, true),
    panel: 16,
  };
  const before = testKernels(narrow);
  const after = testKernels(wide);
  if (after.digest !== before.digest) {
    details.push("V8's revectorizer was tried and gave other results: it is not used.");
    return null;
  }
  const gain = before.productMilliseconds / after.productMilliseconds;
  if (gain < 1.1 && choice.revectorize !== true) {
    details.push("V8's revectorizer was tried and is no faster: it is not used.");
    return null;
  }
  details.push(`V8's revectorizer gives bitwise the same results ${gain.toFixed(1)} times as fast: it is used.`);
  return wide;
}

/**
 * Compiles at once with the optimising compiler, so that V8's flags hold for this module and no other. An empty custom
 * section tells the two compilations apart: V8 caches modules by their bytes.
 */
function compileEagerly(bytes: Uint8Array, revectorize: boolean): WebAssembly.Module {
  if (!mayChangeFlags) return new WebAssembly.Module(bytes);
  const section = revectorize ? [0, 2, 1, 0x72] : [0, 2, 1, 0x6e];
  if (revectorize) v8.setFlagsFromString("--experimental-wasm-revectorize");
  v8.setFlagsFromString("--no-liftoff");
  v8.setFlagsFromString("--no-wasm-lazy-compilation");
  try {
    return new WebAssembly.Module(new Uint8Array([...bytes, ...section]));
  } finally {
    v8.setFlagsFromString("--liftoff");
    v8.setFlagsFromString("--wasm-lazy-compilation");
    if (revectorize) v8.setFlagsFromString("--no-experimental-wasm-revectorize");
  }
}

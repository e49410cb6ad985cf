/** Runs compiled micro-kernels on known numbers: what they compute, bit for bit, how fast, and whether they fuse. */

export interface MicroTest {
  /** Bytes of one 6 x 16 product, by the wide tile and by two narrow ones. Equal bytes: equal kernels. */
  readonly digest16: Buffer;
  readonly digest8: Buffer;
  /** Multiply-adds per microsecond. */
  readonly rate16: number;
  readonly rate8: number;
  readonly fused: boolean;
}

type Multiply = (
  kc: number,
  a: number,
  b: number,
  c: number,
  ldc: number,
  i1: number,
  ld1: number,
  i2: number,
  ld2: number,
) => void;

const kc = 256;
const at = { zeros: 0, a: 1024, b: 16384, b8: 40960, c: 61440 };

export function testMicroKernels(module: WebAssembly.Module): MicroTest {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const multiply16 = exports["packed16"] as Multiply;
  const multiply8 = exports["packed8"] as Multiply;
  const floats = new Float32Array(memory.buffer);
  const value = (i: number): number => Math.fround(Math.sin(i * 12.9898) * 1.7);
  for (let i = 0; i < kc * 6; i++) floats[at.a / 4 + i] = value(i);
  for (let k = 0; k < kc; k++) {
    for (let j = 0; j < 16; j++) {
      floats[at.b / 4 + k * 16 + j] = value(5000 + k * 16 + j);
      if (j < 8) floats[at.b8 / 4 + k * 8 + j] = value(5000 + k * 16 + j);
    }
  }
  const wide = (): void => multiply16(kc, at.a, at.b, at.c, 64, at.zeros, 0, at.zeros, 0);
  const narrow = (): void => multiply8(kc, at.a, at.b8, at.c, 64, at.zeros, 0, at.zeros, 0);
  const firstColumns = (): Buffer =>
    Buffer.concat(Array.from({ length: 6 }, (_, i) => Buffer.from(new Uint8Array(memory.buffer, at.c + i * 64, 32))));
  wide();
  const digest16 = firstColumns();
  const rate16 = (16 * 6 * kc) / fastest(wide);
  floats.fill(0, at.c / 4, at.c / 4 + 96);
  narrow();
  const digest8 = firstColumns();
  const rate8 = (8 * 6 * kc) / fastest(narrow);
  return { digest16, digest8, rate16, rate8, fused: fuses(multiply8, floats) };
}

/** Microseconds of the fastest of some rounds: the least disturbed one. */
function fastest(run: () => void): number {
  let best = Infinity;
  for (let round = 0; round < 12; round++) {
    const start = performance.now();
    for (let i = 0; i < 16; i++) run();
    best = Math.min(best, ((performance.now() - start) * 1000) / 16);
  }
  return best;
}

/** (1 + e)(1 - e) - 1 = -e^2 exactly; with a rounded product it is 0. */
function fuses(multiply: Multiply, floats: Float32Array): boolean {
  const e = 2 ** -12;
  floats.fill(1 + e, at.a / 4, at.a / 4 + 6);
  floats.fill(1 - e, at.b8 / 4, at.b8 / 4 + 8);
  floats.fill(-1, at.b / 4, at.b / 4 + 96);
  multiply(1, at.a, at.b8, at.c, 64, at.b, 32, at.zeros, 0);
  return floats[at.c / 4] !== 0;
}

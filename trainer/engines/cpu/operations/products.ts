/** Linear layers and the classifier: products with their epilogues. */
import type { Engine } from "../../../engine/port.ts";
import { epilogues, float } from "../instructions.ts";
import type { Operands, Program } from "../program.ts";
import { matrix, own, sized } from "../tensor.ts";
import type { CpuTensor } from "../tensor.ts";

type Args<K extends keyof Engine> = Engine[K] extends (args: infer A) => void ? A : never;

const rowsPerPanel = 6;
/** Panels of A in one task: 48 rows, which at 256 deep stay in the second-level cache. */
const blockPanels = 8;

interface Product {
  /** 1: A lies as [K,M]. */
  readonly transposedA: 0 | 1;
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly a: CpuTensor;
  /** B packed. */
  readonly b: number;
  readonly c: CpuTensor;
  /** C starts from this: a tensor of C's shape, and a row added to each row. */
  readonly startTile?: CpuTensor | undefined;
  readonly startRow?: CpuTensor | undefined;
  readonly epilogue?: { readonly code: number; readonly e1: CpuTensor; readonly e2?: CpuTensor };
  readonly wholeRows?: { readonly wantGradient: boolean; readonly gradScale: number };
}

export function linearForward(program: Program, args: Args<"linearForward">): void {
  const x = own(args.x);
  const weight = own(args.weight);
  const { rows: out, columns: inner } = matrix(weight);
  const rows = x.size / inner;
  const bias = own(args.bias);
  const result = own(args.out);
  const residual = args.residual && own(args.residual);
  sized(bias, out, "linearForward");
  sized(result, rows * out, "linearForward");
  if (residual) sized(residual, rows * out, "linearForward");
  const b = pack(program, { transposed: 1, K: inner, N: out, source: weight });
  const shape = { transposedA: 0, M: rows, N: out, K: inner, a: x, b, startRow: bias } as const;
  if (!args.preActivation) {
    product(program, { ...shape, c: result, startTile: residual });
    return;
  }
  if (residual) throw new Error("internal: linearForward: a residual and an activation exclude each other");
  const preActivation = own(args.preActivation);
  sized(preActivation, rows * out, "linearForward");
  product(program, { ...shape, c: preActivation, epilogue: { code: epilogues.geluForward, e1: result } });
}

export function linearBackwardInput(program: Program, args: Args<"linearBackwardInput">): void {
  const gradOut = own(args.gradOut);
  const weight = own(args.weight);
  const { rows: out, columns: inner } = matrix(weight);
  const rows = gradOut.size / out;
  const gradX = own(args.gradX);
  const add = args.add && own(args.add);
  const preActivation = args.preActivation && own(args.preActivation);
  sized(gradX, rows * inner, "linearBackwardInput");
  if (add) sized(add, rows * inner, "linearBackwardInput");
  const b = pack(program, { transposed: 0, K: out, N: inner, source: weight });
  const shape = { transposedA: 0, M: rows, N: inner, K: out, a: gradOut, b, c: gradX } as const;
  if (!preActivation) {
    product(program, { ...shape, startTile: add });
    return;
  }
  sized(preActivation, rows * inner, "linearBackwardInput");
  const extra = add === gradX ? stagedCopy(program, gradX) : add?.address;
  product(program, { ...shape, epilogue: { code: epilogues.geluBackward, e1: preActivation } });
  if (extra === undefined) return;
  program.record("addFloats", [gradX.size, gradX.address, extra, gradX.address], {
    reads: [add === gradX ? extra : add],
    updates: [gradX],
  });
}

/** A copy of the tensor as it is now, for as long as the program runs. */
function stagedCopy(program: Program, tensor: CpuTensor): number {
  const address = program.takeOnce(tensor.size * 4);
  program.record("copyFloats", [tensor.size, tensor.address, address], { reads: [tensor], writes: [address] });
  return address;
}

export function linearBackwardWeight(program: Program, args: Args<"linearBackwardWeight">): void {
  const x = own(args.x);
  const gradOut = own(args.gradOut);
  const gradWeight = own(args.gradWeight);
  const gradBias = own(args.gradBias);
  const { rows: out, columns: inner } = matrix(gradWeight);
  const rows = x.size / inner;
  sized(gradOut, rows * out, "linearBackwardWeight");
  sized(gradBias, out, "linearBackwardWeight");
  const b = pack(program, { transposed: 0, K: rows, N: inner, source: x });
  const startTile = program.takeZero(gradWeight) ? undefined : gradWeight;
  product(program, { transposedA: 1, M: out, N: inner, K: rows, a: gradOut, b, c: gradWeight, startTile });
  columnSums(program, { rows, columns: out, stride: out, source: gradOut, target: gradBias });
}

export function classifierForward(program: Program, args: Args<"classifierForward">): void {
  const x = own(args.x);
  const weight = own(args.weight);
  const { rows: vocabulary, columns: inner } = matrix(weight);
  const rows = x.size / inner;
  const bias = own(args.bias);
  const labels = own(args.labels, "i32");
  const logits = own(args.logits);
  const losses = own(args.losses);
  sized(bias, vocabulary, "classifierForward");
  sized(labels, rows, "classifierForward");
  sized(losses, rows, "classifierForward");
  sized(logits, rows * vocabulary, "classifierForward");
  const b = pack(program, { transposed: 1, K: inner, N: vocabulary, source: weight });
  product(program, {
    ...{ transposedA: 0, M: rows, N: vocabulary, K: inner, a: x, b, c: logits, startRow: bias },
    epilogue: { code: epilogues.crossEntropy, e1: labels, e2: losses },
    wholeRows: { wantGradient: args.gradScale !== undefined, gradScale: args.gradScale ?? 0 },
  });
}

/** target += (or, where zeros are owed, =) column sums of `source`, a tensor or a scratch buffer. */
export function columnSums(
  program: Program,
  sums: {
    readonly rows: number;
    readonly columns: number;
    readonly stride: number;
    readonly source: CpuTensor | number;
    readonly offset?: number;
    readonly target: CpuTensor;
  },
): void {
  const { rows, columns, stride, source, target, offset = 0 } = sums;
  const overwrite = program.takeZero(target);
  const address = (typeof source === "number" ? source : source.address) + offset;
  const words = [rows, columns, address, stride, target.address, overwrite ? 1 : 0];
  const operands: Operands = overwrite ? { reads: [source], writes: [target] } : { reads: [source], updates: [target] };
  program.record("columnSums", words, operands);
}

/** Packs B, [K,N] or (transposed) [N,K], into scratch; returns where. */
function pack(
  program: Program,
  b: { readonly transposed: 0 | 1; readonly K: number; readonly N: number; readonly source: CpuTensor },
): number {
  const { transposed, K, N, source } = b;
  const columns = Math.ceil(N / program.panel) * program.panel;
  const target = program.takeScratch(K * columns * 4);
  const words = [transposed, K, N, source.address, transposed ? K : N, target];
  program.record("pack", words, { reads: [source], writes: [target] });
  return target;
}

function product(program: Program, p: Product): void {
  const panels = Math.ceil(p.N / program.panel);
  // A loss needs whole rows of logits in one task: fewer rows to a task then, so that there are enough tasks.
  const rowPanels = p.wholeRows ? blockPanels / 2 : blockPanels;
  const taskPanels = p.wholeRows ? panels : columnPanels(p.M, p.N, program.panel);
  const words = [
    p.transposedA,
    p.M,
    p.N,
    p.K,
    p.a.address,
    p.transposedA ? p.M : p.K,
    p.b,
    p.c.address,
    p.N,
    p.startTile?.address ?? 0,
    p.N,
    p.startRow?.address ?? 0,
    rowPanels,
    taskPanels,
    p.epilogue?.code ?? epilogues.none,
    p.epilogue?.e1.address ?? 0,
    p.epilogue?.e2?.address ?? 0,
    float(p.wholeRows?.gradScale ?? 0),
    p.wholeRows?.wantGradient ? 1 : 0,
  ];
  const reads: (CpuTensor | number | undefined)[] = [p.a, p.b, p.startTile, p.startRow];
  const writes: CpuTensor[] = [p.c];
  if (p.epilogue?.code === epilogues.geluForward) writes.push(p.epilogue.e1);
  else reads.push(p.epilogue?.e1);
  if (p.epilogue?.e2) writes.push(p.epilogue.e2);
  program.record("product", words, { reads, writes });
}

/** Column panels of one task: all of them where there are rows enough to share, else blocks of at least 64 columns. */
function columnPanels(M: number, N: number, panel: number): number {
  const wantedTasks = 16;
  const rowTasks = Math.ceil(M / (blockPanels * rowsPerPanel));
  if (rowTasks >= wantedTasks || N < 128) return Math.ceil(N / panel);
  const columns = Math.ceil(N / Math.ceil(wantedTasks / rowTasks) / 64) * 64;
  return Math.max(64, columns) / panel;
}

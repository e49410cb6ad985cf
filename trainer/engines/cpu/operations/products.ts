/** Linear layers and the classifier: products with their epilogues. */
import { epilogues, float } from "../instructions.ts";
import type { Operands, Program } from "../program.ts";
import { matrix, own, sized } from "../tensor.ts";
import type { CpuTensor } from "../tensor.ts";
import type { Args } from "./args.ts";

const rowsPerPanel = 6;
/** Panels of A in one task: 48 rows, which at 256 deep stay in the second-level cache. */
const blockPanels = 8;
const wantedTasks = 20;
/** Rows of one unit of packing, as in kernels/assembly/pack.ts. */
const packUnitRows = 128;
/** Forms of A, as in kernels/assembly/gemm.ts. */
const forms = { rows: 0, packed: 2 } as const;

interface Product {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** A tensor [M,K], or A packed by `packTransposed`. */
  readonly a: CpuTensor | number;
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
  const shape = { M: rows, N: out, K: inner, a: x, b, startRow: bias } as const;
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
  const shape = { M: rows, N: inner, K: out, a: gradOut, b, c: gradX } as const;
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
  const { packed: a, partials, units, stride } = packTransposed(program, gradOut, rows, out);
  product(program, { M: out, N: inner, K: rows, a, b, c: gradWeight, startTile });
  columnSums(program, { rows: units, columns: out, stride, source: partials, target: gradBias });
}

/** Packs X [K,M] as the left operand X^T, and sums its columns on the way: over units of rows, left in `partials`. */
function packTransposed(program: Program, x: CpuTensor, K: number, M: number) {
  const packed = program.takeScratch(K * Math.ceil(M / rowsPerPanel) * rowsPerPanel * 4);
  const units = Math.ceil(K / packUnitRows);
  const stride = Math.ceil(M / 8) * 8;
  const partials = program.takeScratch(units * stride * 4);
  program.record("packTransposedA", [K, M, x.address, packed, partials], { reads: [x], writes: [packed, partials] });
  return { packed, partials, units, stride };
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
    ...{ M: rows, N: vocabulary, K: inner, a: x, b, c: logits, startRow: bias },
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
  const { rowPanels, taskPanels } = tasks(p, panels);
  const words = [
    typeof p.a === "number" ? forms.packed : forms.rows,
    p.M,
    p.N,
    p.K,
    typeof p.a === "number" ? p.a : p.a.address,
    p.K,
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

/**
 * How a product is cut into tasks (no bit of the result depends on it): blocks of 48 rows, and of columns as many as
 * give enough tasks. A loss needs whole rows of logits in one task: fewer rows to a task then.
 */
function tasks(p: Product, panels: number): { readonly rowPanels: number; readonly taskPanels: number } {
  const rows = Math.ceil(p.M / rowsPerPanel);
  if (p.wholeRows) return { rowPanels: Math.max(1, Math.min(4, Math.round(rows / wantedTasks))), taskPanels: panels };
  const rowPanels = Math.min(blockPanels, rows);
  const columnTasks = Math.ceil(wantedTasks / Math.ceil(rows / rowPanels));
  return { rowPanels, taskPanels: Math.max(2, Math.ceil(panels / columnTasks)) };
}

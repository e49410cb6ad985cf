/** Layer norm, and the global norm of the gradients. */
import { float } from "../instructions.ts";
import type { Program } from "../program.ts";
import { own, sized } from "../tensor.ts";
import type { Args } from "./args.ts";
import { columnSums } from "./products.ts";

/** Rows of one unit, as in kernels/assembly/layerNorm.ts. */
const unitRows = 32;
/** Floats of one unit, as in kernels/assembly/reduce.ts. */
const squaresUnit = 8192;

export function layerNormForward(program: Program, args: Args<"layerNormForward">): void {
  const x = own(args.x);
  const gamma = own(args.gamma);
  const beta = own(args.beta);
  const out = own(args.out);
  const statistics = own(args.statistics);
  const columns = gamma.size;
  const rows = x.size / columns;
  sized(beta, columns, "layerNormForward");
  sized(out, x.size, "layerNormForward");
  sized(statistics, rows * 2, "layerNormForward");
  program.record(
    "layerNormForward",
    [rows, columns, x.address, gamma.address, beta.address, out.address, statistics.address, float(args.epsilon)],
    { reads: [x, gamma, beta], writes: [out, statistics] },
  );
}

export function layerNormBackward(program: Program, args: Args<"layerNormBackward">): void {
  const x = own(args.x);
  const gamma = own(args.gamma);
  const statistics = own(args.statistics);
  const gradOut = own(args.gradOut);
  const gradX = own(args.gradX);
  const add = args.add && own(args.add);
  const gradGamma = own(args.gradGamma);
  const gradBeta = own(args.gradBeta);
  const columns = gamma.size;
  const rows = x.size / columns;
  for (const tensor of [gradOut, gradX, ...(add ? [add] : [])]) sized(tensor, x.size, "layerNormBackward");
  for (const tensor of [gradGamma, gradBeta]) sized(tensor, columns, "layerNormBackward");
  sized(statistics, rows * 2, "layerNormBackward");
  const stride = Math.ceil(columns / 8) * 8;
  const units = Math.ceil(rows / unitRows);
  const partials = program.takeScratch(units * 2 * stride * 4);
  program.record(
    "layerNormBackward",
    [
      rows,
      columns,
      x.address,
      gamma.address,
      statistics.address,
      gradOut.address,
      gradX.address,
      add?.address ?? 0,
      partials,
    ],
    { reads: [x, gamma, statistics, gradOut, add], writes: [gradX, partials] },
  );
  const shared = { rows: units, columns, stride: 2 * stride, source: partials };
  columnSums(program, { ...shared, target: gradGamma });
  columnSums(program, { ...shared, offset: stride * 4, target: gradBeta });
}

export function gradientNorm(program: Program, args: Args<"gradientNorm">): void {
  const out = own(args.out);
  sized(out, 3, "gradientNorm");
  const gradients = args.gradients.map((gradient) => own(gradient));
  const units = gradients.map((gradient) => Math.ceil(gradient.size / squaresUnit));
  const total = units.reduce((sum, count) => sum + count, 0);
  const partials = program.takeOnce(total * 8);
  let at = partials;
  gradients.forEach((gradient, index) => {
    // Each writes a part of `partials` of its own: together they count as reading it, so that none waits for another.
    program.record("sumSquares", [gradient.size, gradient.address, at], { reads: [gradient, partials] });
    at += (units[index] ?? 0) * 8;
  });
  program.record("normFinish", [total, partials, out.address, float(args.maxNorm)], { writes: [out, partials] });
}

/** Copy, add, sum, branches, and AdamW. */
import { float } from "../instructions.ts";
import type { Program } from "../program.ts";
import { own, sized } from "../tensor.ts";
import type { Args } from "./args.ts";
import { dropoutWords } from "./dropout.ts";

export function copy(program: Program, args: Args<"copy">): void {
  const from = own(args.from, args.from.dtype);
  const to = own(args.to, args.from.dtype);
  sized(to, from.size, "copy");
  program.record("copyFloats", [from.size, from.address, to.address], { reads: [from], writes: [to] });
}

export function add(program: Program, args: Args<"add">): void {
  const a = own(args.a);
  const b = own(args.b);
  const out = own(args.out);
  sized(b, a.size, "add");
  sized(out, a.size, "add");
  program.record("addFloats", [a.size, a.address, b.address, out.address], { reads: [a, b], writes: [out] });
}

export function sum(program: Program, args: Args<"sum">): void {
  const x = own(args.x);
  const out = own(args.out);
  program.record("sumAll", [x.size, x.address, out.address, float(args.scale)], { reads: [x], updates: [out] });
}

export function branchForward(program: Program, args: Args<"branchForward">): void {
  const residual = args.residual && own(args.residual);
  const branch = own(args.branch);
  const out = own(args.out);
  if (residual) sized(residual, branch.size, "branchForward");
  sized(out, branch.size, "branchForward");
  program.record(
    "branch",
    [
      branch.size,
      residual?.address ?? 0,
      branch.address,
      out.address,
      float(args.scale),
      ...dropoutWords(args.dropout),
    ],
    { reads: [residual, branch], writes: [out] },
  );
}

export function branchBackward(program: Program, args: Args<"branchBackward">): void {
  const gradOut = own(args.gradOut);
  const gradBranch = own(args.gradBranch);
  sized(gradBranch, gradOut.size, "branchBackward");
  program.record(
    "branch",
    [gradOut.size, 0, gradOut.address, gradBranch.address, float(args.scale), ...dropoutWords(args.dropout)],
    { reads: [gradOut], writes: [gradBranch] },
  );
}

export function geluBackward(program: Program, args: Args<"geluBackward">): void {
  const preActivation = own(args.preActivation);
  const gradOut = own(args.gradOut);
  const gradX = own(args.gradX);
  sized(gradOut, preActivation.size, "geluBackward");
  sized(gradX, preActivation.size, "geluBackward");
  program.record("geluDerivative", [gradOut.size, gradOut.address, preActivation.address, gradX.address], {
    reads: [preActivation, gradOut],
    writes: [gradX],
  });
}

export function adamw(program: Program, args: Args<"adamw">): void {
  const parameter = own(args.parameter);
  const gradient = own(args.gradient);
  const first = own(args.firstMoment);
  const second = own(args.secondMoment);
  const gate = own(args.gate);
  for (const tensor of [gradient, first, second]) sized(tensor, parameter.size, "adamw");
  sized(gate, 3, "adamw");
  const { learningRate, beta1, beta2, epsilon, weightDecay, updateCount } = args;
  program.record(
    "adamw",
    [
      parameter.size,
      parameter.address,
      gradient.address,
      first.address,
      second.address,
      gate.address,
      float(beta1),
      float(1 - beta1),
      float(beta2),
      float(1 - beta2),
      float(learningRate / (1 - beta1 ** updateCount)),
      float(1 / Math.sqrt(1 - beta2 ** updateCount)),
      float(epsilon),
      float(1 - learningRate * weightDecay),
    ],
    { reads: [gradient, gate], updates: [parameter, first, second] },
  );
}

/** Multi-head attention. */
import { float } from "../instructions.ts";
import type { Word } from "../instructions.ts";
import type { Program } from "../program.ts";
import { own, sized } from "../tensor.ts";
import type { CpuTensor } from "../tensor.ts";
import type { Args } from "./args.ts";
import { dropoutWords } from "./dropout.ts";

export function attentionForward(program: Program, args: Args<"attentionForward">): void {
  const qkv = own(args.qkv);
  const probabilities = own(args.probabilities);
  const out = own(args.out);
  const words = attentionWords(program, args, { qkv, probabilities, output: out });
  program.record("attentionForward", words, { reads: [qkv], writes: [probabilities, out] });
}

export function attentionBackward(program: Program, args: Args<"attentionBackward">): void {
  const qkv = own(args.qkv);
  const probabilities = own(args.probabilities);
  const gradOut = own(args.gradOut);
  const gradQkv = own(args.gradQkv);
  sized(gradQkv, qkv.size, "attentionBackward");
  const words = [...attentionWords(program, args, { qkv, probabilities, output: gradOut }), gradQkv.address];
  program.record("attentionBackward", words, { reads: [qkv, probabilities, gradOut], writes: [gradQkv] });
}

/** The sixteen words that both directions share, and the scratch that each thread needs. */
function attentionWords(
  program: Program,
  args: Pick<Args<"attentionForward">, "heads" | "length" | "dropout">,
  tensors: { readonly qkv: CpuTensor; readonly probabilities: CpuTensor; readonly output: CpuTensor },
): readonly Word[] {
  const { heads, length } = args;
  const { qkv, probabilities, output } = tensors;
  const hidden = (qkv.shape.at(-1) ?? 0) / 3;
  const batch = qkv.size / (3 * hidden * length);
  const width = hidden / heads;
  if (!Number.isInteger(width)) throw new Error(`internal: attention: ${heads} heads do not divide ${hidden}`);
  sized(output, batch * length * hidden, "attention");
  sized(probabilities, batch * heads * length * length, "attention");
  const rounded = (n: number): number => Math.ceil(n / program.panel) * program.panel;
  const packed = Math.max(width * rounded(length), length * rounded(width)) * 4;
  const packedBytes = Math.ceil(packed / 256) * 256 + 256;
  program.needThreadScratch(packedBytes + 3 * (length * length + 32) * 4 + 256);
  return [
    batch,
    length,
    heads,
    width,
    qkv.address,
    probabilities.address,
    output.address,
    float(1 / Math.sqrt(width)),
    packedBytes,
    ...dropoutWords(args.dropout),
  ];
}

/**
 * The micro-kernels as WebAssembly text: C tile (6 x 8 or 6 x 16) = I1 + I2 + A panel x B panel.
 * Generated because the order of instructions matters: optimisers reorder these loops and V8 then spills accumulators.
 * The 6 x 16 tile needs 24 accumulators, which fit the registers only when V8's revectorizer pairs them into 256 bits.
 */
const rows = 6;

/** @param {boolean} relaxed whether multiply-adds may fuse */
export function microKernels(relaxed) {
  return [
    "(module",
    '(import "env" "memory" (memory 1 65536 shared))',
    kernel("packed8", 2, packedA, relaxed),
    kernel("packed16", 4, packedA, relaxed),
    kernel("rows8", 2, rowsOfA, relaxed),
    kernel("rows16", 4, rowsOfA, relaxed),
    ")",
  ].join("\n");
}

/** Steps of k in one turn of the unrolled loop. */
const unroll = 4;

/** A panel packed as [k][6]: one pointer. */
const packedA = {
  params: "",
  locals: [],
  prepare: [`(local.set $end (i32.add (local.get $a) (i32.mul (local.get $kc) (i32.const ${rows * 4}))))`],
  bytesPerStep: rows * 4,
  load: (i, u) => `(v128.load32_splat offset=${(u * rows + i) * 4} (local.get $a))`,
  advance: (steps) => [`(local.set $a (i32.add (local.get $a) (i32.const ${steps * rows * 4})))`],
};

/** Six rows of A where they lie, `lda` bytes apart: a pointer each. */
const rowsOfA = {
  params: "(param $lda i32)",
  locals: [1, 2, 3, 4, 5].map((i) => `(local $a${i} i32)`),
  prepare: [
    "(local.set $end (i32.add (local.get $a) (i32.shl (local.get $kc) (i32.const 2))))",
    ...[1, 2, 3, 4, 5].map((i) => `(local.set $a${i} (i32.add (local.get $${rowName(i - 1)}) (local.get $lda)))`),
  ],
  bytesPerStep: 4,
  load: (i, u) => `(v128.load32_splat offset=${u * 4} (local.get $${rowName(i)}))`,
  advance: (steps) =>
    [0, 1, 2, 3, 4, 5].map(
      (i) => `(local.set $${rowName(i)} (i32.add (local.get $${rowName(i)}) (i32.const ${steps * 4})))`,
    ),
};

function rowName(i) {
  return i === 0 ? "a" : `a${i}`;
}

function kernel(name, vectors, source, relaxed) {
  const tile = [];
  for (let i = 0; i < rows; i++) for (let j = 0; j < vectors; j++) tile.push([i, j]);
  const lines = [
    `(func (export "${name}")`,
    `(param $kc i32) (param $a i32) ${source.params} (param $b i32) (param $c i32) (param $ldc i32)`,
    "(param $i1 i32) (param $ld1 i32) (param $i2 i32) (param $ld2 i32)",
    ...tile.map(([i, j]) => `(local $c${i}_${j} v128)`),
    ...Array.from({ length: vectors }, (_, j) => `(local $b${j} v128)`),
    ...source.locals,
    "(local $x v128) (local $end i32) (local $unrolledEnd i32)",
  ];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < vectors; j++) {
      const at = `offset=${16 * j}`;
      lines.push(
        `(local.set $c${i}_${j} (f32x4.add (v128.load ${at} (local.get $i1)) (v128.load ${at} (local.get $i2))))`,
      );
    }
    if (i < rows - 1) lines.push(advance("i1", "ld1"), advance("i2", "ld2"));
  }
  lines.push(
    ...source.prepare,
    `(local.set $unrolledEnd (i32.sub (local.get $end) (i32.const ${(unroll - 1) * source.bytesPerStep})))`,
    loop("unrolled", "unrolledEnd", body(vectors, unroll, source, relaxed)),
    loop("rest", "end", body(vectors, 1, source, relaxed)),
  );
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < vectors; j++)
      lines.push(`(v128.store offset=${16 * j} (local.get $c) (local.get $c${i}_${j}))`);
    if (i < rows - 1) lines.push(advance("c", "ldc"));
  }
  return [...lines, ")"].join("\n");
}

function advance(pointer, stride) {
  return `(local.set $${pointer} (i32.add (local.get $${pointer}) (local.get $${stride})))`;
}

function loop(label, end, lines) {
  const more = `(i32.lt_u (local.get $a) (local.get $${end}))`;
  return `(if ${more} (then (loop $${label} ${lines} (br_if $${label} ${more}))))`;
}

function body(vectors, steps, source, relaxed) {
  const lines = [];
  for (let u = 0; u < steps; u++) {
    for (let j = 0; j < vectors; j++) {
      lines.push(`(local.set $b${j} (v128.load offset=${(u * vectors + j) * 16} (local.get $b)))`);
    }
    for (let i = 0; i < rows; i++) {
      lines.push(`(local.set $x ${source.load(i, u)})`);
      for (let j = 0; j < vectors; j++) lines.push(multiplyAdd(`c${i}_${j}`, `b${j}`, relaxed));
    }
  }
  lines.push(`(local.set $b (i32.add (local.get $b) (i32.const ${steps * vectors * 16})))`, ...source.advance(steps));
  return lines.join("\n");
}

function multiplyAdd(sum, b, relaxed) {
  const product = relaxed
    ? `(f32x4.relaxed_madd (local.get $x) (local.get $${b}) (local.get $${sum}))`
    : `(f32x4.add (f32x4.mul (local.get $x) (local.get $${b})) (local.get $${sum}))`;
  return `(local.set $${sum} ${product})`;
}

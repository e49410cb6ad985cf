/** A program is a run of instructions that all threads walk together; units of work are handed out by counters. */
import { adamw } from "./adamw";
import { attentionBackward, attentionForward } from "./attention";
import { barrier } from "./barrier";
import { addFloats, branch, copyFloats, fillZero, geluDerivative } from "./elementwise";
import { embeddingBackward, embeddingForward } from "./embedding";
import { product } from "./gemm";
import { layerNormBackward, layerNormForward } from "./layerNorm";
import { packShared, packTransposedA } from "./pack";
import { columnSums, normFinish, sumAll, sumSquares } from "./reduce";
import { gatherRows, scatterRows } from "./rows";
import { control, initialize, setCounter, setScratch, spin } from "./state";
import { address, word } from "./words";

export { initialize, setScratch };

const workAt: usize = 192;
const instructionBytes: usize = 128;

/** Waits until the work word of the control block differs from `seen`; returns it. Sleeps when it takes long. */
export function awaitWork(seen: i32): i32 {
  for (let i = 0; i < spin; i++) {
    const now = atomic.load<i32>(control, workAt);
    if (now != seen) return now;
  }
  while (atomic.load<i32>(control, workAt) == seen) atomic.wait<i32>(control + workAt, seen, -1);
  return atomic.load<i32>(control, workAt);
}

/** Runs `count` instructions from `program`; returns when every thread is done. */
export function run(program: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const p = program + <usize>i * instructionBytes;
    setCounter(p + 124);
    execute(p);
  }
  barrier();
}

/** Operation codes: `operations` in `instructions.ts`. */
function execute(p: usize): void {
  switch (word(p, 0)) {
    case 0:
      barrier();
      break;
    case 1:
      packShared(word(p, 1), word(p, 2), word(p, 3), address(p, 4), word(p, 5), address(p, 6));
      break;
    case 2:
      product(p);
      break;
    case 3:
      layerNormForward(p);
      break;
    case 4:
      layerNormBackward(p);
      break;
    case 5:
      columnSums(p);
      break;
    case 6:
      attentionForward(p);
      break;
    case 7:
      attentionBackward(p);
      break;
    case 8:
      embeddingForward(p);
      break;
    case 9:
      embeddingBackward(p);
      break;
    case 10:
      adamw(p);
      break;
    case 11:
      sumAll(p);
      break;
    case 12:
      fillZero(p);
      break;
    case 13:
      copyFloats(p);
      break;
    case 14:
      addFloats(p);
      break;
    case 15:
      branch(p);
      break;
    case 16:
      gatherRows(p);
      break;
    case 17:
      scatterRows(p);
      break;
    case 18:
      sumSquares(p);
      break;
    case 19:
      normFinish(p);
      break;
    case 20:
      geluDerivative(p);
      break;
    case 21:
      packTransposedA(p);
      break;
    default:
      unreachable();
  }
}

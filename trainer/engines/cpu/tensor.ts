/** A tensor of this engine: a handle on one allocation of the shared memory. */
import type { DType, Tensor } from "../../engine/port.ts";

export class CpuTensor implements Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly address: number;
  readonly size: number;
  /** What it was allocated from: tells the tensors of two engines apart. */
  readonly owner: object;
  freed = false;

  constructor(name: string, shape: readonly number[], dtype: DType, address: number, owner: object) {
    this.name = name;
    this.shape = shape;
    this.dtype = dtype;
    this.address = address;
    this.size = sizeOf(shape);
    this.owner = owner;
  }
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The tensor as this engine's own, of this element type; anything else is a bug of the caller. */
export function own(tensor: Tensor, dtype: DType = "f32"): CpuTensor {
  if (!(tensor instanceof CpuTensor)) throw new Error(`internal: ${tensor.name} belongs to another engine`);
  if (tensor.freed) throw new Error(`internal: ${tensor.name} was freed`);
  if (tensor.dtype !== dtype) throw new Error(`internal: ${tensor.name} is ${tensor.dtype}, wanted ${dtype}`);
  return tensor;
}

/** Checks that the tensor was allocated from this memory. */
export function owned(tensor: CpuTensor, owner: object): CpuTensor {
  if (tensor.owner !== owner) throw new Error(`internal: ${tensor.name} belongs to another engine`);
  return tensor;
}

/** Checks that the tensor holds exactly `size` elements. */
export function sized(tensor: CpuTensor, size: number, operation: string): void {
  if (tensor.size === size) return;
  throw new Error(`internal: ${operation}: ${tensor.name} is [${tensor.shape.join(", ")}], wanted ${size} elements`);
}

/** Rows and columns of a tensor read as a matrix: all axes but the last, and the last. */
export function matrix(tensor: CpuTensor): { readonly rows: number; readonly columns: number } {
  const columns = tensor.shape.at(-1) ?? 1;
  return { rows: columns === 0 ? 0 : tensor.size / columns, columns };
}

/** Clipping by the global norm, and the gate that keeps a non-finite step from moving anything. */
import type { Engine, Tensor } from "../engine/port.ts";
import { took } from "./parameter.ts";
import type { OptimizedParameter } from "./parameter.ts";

/** What `gradientNorm` leaves in the gate. */
export interface Gate {
  /** Global L2 norm before clipping. */
  readonly norm: number;
  readonly finite: boolean;
}

/** Queues: gate [3] = norm over the gradients that this step computed, clip coefficient, 1 if all are finite. */
export function closeGate(
  engine: Engine,
  gate: Tensor,
  parameters: readonly OptimizedParameter[],
  active: readonly number[],
  maxNorm: number,
): void {
  const gradients = parameters.filter((parameter) => took(parameter, active)).map(({ gradient }) => gradient);
  engine.gradientNorm({ gradients, out: gate, maxNorm });
}

/** Waits for the gate. */
export async function readGate(engine: Engine, gate: Tensor): Promise<Gate> {
  const [norm = NaN, , finite] = await engine.read(gate);
  return { norm, finite: finite === 1 };
}

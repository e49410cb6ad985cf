/** What an optimizer knows of a parameter. */
import type { Tensor } from "../engine/port.ts";

export interface OptimizedParameter {
  readonly name: string;
  /** Who runs it: every step, or the steps that run layer `group` (0-based). */
  readonly group: "shared" | number;
  readonly decay: boolean;
  readonly value: Tensor;
  readonly gradient: Tensor;
}

/** Whether a step with these active layers computed the parameter's gradient. */
export const took = ({ group }: OptimizedParameter, active: readonly number[]): boolean =>
  group === "shared" || active.includes(group);

/** What is worked out from all rows, once per change of the data: zooming and hovering reuse it. */
import { auditCoverage, type Audit } from "./audit.ts";
import { notFinite, spikes, type Spike } from "./marks.ts";
import { smooth } from "./smoothing.ts";
import { fitStepTime, type StepTimeFit } from "./work.ts";
import type { RunState } from "./state.ts";

export interface Derived {
  readonly fit: StepTimeFit | null;
  /** Smoothed loss per row; null when smoothing is off. */
  readonly smoothed: Float32Array | null;
  readonly spikes: readonly Spike[];
  /** Rows whose loss is no number. */
  readonly notFinite: readonly number[];
  readonly audit: Audit | null;
}

/** A function with a memory of one: the same state and smoothing give the same object. */
export function createDerive(): (state: RunState, smoothing: number) => Derived {
  let last: { readonly state: RunState; readonly smoothing: number; readonly derived: Derived } | null = null;
  return (state, smoothing) => {
    if (last?.state === state && last.smoothing === smoothing) return last.derived;
    const same = last?.state === state ? last.derived : null;
    const derived: Derived = {
      fit: same ? same.fit : fitStepTime(state.rows),
      smoothed: smoothing > 0 ? smooth(state.rows, smoothing) : null,
      spikes: same ? same.spikes : spikes(state.rows),
      notFinite: same ? same.notFinite : notFinite(state.rows),
      audit: same ? same.audit : auditCoverage(state.plan, state.rows),
    };
    last = { state, smoothing, derived };
    return derived;
  };
}

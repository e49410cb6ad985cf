/** AdamW (Loshchilov & Hutter 2019) over a model whose layers sit steps out. State is explicit: moments here, counts beside. */
import type { Engine, Tensor } from "../engine/port.ts";
import type { Schedule } from "../protocol/config.ts";
import { took } from "./parameter.ts";
import type { OptimizedParameter } from "./parameter.ts";
import { updatesOf } from "./updateCounts.ts";
import type { SkippedUpdate, UpdateCounts } from "./updateCounts.ts";

export interface Moments {
  readonly first: Tensor;
  readonly second: Tensor;
}

export interface AdamWStep {
  readonly active: readonly number[];
  readonly skippedUpdate: SkippedUpdate;
  /** Counts with this update already in them. */
  readonly counts: UpdateCounts;
  readonly learningRate: number;
  /** [3], from `closeGate`. */
  readonly gate: Tensor;
}

export class AdamW<P extends OptimizedParameter> {
  /** One pair per parameter, in the parameters' order; zero at first. */
  readonly moments: ReadonlyMap<P, Moments>;
  private readonly engine: Engine;
  private readonly config: Schedule["optimizer"];

  constructor(engine: Engine, config: Schedule["optimizer"], parameters: readonly P[]) {
    this.engine = engine;
    this.config = config;
    this.moments = new Map(
      parameters.map((parameter) => {
        const allocate = (which: string): Tensor =>
          engine.allocate(`${which} moment of ${parameter.name}`, parameter.value.shape);
        return [parameter, { first: allocate("first"), second: allocate("second") }];
      }),
    );
  }

  /** Queues one update. A skipped layer stays as it is, or (`zeroGradient`) is updated with a gradient of zero. */
  update({ active, skippedUpdate, counts, learningRate, gate }: AdamWStep): void {
    const { beta1, beta2, epsilon, weightDecay } = this.config;
    for (const [parameter, { first, second }] of this.moments) {
      if (!took(parameter, active)) {
        if (skippedUpdate === "skip") continue;
        this.engine.zero(parameter.gradient);
      }
      this.engine.adamw({
        ...{ parameter: parameter.value, gradient: parameter.gradient, firstMoment: first, secondMoment: second, gate },
        ...{ learningRate, beta1, beta2, epsilon, weightDecay: parameter.decay ? weightDecay : 0 },
        updateCount: updatesOf(counts, parameter.group),
      });
    }
  }

  free(): void {
    for (const { first, second } of this.moments.values()) {
      this.engine.free(first);
      this.engine.free(second);
    }
  }
}

/** How fast a launch is and how long the rest will take, from the FLOPs that its latest steps did and those still planned. */
import type { Plan } from "../../plan/plan.ts";
import type { MetricRow } from "../../protocol/metrics.ts";

const window = 200;

export class Pace {
  readonly #plan: Plan;
  readonly #recent: { readonly milliseconds: number; readonly flops: number }[] = [];
  #milliseconds = 0;
  #flops = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  add({ stepMilliseconds, layerFlops }: Pick<MetricRow, "stepMilliseconds" | "layerFlops">): void {
    const step = { milliseconds: stepMilliseconds, flops: layerFlops + this.#plan.otherFlopsPerStep };
    this.#recent.push(step);
    this.#milliseconds += step.milliseconds;
    this.#flops += step.flops;
    const oldest = this.#recent.length > window ? this.#recent.shift() : undefined;
    if (oldest === undefined) return;
    this.#milliseconds -= oldest.milliseconds;
    this.#flops -= oldest.flops;
  }

  get tokensPerSecond(): number {
    return (1000 * this.#recent.length * this.#plan.tokensPerStep) / this.#milliseconds;
  }

  /** Steps only: evaluations and checkpoints come on top. */
  secondsLeft(stepsDone: number): number {
    let flops = 0;
    for (const stage of this.#plan.stages) {
      const left = stage.lastStep + 1 - Math.max(stage.firstStep, Math.min(stepsDone, stage.lastStep + 1));
      flops += (left / stage.steps) * stage.modelFlops;
    }
    return (flops * this.#milliseconds) / this.#flops / 1000;
  }
}

/** The table of work: planned against realised, with the band of three standard deviations that chance allows. */
import { fixed, percent } from "../kit/format.ts";
import type { Cell, Row } from "../kit/table.ts";
import type { Frame } from "./frame.ts";
import { expectedLayers, speedUpSoFar } from "./work.ts";

export const workHead = ["so far", "planned", "realised", "3σ band"] as const;

export function workRows({ state, fit }: Frame): readonly Row[] {
  const { plan, rows } = state;
  const done = rows.completed;
  if (rows.length === 0) return [["layers a step, mean", "–", "–", "–"]];
  const expected = expectedLayers(plan, done);
  const layers = rows.activity(0, rows.length).reduce((sum, active) => sum + active, 0);
  const realised = layers / rows.length;
  const share = expected.mean / plan.layers;
  const fullFlops = plan.layerFlopsPerStep * plan.layers * rows.length;
  const flops = rows.flops / fullFlops;
  const spread = (3 * expected.sigma) / plan.layers;
  const speedUp = speedUpSoFar(state, fit);
  const ideal = plan.layers / realised;
  const table: Row[] = [
    [
      "layers a step, mean",
      fixed(expected.mean, 2),
      fixed(realised, 2),
      band(realised, expected.mean, 3 * expected.sigma, 2),
    ],
    ["layer FLOPs, share of full", fixed(share), fixed(flops), band(flops, share, spread, 3)],
  ];
  if (fit) {
    const text =
      fit.b === null
        ? `${fixed(fit.a, 1)}\u00a0ms`
        : `${fixed(fit.a, 1)}\u00a0+\u00a0${fixed(fit.b, 2)}\u00a0·\u00a0n\u00a0ms`;
    table.push([fit.b === null ? "step time" : "step time, a + b · layers", "", text, ""]);
  }
  if (speedUp && speedUp.realised !== null) {
    table.push([
      "speed-up in time",
      fixed(speedUp.planned, 2),
      fixed(speedUp.realised, 2),
      `${percent(speedUp.realised / ideal, 0)} % of ideal`,
    ]);
  }
  return table;
}

/** "7.57 – 7.63 ✓": the words say it, the colour repeats it. */
function band(value: number, mean: number, reach: number, digits: number): Cell {
  // Room for the rounding of sums where chance has no part.
  const inside = Math.abs(value - mean) <= reach + 1e-6 * Math.abs(mean);
  const range = `${fixed(mean - reach, digits)}\u00a0–\u00a0${fixed(mean + reach, digits)}`;
  // In a narrow view the line breaks here, or not at all.
  return { text: `${range} ${inside ? "✓\u00a0inside" : "!\u00a0outside"}`, class: inside ? "good" : "warning" };
}

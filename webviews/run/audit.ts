/**
 * Whether the layers ran as often as the plan's keep probabilities say: Pearson's chi-squared over the layers that are
 * not always kept. A sampler that favours some layers, or forgets one, shows here long before it shows in a loss.
 */
import type { Rows } from "./rows.ts";
import { expectedCoverage } from "./work.ts";
import type { Plan } from "../../trainer/plan/plan.ts";

export interface Audit {
  readonly chiSquared: number;
  readonly degrees: number;
  /** Probability of a statistic at least as large under a right sampler. */
  readonly p: number;
}

/** A p below this is worth a warning; a view of one run is looked at often, so the usual 0.05 would cry wolf. */
export const alarming = 0.001;

/** Below this variance of a layer's count the normal approximation is not to be trusted. */
const leastVariance = 8;

/** Null while there are too few steps, or no layer is left to chance. */
export function auditCoverage(plan: Plan, rows: Rows): Audit | null {
  const done = rows.length;
  const active = rows.activity(0, done);
  let sum = 0;
  let layers = 0;
  for (let layer = 0; layer < plan.layers; layer++) {
    const { mean, sigma } = expectedCoverage(plan, layer, done);
    if (sigma === 0) continue;
    if ((sigma * done) ** 2 < leastVariance) return null;
    sum += (((active[layer] ?? 0) / done - mean) / sigma) ** 2;
    layers++;
  }
  // Subnetworks of a fixed size tie the layers together: correlation -1 / (m - 1), one degree of freedom less.
  const fixedSize = plan.stages.every((stage) => stage.layerVariance === 0);
  const degrees = fixedSize ? layers - 1 : layers;
  if (degrees < 1) return null;
  const chiSquared = fixedSize ? (sum * (layers - 1)) / layers : sum;
  return { chiSquared, degrees, p: upperGamma(degrees / 2, chiSquared / 2) };
}

/** Regularised upper incomplete gamma function Q(a, x): series below a + 1, continued fraction (Lentz) above. */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const scale = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 1000 && term > sum * 1e-15; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.max(0, 1 - sum * scale);
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 1000; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return scale * h;
}

/** ln Gamma(z) for z > 0: Stirling's series, after shifting z to where it converges. */
function logGamma(z: number): number {
  let shift = 0;
  let at = z;
  for (; at < 10; at++) shift += Math.log(at);
  const series = 1 / (12 * at) - 1 / (360 * at ** 3) + 1 / (1260 * at ** 5) - 1 / (1680 * at ** 7);
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** "p = 0.41", "p < 0.001". */
export const auditP = ({ p }: Audit): string =>
  p < alarming ? `p < ${alarming}` : `p = ${p.toFixed(p < 0.01 ? 3 : 2)}`;

/** "χ² p = 0.41"; an alarming one begins with "!", so that colour is not the only sign. */
export const auditText = (audit: Audit): string => `${audit.p < alarming ? "! " : ""}χ² ${auditP(audit)}`;

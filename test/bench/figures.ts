/** Figures of benches: how they are summed up and printed. */

/** Least squares y = intercept + slope x. */
export function fitLine(points: readonly { readonly x: number; readonly y: number }[]): {
  readonly intercept: number;
  readonly slope: number;
} {
  const mean = (pick: (p: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const x = mean((p) => p.x);
  const y = mean((p) => p.y);
  const covariance = mean((p) => (p.x - x) * (p.y - y));
  const slope = covariance / mean((p) => (p.x - x) ** 2);
  return { intercept: y - slope * x, slope };
}

/** One line: name, figure, and where there is a goal, the goal and `met` or `missed`. */
export function report(name: string, figure: string, goal?: { readonly goal: string; readonly met: boolean }): void {
  const verdict = goal ? ` | goal ${goal.goal}: ${goal.met ? "met" : "missed"}` : "";
  process.stdout.write(`${name}: ${figure}${verdict}\n`);
}

/** AdamW's t per parameter group: a layer that sat steps out has had fewer updates, and corrects its bias by its own count. */

export interface UpdateCounts {
  readonly shared: number;
  /** Beside the layers, from 0. */
  readonly layers: readonly number[];
}

export type SkippedUpdate = "skip" | "zeroGradient";

export const noUpdates = (layers: number): UpdateCounts => ({
  shared: 0,
  layers: Array.from({ length: layers }, () => 0),
});

/** The counts once a step with these active layers is applied. With `zeroGradient` every layer has its update. */
export function countUpdate(
  { shared, layers }: UpdateCounts,
  active: readonly number[],
  skippedUpdate: SkippedUpdate,
): UpdateCounts {
  const moves = (layer: number): boolean => skippedUpdate === "zeroGradient" || active.includes(layer);
  return { shared: shared + 1, layers: layers.map((count, layer) => count + (moves(layer) ? 1 : 0)) };
}

export function updatesOf({ shared, layers }: UpdateCounts, group: "shared" | number): number {
  const count = group === "shared" ? shared : layers[group];
  if (count === undefined) throw new RangeError(`No layer ${group} among ${layers.length}.`);
  return count;
}

/** The one horizontal scale that all pictures of a view share: values to CSS pixels and back, and round ticks. */

export interface Scale {
  readonly min: number;
  readonly max: number;
  /** Left edge and width of the plot area in CSS pixels. */
  readonly left: number;
  readonly width: number;
}

export const toPixel = (scale: Scale, value: number): number =>
  scale.left + ((value - scale.min) / (scale.max - scale.min)) * scale.width;

export const toValue = (scale: Scale, pixel: number): number =>
  scale.min + ((pixel - scale.left) / scale.width) * (scale.max - scale.min);

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `rough`; whole numbers when `whole`. */
export function niceStep(rough: number, whole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * (1 - 1e-9));
  const nice = step ?? rough;
  return whole ? Math.max(1, Number.isInteger(nice) ? nice : Math.ceil(nice)) : nice;
}

const secondsSteps = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800,
  604800,
];

/** The smallest step of clock time, in seconds, that is at least `rough`. */
export const niceSeconds = (rough: number): number =>
  secondsSteps.find((step) => step >= rough) ?? niceStep(rough, true);

/** Multiples of `step` within [min, max]. */
export function ticks(min: number, max: number, step: number): readonly number[] {
  const values: number[] = [];
  if (!(step > 0) || (max - min) / step > 1000) return values;
  for (let index = Math.ceil(min / step - 1e-9); index * step <= max + step * 1e-9; index++) values.push(index * step);
  return values;
}

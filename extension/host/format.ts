/** Numbers and durations as people read them; the same in tree, status bar and editor. */
import type { Translate } from "./translate.ts";

const thinSpace = "\u202f";

/** 12480 -> "12 480" (narrow no-break space). */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, thinSpace);

/** 41234 -> "41.2 k"; three significant digits. */
export function compact(value: number): string {
  for (const [size, unit] of [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (value >= size * 0.9995) return `${Number((value / size).toPrecision(3))}${thinSpace}${unit}`;
  }
  return String(Number(value.toPrecision(3)));
}

/** Learning rates and other small figures: 0.00091 -> "9.1e-4". */
export const scientific = (value: number): string =>
  value === 0 ? "0" : Math.abs(value) >= 0.01 ? String(Number(value.toPrecision(3))) : value.toExponential(1);

export const loss = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : String(value));

/** Whole percent, never "100 %" before the end. */
export const percent = (share: number): string =>
  `${Math.min(share < 1 ? 99 : 100, Math.floor(share * 100))}${thinSpace}%`;

export function bytes(value: number): string {
  return `${compact(value)}B`;
}

/** The two largest units that matter: "35 s", "11 min", "4 h 12 min", "3 d 4 h". */
export function duration(seconds: number, t: Translate): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return t("{0} s", s);
  const minutes = Math.round(s / 60);
  if (minutes < 60) return t("{0} min", minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? t("{0} h", hours) : t("{0} h {1} min", hours, minutes % 60);
  return t("{0} d {1} h", Math.floor(hours / 24), hours % 24);
}

/** Local time, in an order that sorts: "2026-11-23 22:05". */
export function dateAndTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

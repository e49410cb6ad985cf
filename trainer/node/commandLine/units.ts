/** Quantities for people. */

const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** 1536 -> "1.5 KiB". */
export function bytes(count: number): string {
  let [value, unit] = [count, 0];
  while (value >= 1024 && unit < byteUnits.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${byteUnits[unit] ?? ""}`;
}

const magnitudes = ["", "k", "M", "G", "T", "P", "E"] as const;

/** 12_345_678 -> "12.3M". */
export function compact(count: number): string {
  let [value, magnitude] = [count, 0];
  while (value >= 1000 && magnitude < magnitudes.length - 1) [value, magnitude] = [value / 1000, magnitude + 1];
  const text = value < 10 && magnitude > 0 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
  return `${magnitude === 0 && Number.isInteger(value) ? value : text}${magnitudes[magnitude] ?? ""}`;
}

/** 3725 -> "1 h 02 min"; 95 -> "1 min 35 s". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  const two = (value: number): string => String(value).padStart(2, "0");
  return minutes < 60
    ? `${minutes} min ${two(whole % 60)} s`
    : `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** Numbers as people read them. Groups of three are split by a no-break space, minus is U+2212. */

const space = "\u00a0";
const missing = "–";

/** 12480 -> "12 480". Rounds to whole numbers. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return missing;
  const digits = Math.abs(Math.round(value)).toString();
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, space);
  return value < 0 && digits !== "0" ? `−${grouped}` : grouped;
}

const prefixes = ["", "k", "M", "G", "T", "P", "E", "Z"];

/** 41234 -> "41.2 k"; three significant digits and an SI prefix. */
export function compact(value: number): string {
  if (!Number.isFinite(value)) return missing;
  let power = 0;
  let scaled = Math.abs(value);
  while (scaled >= 999.5 && power < prefixes.length - 1) {
    scaled /= 1000;
    power++;
  }
  const digits = power === 0 && Number.isInteger(scaled) ? String(scaled) : scaled.toPrecision(3);
  return `${value < 0 ? "−" : ""}${digits}${power > 0 ? space + (prefixes[power] ?? "") : ""}`;
}

/** Trims what `compact` keeps: 2.50 -> "2.5", for axis ticks. */
export function compactTick(value: number): string {
  return compact(value)
    .replace(/(\.\d*?)0+(?=\D|$)/, "$1")
    .replace(/\.(?=\D|$)/, "");
}

/** Seconds -> "1 h 12 min", "4 min", "38 s", "0.4 s". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return missing;
  if (seconds === 0) return `0${space}s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)}${space}s`;
  if (seconds < 90) return `${Math.round(seconds)}${space}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}${space}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours}${space}h ${minutes % 60}${space}min` : `${hours}${space}h`;
  const rounded = Math.round(minutes / 60);
  const days = Math.floor(rounded / 24);
  return rounded % 24 ? `${days}${space}d ${rounded % 24}${space}h` : `${days}${space}d`;
}

/** A loss, or another figure of that size, with `digits` decimals: "2.314". */
export function fixed(value: number, digits = 3): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A difference, always with its sign: "−0.054", "+0.010". */
export function signed(value: number, digits = 3): string {
  const text = fixed(value, digits);
  return value > 0 && Number(value.toFixed(digits)) !== 0 ? `+${text}` : text;
}

/** 0.00041 -> "4.1e-4". */
export function exponent(value: number): string {
  if (!Number.isFinite(value)) return missing;
  return value === 0 ? "0" : value.toExponential(1).replace("-", "−").replace("+", "");
}

/** 0.575 -> "57.5". */
export const percent = (share: number, digits = 1): string => fixed(share * 100, digits);

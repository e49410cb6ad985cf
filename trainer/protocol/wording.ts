/** How problems speak of places, foreign values and what a shape wants. */
import type { NumberShape, Shape } from "./shape.ts";

export type Path = readonly (string | number)[];

/** What a shape wants, in words that fit after "must be" and "Write". */
export function expectation(shape: Shape): string {
  switch (shape.type) {
    case "string":
      return shape.values ? list(shape.values) : "a text in quotes";
    case "number": {
      const unit = shape.unit ? ` of ${shape.unit}` : "";
      return `${shape.integer ? "a whole number" : "a number"}${unit}${range(shape)}`;
    }
    case "boolean":
      return "true or false";
    case "literal":
      return JSON.stringify(shape.value);
    case "array":
      return "a list [...]";
    case "record":
    case "object":
      return "an object {...}";
    case "union":
      return `an object {"${shape.tag}": ...} with ${list(Object.keys(shape.members))}`;
    case "either":
      return shape.options.map(expectation).join(" or ");
    case "nullable":
      return `null or ${expectation(shape.inner)}`;
    case "optional":
      return expectation(shape.inner);
    case "any":
      return "a value";
  }
  shape satisfies never;
}

function range(shape: NumberShape): string {
  const low = shape.minimum !== undefined ? `at least ${shape.minimum}` : undefined;
  const above = shape.exclusiveMinimum !== undefined ? `above ${shape.exclusiveMinimum}` : undefined;
  const high = shape.maximum !== undefined ? `at most ${shape.maximum}` : undefined;
  const below = shape.exclusiveMaximum !== undefined ? `below ${shape.exclusiveMaximum}` : undefined;
  const limits = [low, above, high, below].filter((limit) => limit !== undefined);
  return limits.length > 0 ? `, ${limits.join(" and ")}` : "";
}

/** The name of a place, in a sentence: `"hidden"`, `"files"[2]`. */
export function subject(path: Path): string {
  const lastName = path.findLastIndex((part) => typeof part === "string");
  if (lastName < 0) return path.length > 0 ? `Entry ${path.join(", ")}` : "The document";
  const indices = path.slice(lastName + 1).map((index) => `[${index}]`);
  return `${shown(path[lastName])}${indices.join("")}`;
}

/** A foreign value in a message: short, whatever it is. */
export function shown(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return "a list";
  if (value === null) return "null";
  if (typeof value === "object") return "an object";
  if (typeof value !== "string") return typeof value === "boolean" ? String(value) : typeof value;
  // Cut before it is quoted, so that a long text costs nothing.
  const text = JSON.stringify(value.slice(0, 61));
  return text.length <= 60 ? text : `${text.slice(0, 56)}..."`;
}

export function list(names: readonly string[], joiner = "or"): string {
  const quoted = names.map((name) => `"${name}"`);
  const last = quoted.pop() ?? "";
  return quoted.length > 0 ? `${quoted.join(", ")} ${joiner} ${last}` : last;
}

/**
 * Reads unknown JSON by a shape: the value with every default filled in, or *all* problems, each with its path.
 *
 * Safe on hostile input: recursion follows the shape, so depth is bounded by it; keys are read as own properties
 * only and "__proto__" is an unknown key like any other; numbers must be finite; problems end at `maximumProblems`.
 */
import type { Parsed, Problem } from "./errors.ts";
import { nearestName } from "./suggest.ts";
import { expectation, list, shown, subject, type Path } from "./wording.ts";
import type { Infer, NumberShape, ObjectShape, Shape, StringShape, UnionShape } from "./shape.ts";

export type { Path };

/** The last of them says that there are more. */
export const maximumProblems = 100;

/** Stands for a value whose text cannot be read and has been reported already: present, but of unknown content. */
export const unreadable: unique symbol = Symbol("unreadable");

/** Set on an object whose text could not be read whole: keys it lacks are unknown, neither missing nor at their default. */
export const incomplete: unique symbol = Symbol("incomplete");

/** What could be read of a value of type T: parts that had problems are absent. */
export type Draft<T> = T extends readonly (infer I)[]
  ? readonly (Draft<I> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Draft<T[K]> | undefined }
    : T;

/** Parses `value`; problems have no spans, as there is no text. */
export function parseValue<S extends Shape>(shape: S, value: unknown): Parsed<Infer<S>> {
  const { problems, draft } = readDraft(shape, value);
  if (problems.length > 0) return { ok: false, problems };
  // The one place where the type that `Infer` reads off a shape is claimed for what the reader built by that shape.
  return { ok: true, value: draft as Infer<S>, warnings: [] };
}

/**
 * As `parseValue`, but keeps what could be read when there are problems. The draft is a `Draft<Infer<S>>`, and without
 * problems an `Infer<S>`; its static type is `unknown` because the compiler gives up on `Draft<Infer<S>>` in general.
 */
export function readDraft(
  shape: Shape,
  value: unknown,
): { readonly problems: readonly Problem[]; readonly draft: unknown } {
  const reader = new Reader();
  const draft = reader.read(shape, value, []);
  return { problems: reader.problems, draft };
}

type Plain = Readonly<Record<string, unknown>>;

class Reader {
  readonly problems: Problem[] = [];
  #full = false;

  /** The value, or undefined after a problem. */
  read(shape: Shape, value: unknown, path: Path): unknown {
    if (value === unreadable || this.#full) return undefined;
    switch (shape.type) {
      case "optional":
        return this.read(shape.inner, value, path);
      case "nullable":
        return value === null ? null : this.read(shape.inner, value, path);
      case "any":
        return value;
      case "literal":
        return value === shape.value ? value : this.#wrongType(shape, value, path);
      case "boolean":
        return typeof value === "boolean" ? value : this.#wrongType(shape, value, path);
      case "string":
        return typeof value === "string" ? this.#string(shape, value, path) : this.#wrongType(shape, value, path);
      case "number":
        return typeof value === "number" ? this.#number(shape, value, path) : this.#wrongType(shape, value, path);
      case "array":
        return Array.isArray(value) ? this.#array(shape, value, path) : this.#wrongType(shape, value, path);
      case "record":
        return isPlain(value) ? this.#record(shape.items, value, path) : this.#wrongType(shape, value, path);
      case "object":
        return isPlain(value) ? this.#object(shape, value, path, null) : this.#wrongType(shape, value, path);
      case "union":
        return isPlain(value) ? this.#union(shape, value, path) : this.#wrongType(shape, value, path);
      case "either": {
        const option = shape.options.find((each) => jsonTypes(each).includes(typeName(value)));
        return option ? this.read(option, value, path) : this.#wrongType(shape, value, path);
      }
    }
    shape satisfies never;
  }

  #string(shape: StringShape, value: string, path: Path): unknown {
    if (!shape.values || shape.values.includes(value)) return value;
    return this.#unknownValue(value, shape.values, path);
  }

  #number(shape: NumberShape, value: number, path: Path): unknown {
    const whole = shape.integer && !Number.isSafeInteger(value);
    if (!Number.isFinite(value) || whole || !withinRange(shape, value)) {
      const wanted = expectation(shape);
      return this.#report(
        "out-of-range",
        path,
        `${subject(path)} must be ${wanted}, but is ${shown(value)}.`,
        `Write ${wanted}.`,
      );
    }
    return value;
  }

  #array(shape: Extract<Shape, { type: "array" }>, value: readonly unknown[], path: Path): unknown {
    const minimum = shape.minItems ?? 0;
    if (value.length < minimum) {
      return this.#report(
        "too-few-items",
        path,
        `${subject(path)} has ${value.length} entries, but needs at least ${minimum}.`,
        `Add ${minimum === 1 ? "an entry" : "entries"}.`,
      );
    }
    const items: unknown[] = [];
    for (let index = 0; index < value.length && !this.#full; index++) {
      items.push(this.read(shape.items, value[index], [...path, index]));
    }
    return items;
  }

  #record(items: Shape, value: Plain, path: Path): unknown {
    const entries = Object.keys(value).map((key) => [key, this.read(items, value[key], [...path, key])] as const);
    return Object.fromEntries(entries);
  }

  #object(shape: ObjectShape, value: Plain, path: Path, tag: { name: string; value: string } | null): unknown {
    const result: Record<string, unknown> = tag ? { [tag.name]: tag.value } : {};
    const known = Object.keys(shape.fields);
    /** Keys that a misspelt one most likely stands for: one slip is one problem, so they do not count as missing too. */
    const misspelt = new Set<string>();
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(shape.fields, key) || key === tag?.name || shape.open) continue;
      const meant = this.#unknownKey(key, tag ? [tag.name, ...known] : known, value, path);
      if (meant !== null) misspelt.add(meant);
    }
    for (const [key, field] of Object.entries(shape.fields)) {
      if (misspelt.has(key)) continue;
      const read = Object.hasOwn(value, key) && value[key] !== undefined;
      const content = read ? this.read(field, value[key], [...path, key]) : this.#absent(field, value, [...path, key]);
      if (content !== undefined) result[key] = content;
    }
    return result;
  }

  #absent(field: Shape, holder: Plain, path: Path): unknown {
    if (field.type === "optional" || isIncomplete(holder)) return undefined;
    if ("default" in field && field.default !== undefined) return field.default;
    if (field.type === "object" && field.defaultEmpty) return this.read(field, {}, path);
    const name = String(path.at(-1));
    const place = path.length > 1 ? subject(path.slice(0, -1)) : "The document";
    return this.#report("missing-key", path, `${place} lacks "${name}".`, `Add "${name}": ${expectation(field)}.`);
  }

  #union(shape: UnionShape, value: Plain, path: Path): unknown {
    const names = Object.keys(shape.members);
    const kind = Object.hasOwn(value, shape.tag) ? value[shape.tag] : undefined;
    const member = typeof kind === "string" && Object.hasOwn(shape.members, kind) ? shape.members[kind] : undefined;
    if (member) return this.#object(member, value, path, { name: shape.tag, value: kind as string });

    if (kind === undefined) {
      if (isIncomplete(value)) return undefined;
      const holder = path.length > 0 ? subject(path) : "The document";
      this.#report(
        "missing-key",
        [...path, shape.tag],
        `${holder} lacks "${shape.tag}".`,
        `Add "${shape.tag}": ${list(names)}.`,
      );
    } else if (typeof kind === "string") {
      this.#unknownValue(kind, names, [...path, shape.tag]);
    } else if (kind !== unreadable) {
      this.#report(
        "wrong-type",
        [...path, shape.tag],
        `"${shape.tag}" must be ${list(names)}, but is ${shown(kind)}.`,
        `Write ${list(names)}.`,
      );
    }
    // Without its kind the object cannot be read, but a key that no kind has is wrong whichever is meant.
    const anywhere = [...new Set(Object.values(shape.members).flatMap((each) => Object.keys(each.fields)))];
    const tolerant = Object.values(shape.members).some((each) => each.open === true);
    for (const key of Object.keys(value)) {
      if (key !== shape.tag && !anywhere.includes(key) && !tolerant) this.#unknownKey(key, anywhere, value, path);
    }
    return undefined;
  }

  #unknownKey(key: string, known: readonly string[], holder: Plain, path: Path): string | null {
    const free = known.filter((name) => !Object.hasOwn(holder, name));
    const meant = nearestName(key, free);
    this.#report(
      "unknown-key",
      [...path, key],
      `Unknown key ${shown(key)}${path.length > 0 ? ` in ${subject(path)}` : ""}.`,
      meant
        ? `Did you mean "${meant}"?`
        : free.length > 0
          ? `Remove it; keys that can stand here: ${list(free, "and")}.`
          : "Remove it.",
    );
    return meant;
  }

  #unknownValue(value: string, values: readonly string[], path: Path): undefined {
    const meant = nearestName(value, values);
    return this.#report(
      "unknown-value",
      path,
      `${subject(path)} cannot be ${shown(value)}.`,
      meant ? `Did you mean "${meant}"?` : `Write ${list(values)}.`,
    );
  }

  #wrongType(shape: Shape, value: unknown, path: Path): undefined {
    const wanted = expectation(shape);
    return this.#report(
      "wrong-type",
      path,
      `${subject(path)} must be ${wanted}, but is ${shown(value)}.`,
      `Write ${wanted}.`,
    );
  }

  #report(code: string, path: Path, sentence: string, remedy: string): undefined {
    if (this.#full) return;
    if (this.problems.length === maximumProblems - 1) {
      this.#full = true;
      sentence = "There are more problems than are listed here.";
      remedy = "Mend those above first.";
      code = "too-many-problems";
    }
    this.problems.push({ severity: "error", code, path, span: null, sentence, remedy });
  }
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isIncomplete(holder: Plain): boolean {
  return incomplete in holder;
}

function withinRange(shape: NumberShape, value: number): boolean {
  return (
    value >= (shape.minimum ?? -Infinity) &&
    value <= (shape.maximum ?? Infinity) &&
    value > (shape.exclusiveMinimum ?? -Infinity) &&
    value < (shape.exclusiveMaximum ?? Infinity)
  );
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** The JSON types in which a shape can be written, as `typeName` names them. */
function jsonTypes(shape: Shape): readonly string[] {
  switch (shape.type) {
    case "string":
    case "number":
    case "boolean":
    case "array":
    case "object":
      return [shape.type];
    case "record":
    case "union":
      return ["object"];
    case "literal":
      return [typeof shape.value];
    case "optional":
      return jsonTypes(shape.inner);
    case "nullable":
      return ["null", ...jsonTypes(shape.inner)];
    case "either":
      return shape.options.flatMap(jsonTypes);
    case "any":
      return ["null", "string", "number", "boolean", "array", "object"];
  }
  shape satisfies never;
}

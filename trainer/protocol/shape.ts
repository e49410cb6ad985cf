/**
 * Shapes: one description of a JSON document that yields its TypeScript type, its parser and its JSON Schema.
 *
 * A shape is data. `parse.ts` walks it to read unknown JSON (collecting *every* problem), `jsonSchema.ts` walks it
 * to print the schema that editors use for completion and hover, and `Infer` reads the type off it.
 */

/** What a reader learns about a field: shown in completion and hover, and in the generated reference. */
export interface Doc {
  /** One or two sentences; says units and, where there is one, the source (paper, equation). */
  readonly doc: string;
}

export interface StringShape<T extends string = string> extends Doc {
  readonly type: "string";
  /** Allowed values; absent when any text will do. */
  readonly values?: readonly T[];
  readonly valueDocs?: Readonly<Record<string, string>>;
  readonly default?: T;
}

export interface NumberShape extends Doc {
  readonly type: "number";
  readonly integer: boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  /** The unit in words ("steps", "tokens"), for messages and hovers. */
  readonly unit?: string;
  readonly default?: number;
}

export interface BooleanShape extends Doc {
  readonly type: "boolean";
  readonly default?: boolean;
}

export interface ArrayShape<I extends Shape = Shape> extends Doc {
  readonly type: "array";
  readonly items: I;
  readonly minItems?: number;
}

export type Fields = Readonly<Record<string, Shape>>;

/**
 * An object. Every field is required unless its shape has a default or is wrapped in `optional`. Unknown keys are
 * errors, except in an `open` object: there they are dropped, so that files of a later version can still be read.
 */
export interface ObjectShape<F extends Fields = Fields> extends Doc {
  readonly type: "object";
  readonly fields: F;
  /** When set, a missing object is read as `{}` (its own fields then need defaults). */
  readonly defaultEmpty?: boolean;
  readonly open?: boolean;
}

/** One of several objects, told apart by the literal in the field named by `tag` (`kind` unless said otherwise). */
export interface UnionShape<
  M extends Readonly<Record<string, ObjectShape>> = Readonly<Record<string, ObjectShape>>,
  K extends string = string,
> extends Doc {
  readonly type: "union";
  readonly tag: K;
  readonly members: M;
}

/** An object with any keys and values of one shape. */
export interface RecordShape<I extends Shape = Shape> extends Doc {
  readonly type: "record";
  readonly items: I;
}

/** Exactly this value. */
export interface LiteralShape<T extends string | number = string | number> extends Doc {
  readonly type: "literal";
  readonly value: T;
}

/** The inner shape or JSON's null. */
export interface NullableShape<I extends Shape = Shape> extends Doc {
  readonly type: "nullable";
  readonly inner: I;
}

/** A value that may be written in one of several JSON types, e.g. a string or an array of objects. */
export interface EitherShape<A extends Shape = Shape, B extends Shape = Shape> extends Doc {
  readonly type: "either";
  readonly options: readonly [A, B];
}

export interface OptionalShape<I extends Shape = Shape> extends Doc {
  readonly type: "optional";
  readonly inner: I;
}

/** A number, string, boolean, array or object of any content, kept as it is. */
export interface AnyShape extends Doc {
  readonly type: "any";
}

export type Shape =
  | StringShape
  | NumberShape
  | BooleanShape
  | ArrayShape
  | ObjectShape
  | UnionShape
  | RecordShape
  | LiteralShape
  | NullableShape
  | EitherShape
  | OptionalShape
  | AnyShape;

type InferFields<F extends Fields> = {
  readonly [K in keyof F as F[K] extends OptionalShape ? never : K]: Infer<F[K]>;
} & { readonly [K in keyof F as F[K] extends OptionalShape ? K : never]?: Infer<F[K]> };

type Flatten<T> = { [K in keyof T]: T[K] };

/** The type of a value after parsing: defaults are filled in, so fields with a default are always there. */
export type Infer<S> = Shape extends S
  ? unknown // Not known which shape: there is nothing to infer, and no end to trying.
  : S extends { type: "optional"; inner: infer I }
    ? Infer<I>
    : S extends { type: "nullable"; inner: infer I }
      ? Infer<I> | null
      : S extends StringShape<infer T>
        ? T
        : S extends NumberShape
          ? number
          : S extends BooleanShape
            ? boolean
            : S extends { type: "literal"; value: infer T }
              ? T
              : S extends { type: "array"; items: infer I }
                ? readonly Infer<I>[]
                : S extends { type: "record"; items: infer I }
                  ? { readonly [key: string]: Infer<I> }
                  : S extends { type: "union"; tag: infer T extends string; members: infer M }
                    ? { [K in keyof M]: Flatten<{ readonly [t in T]: K } & Infer<M[K]>> }[keyof M]
                    : S extends { type: "object"; fields: infer F extends Fields }
                      ? Flatten<InferFields<F>>
                      : S extends { type: "either"; options: readonly [infer A, infer B] }
                        ? Infer<A> | Infer<B>
                        : unknown;

export const string = (doc: string, options: { default?: string } = {}): StringShape => ({
  type: "string",
  doc,
  ...options,
});

/** One of the keys of `values`; each value's text documents it. */
export function choice<const T extends string>(
  doc: string,
  values: Readonly<Record<T, string>>,
  options: { default?: NoInfer<T> } = {},
): StringShape<T> {
  return { type: "string", doc, values: Object.keys(values) as T[], valueDocs: values, ...options };
}

type NumberOptions = Omit<NumberShape, "type" | "doc" | "integer">;
export const integer = (doc: string, options: NumberOptions = {}): NumberShape => ({
  type: "number",
  integer: true,
  doc,
  ...options,
});
export const number = (doc: string, options: NumberOptions = {}): NumberShape => ({
  type: "number",
  integer: false,
  doc,
  ...options,
});
export const boolean = (doc: string, options: { default?: boolean } = {}): BooleanShape => ({
  type: "boolean",
  doc,
  ...options,
});
export const array = <I extends Shape>(doc: string, items: I, options: { minItems?: number } = {}): ArrayShape<I> => ({
  type: "array",
  doc,
  items,
  ...options,
});
export const object = <F extends Fields>(
  doc: string,
  fields: F,
  options: { defaultEmpty?: boolean; open?: boolean } = {},
): ObjectShape<F> => ({ type: "object", doc, fields, ...options });
export function union<M extends Readonly<Record<string, ObjectShape>>>(doc: string, members: M): UnionShape<M, "kind">;
export function union<M extends Readonly<Record<string, ObjectShape>>, K extends string>(
  doc: string,
  members: M,
  options: { tag: K },
): UnionShape<M, K>;
export function union(
  doc: string,
  members: Readonly<Record<string, ObjectShape>>,
  options: { tag: string } = { tag: "kind" },
): UnionShape {
  return { type: "union", doc, tag: options.tag, members };
}
export const record = <I extends Shape>(doc: string, items: I): RecordShape<I> => ({ type: "record", doc, items });
export const literal = <const T extends string | number>(doc: string, value: T): LiteralShape<T> => ({
  type: "literal",
  doc,
  value,
});
export const nullable = <I extends Shape>(inner: I): NullableShape<I> => ({ type: "nullable", doc: inner.doc, inner });
export const either = <A extends Shape, B extends Shape>(doc: string, a: A, b: B): EitherShape<A, B> => ({
  type: "either",
  doc,
  options: [a, b],
});
export const optional = <I extends Shape>(inner: I): OptionalShape<I> => ({ type: "optional", doc: inner.doc, inner });
export const any = (doc: string): AnyShape => ({ type: "any", doc });

/** Whether an object has to have this field. */
export function isRequired(field: Shape): boolean {
  if (field.type === "optional") return false;
  if (field.type === "object" && field.defaultEmpty) return false;
  return !("default" in field) || field.default === undefined;
}

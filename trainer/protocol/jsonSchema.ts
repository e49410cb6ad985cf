/**
 * JSON Schema (draft-07, the one that editors know best) from a shape.
 *
 * The strict form says what is right, for tools that validate. The lax form serves an editor's completion and hover and
 * never finds anything wrong: problems are the parser's to report, and each should be reported once.
 */
import { scheduleShape } from "./config.ts";
import { isRequired } from "./shape.ts";
import { memberSnippet, tabStops, valueSnippet } from "./snippets.ts";
import type { ArrayShape, NumberShape, ObjectShape, Shape, StringShape, UnionShape } from "./shape.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface SchemaOptions {
  readonly title: string;
  readonly id?: string;
  readonly lax?: boolean;
}

export function jsonSchema(shape: Shape, { title, id, lax = false }: SchemaOptions): JsonSchema {
  const head = { $schema: "http://json-schema.org/draft-07/schema#", ...(id === undefined ? {} : { $id: id }), title };
  if (!lax) return { ...head, ...strictSchema(shape) };
  // Two extensions that VS Code reads: what its own JSON service should not remark on.
  return { ...head, ...laxSchema(shape), allowComments: true, allowTrailingCommas: true };
}

/** The schema of `*.raptr.json`. */
export const scheduleJsonSchema = (options: { readonly lax?: boolean } = {}): JsonSchema =>
  jsonSchema(scheduleShape, { title: "RAPTR schedule", ...options });

function strictSchema(shape: Shape): JsonSchema {
  switch (shape.type) {
    case "string":
      return { ...docs(shape), type: "string", ...enumeration(shape), ...defaultOf(shape) };
    case "number":
      return { ...docs(shape), ...numberRange(shape), ...defaultOf(shape) };
    case "boolean":
      return { ...docs(shape), type: "boolean", ...defaultOf(shape) };
    case "literal":
      return { ...docs(shape), const: shape.value };
    case "array":
      return arraySchema(shape, strictSchema);
    case "record":
      return { ...docs(shape), type: "object", additionalProperties: strictSchema(shape.items) };
    case "object":
      return strictObject(shape, null);
    case "union":
      return {
        ...docs(shape),
        type: "object",
        required: [shape.tag],
        oneOf: Object.entries(shape.members).map(([name, member]) =>
          strictObject(member, { name: shape.tag, value: name }),
        ),
      };
    case "either":
      return { ...docs(shape), anyOf: shape.options.map(strictSchema) };
    case "nullable":
      return { ...docs(shape), anyOf: [strictSchema(shape.inner), { type: "null" }] };
    case "optional":
      return strictSchema(shape.inner);
    case "any":
      return docs(shape);
  }
  shape satisfies never;
}

function strictObject(shape: ObjectShape, tag: { name: string; value: string } | null): JsonSchema {
  const required = Object.entries(shape.fields).filter(([, field]) => isRequired(field));
  const names = [...(tag ? [tag.name] : []), ...required.map(([name]) => name)];
  return {
    ...docs(shape),
    type: "object",
    properties: {
      ...(tag ? { [tag.name]: { const: tag.value } } : {}),
      ...mapValues(shape.fields, strictSchema),
    },
    ...(names.length > 0 ? { required: names } : {}),
    ...(shape.open ? {} : { additionalProperties: false }),
    ...(shape.defaultEmpty ? { default: {} } : {}),
  };
}

/**
 * Without `type`, ranges or `required` nothing is wrong. Values are suggested by an `anyOf` whose last branch takes
 * anything: editors collect suggestions from every branch, and errors only where no branch fits.
 */
function laxSchema(shape: Shape): JsonSchema {
  switch (shape.type) {
    case "string":
      return { ...docs(shape), ...suggestions(valueSchemas(shape)), ...defaultOf(shape), ...valueSnippet(shape) };
    case "number":
      return { ...docs(shape), ...defaultOf(shape), ...valueSnippet(shape) };
    case "boolean":
      return { ...docs(shape), ...suggestions([{ enum: [true, false] }]), ...defaultOf(shape) };
    case "literal":
      return { ...docs(shape), ...suggestions([{ enum: [shape.value] }]) };
    case "array":
      return { ...docs(shape), items: laxSchema(shape.items) };
    case "record":
      return { ...docs(shape), additionalProperties: laxSchema(shape.items) };
    case "object":
      return { ...docs(shape), properties: mapValues(shape.fields, laxSchema), ...valueSnippet(shape) };
    case "union":
      return laxUnion(shape);
    case "either":
      return { ...docs(shape), ...suggestions(shape.options.map(laxSchema)), ...valueSnippet(shape) };
    case "nullable":
    case "optional":
      return laxSchema(shape.inner);
    case "any":
      return docs(shape);
  }
  shape satisfies never;
}

/** `kind` suggests the kinds; each kind's fields are suggested where that kind is written. */
function laxUnion(shape: UnionShape): JsonSchema {
  const kind = {
    ...docs(shape),
    ...suggestions(Object.entries(shape.members).map(([name, member]) => ({ ...docs(member), const: name }))),
  };
  const members = Object.entries(shape.members).map(([name, member]) => ({
    ...docs(member),
    properties: { [shape.tag]: { const: name }, ...mapValues(member.fields, laxSchema) },
    required: [shape.tag],
  }));
  return {
    ...docs(shape),
    properties: { [shape.tag]: kind },
    ...suggestions(members),
    defaultSnippets: Object.entries(shape.members).map(([name, member]) => ({
      label: `{ "${shape.tag}": "${name}" }`,
      description: member.doc,
      body: memberSnippet(shape.tag, name, member, tabStops()),
    })),
  };
}

const suggestions = (branches: readonly JsonSchema[]): JsonSchema =>
  branches.length > 0 ? { anyOf: [...branches, {}] } : {};

function valueSchemas(shape: StringShape): readonly JsonSchema[] {
  return (shape.values ?? []).map((value) => {
    const doc = shape.valueDocs?.[value];
    return { const: value, ...(doc === undefined ? {} : { description: doc, markdownDescription: doc }) };
  });
}

function docs(shape: Shape): JsonSchema {
  const unit = shape.type === "number" && shape.unit !== undefined ? ` Unit: ${shape.unit}.` : "";
  const standard =
    "default" in shape && shape.default !== undefined ? `\n\nDefault: \`${JSON.stringify(shape.default)}\`` : "";
  return { description: shape.doc, markdownDescription: `${shape.doc}${unit}${standard}` };
}

function enumeration(shape: StringShape): JsonSchema {
  const { values, valueDocs } = shape;
  if (!values) return {};
  const texts = values.map((value) => valueDocs?.[value] ?? "");
  return { enum: values, enumDescriptions: texts, markdownEnumDescriptions: texts };
}

function defaultOf(shape: { readonly default?: unknown }): JsonSchema {
  return shape.default === undefined ? {} : { default: shape.default };
}

function numberRange(shape: NumberShape): JsonSchema {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = shape;
  const limits = Object.entries({ minimum, maximum, exclusiveMinimum, exclusiveMaximum });
  return {
    type: shape.integer ? "integer" : "number",
    ...Object.fromEntries(limits.filter(([, limit]) => limit !== undefined)),
  };
}

function arraySchema(shape: ArrayShape, inner: (shape: Shape) => JsonSchema): JsonSchema {
  const least = shape.minItems === undefined ? {} : { minItems: shape.minItems };
  return { ...docs(shape), type: "array", items: inner(shape.items), ...least };
}

const mapValues = (fields: Readonly<Record<string, Shape>>, convert: (shape: Shape) => JsonSchema) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, convert(field)]));

/** What the specification says of each JSON file of a run directory, from the shapes: JSON Schemas and tables of fields. */
import { checkpointShape } from "./checkpoint.ts";
import { scheduleShape } from "./config.ts";
import { controlAnswerShape, controlRequestShape } from "./control.ts";
import { eventFields, eventShape } from "./events.ts";
import { jsonSchema, scheduleJsonSchema, type JsonSchema } from "./jsonSchema.ts";
import { launchShape } from "./launch.ts";
import { leaseShape } from "./lease.ts";
import { manifestShape } from "./manifest.ts";
import type { Fields, NumberShape, Shape } from "./shape.ts";

/** The JSON documents, by the name of their schema. */
export const documents = {
  run: { title: "run.json", shape: manifestShape },
  event: { title: "A line of events.ndjson", shape: eventShape },
  launch: { title: "launches/NNNN.json", shape: launchShape },
  lease: { title: "lease.json", shape: leaseShape },
  controlRequest: { title: "control/<id>.json", shape: controlRequestShape },
  controlAnswer: { title: "control/done/<id>.json", shape: controlAnswerShape },
  checkpoint: { title: "checkpoints/step-NNNNNNNN/state.json", shape: checkpointShape },
} as const satisfies Record<string, { readonly title: string; readonly shape: Shape }>;

/** File name to schema: what stands in `schema/`. */
export function schemaFiles(): ReadonlyMap<string, JsonSchema> {
  const files = new Map<string, JsonSchema>([["schedule.schema.json", scheduleJsonSchema()]]);
  for (const [name, { title, shape }] of Object.entries(documents)) {
    files.set(`${name}.schema.json`, jsonSchema(shape, { title }));
  }
  return files;
}

/** `readme` with the text between `<!-- fields: NAME -->` and `<!-- end -->` written anew. */
export function withFieldTables(readme: string): string {
  return readme.replace(
    /(<!-- fields: (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => {
      const document = Object.entries(documents).find(([each]) => each === name)?.[1];
      if (!document) throw new Error(`README.md wants the fields of "${name}", which there is not.`);
      return `${start}\n${fieldTables(document.shape)}\n\n${end}`;
    },
  );
}

function fieldTables(shape: Shape): string {
  if (shape.type === "object") return table(rowsOf(shape.fields, ""));
  if (shape.type !== "union") throw new Error(`No table for a shape of type ${shape.type}.`);
  const common = table([[`\`${shape.tag}\``, "text", "Which of the objects below it is."], ...rowsOf(eventFields, "")]);
  const members = Object.entries(shape.members).map(([kind, member]) => {
    const own = Object.fromEntries(Object.entries(member.fields).filter(([name]) => !Object.hasOwn(eventFields, name)));
    const rows = rowsOf(own, "");
    return `**\`${kind}\`**: ${member.doc}${rows.length > 0 ? `\n\n${table(rows)}` : ""}`;
  });
  return [common, ...members].join("\n\n");
}

type Row = readonly [name: string, type: string, meaning: string];

function rowsOf(fields: Fields, prefix: string): readonly Row[] {
  return Object.entries(fields).flatMap(([name, field]): readonly Row[] => {
    const path = `${prefix}${name}`;
    const inner = contentOf(field);
    const row: Row = [`\`${path}\``, typeText(field), meaning(field)];
    if (inner === scheduleShape) return [row];
    if (inner.type === "object") return [row, ...rowsOf(inner.fields, `${path}.`)];
    if (inner.type === "record" && inner.items.type === "object")
      return [row, ...rowsOf(inner.items.fields, `${path}.*.`)];
    return [row];
  });
}

const contentOf = (shape: Shape): Shape =>
  shape.type === "optional" || shape.type === "nullable" ? contentOf(shape.inner) : shape;

function typeText(shape: Shape): string {
  switch (shape.type) {
    case "optional":
      return `${typeText(shape.inner)}, may be absent`;
    case "nullable":
      return `${typeText(shape.inner)} or null`;
    case "string":
      return "text";
    case "literal":
      return `\`${JSON.stringify(shape.value)}\``;
    case "number":
      return numberText(shape);
    case "array":
      return `list of ${typeText(shape.items)}`;
    case "record":
      return `object, each value ${typeText(shape.items)}`;
    case "object":
    case "union":
      return "object";
    case "either":
      return shape.options.map(typeText).join(" or ");
    case "boolean":
      return "true or false";
    case "any":
      return "any value";
    default:
      return shape satisfies never;
  }
}

function numberText({ integer, unit, minimum, exclusiveMinimum }: NumberShape): string {
  const kind = integer ? "whole number" : "number";
  const range =
    minimum !== undefined ? ` >= ${minimum}` : exclusiveMinimum !== undefined ? ` > ${exclusiveMinimum}` : "";
  return `${kind}${range}${unit === undefined ? "" : `, ${unit}`}`;
}

function meaning(shape: Shape): string {
  const values = contentOf(shape).type === "array" ? itemsOf(contentOf(shape)) : contentOf(shape);
  if (values.type !== "string" || !values.valueDocs) return shape.doc;
  const told = Object.entries(values.valueDocs).map(([value, doc]) => `\`${value}\`: ${doc}`);
  return [shape.doc, ...told].join("<br>");
}

const itemsOf = (shape: Shape): Shape => (shape.type === "array" ? shape.items : shape);

const table = (rows: readonly Row[]): string =>
  [["field", "type", "meaning"], ["---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");

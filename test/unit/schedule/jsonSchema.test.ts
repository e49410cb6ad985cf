/** The JSON Schemas against the service that VS Code itself uses for JSON, and against the parser. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { getLanguageService, TextDocument } from "vscode-json-languageservice";
import { scheduleShape } from "../../../trainer/protocol/config.ts";
import { jsonSchema, scheduleJsonSchema, type JsonSchema } from "../../../trainer/protocol/jsonSchema.ts";
import { parseValue, readDraft } from "../../../trainer/protocol/parse.ts";
import * as shapes from "../../../trainer/protocol/shape.ts";
import type { Shape } from "../../../trainer/protocol/shape.ts";
import { scheduleText, wholeSchedule } from "../plan/scheduleText.ts";

function service(schema: JsonSchema) {
  const json = getLanguageService({});
  const schemas = [{ uri: "schema:test", fileMatch: ["*.raptr.json"], schema }];
  json.configure({ validate: true, allowComments: true, schemas });
  const open = (text: string) => {
    const document = TextDocument.create("file:///test.raptr.json", "jsonc", 1, text);
    return [document, json.parseJSONDocument(document)] as const;
  };
  return {
    async problems(text: string): Promise<readonly string[]> {
      const [document, parsed] = open(text);
      const found = await json.doValidation(document, parsed);
      return found.map(({ message }) => (typeof message === "string" ? message : message.value));
    },
    /** What is suggested at the mark `|`: label and inserted text. */
    async suggestions(marked: string): Promise<ReadonlyMap<string, string>> {
      const [document, parsed] = open(marked.replace("|", ""));
      const list = await json.doComplete(document, document.positionAt(marked.indexOf("|")), parsed);
      return new Map(list?.items.map((item) => [item.label, item.insertText ?? item.label]));
    },
    async hover(marked: string): Promise<string> {
      const [document, parsed] = open(marked.replace("|", ""));
      const hover = await json.doHover(document, document.positionAt(marked.indexOf("|")), parsed);
      return [hover?.contents ?? []].flat().map(String).join("\n");
    },
  };
}

const editor = service(scheduleJsonSchema({ lax: true }));
const strict = service(scheduleJsonSchema());

describe("the lax schema, as VS Code's JSON service sees it", () => {
  test("finds nothing wrong with any document, and leaves comments and trailing commas alone", async () => {
    const wrong = [
      "[]",
      '"text"',
      scheduleText({ steps: "x", nope: 1, model: { kind: "gpt", layers: -1, norm: 0 }, strategy: 7 }),
      '{ "strategy": { "kind": "raptr", "stages": [{ "layers": "six", "share": 2, "x": 1 }, 3], }, } // end',
    ];
    for (const text of wrong) expect(await editor.problems(text)).toEqual([]);
    // A document's own "$schema" names another schema, which the service would fetch.
    const keys = Object.keys(scheduleShape.fields).filter((key) => key !== "$schema");
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), fc.jsonValue(), async (key, value) => {
        expect(await editor.problems(scheduleText({ [key]: value }))).toEqual([]);
      }),
      { seed: 21, numRuns: 300 },
    );
  });

  test("suggests every key of the schedule, with what has to stand in its value", async () => {
    const keys = await editor.suggestions("{ | }");
    expect([...keys.keys()]).toEqual(Object.keys(scheduleShape.fields));
    expect(keys.get("tokenizer")).toBe('"tokenizer": "bytes"');
    expect(keys.get("batch")?.replace(/\s+/g, " ")).toBe('"batch": { "size": $1, "length": $2 }');
    expect(keys.get("optimizer")?.replace(/\s+/g, " ")).toBe('"optimizer": { "kind": "adamw" }');
  });

  test("suggests the fields of the kind that is written, not of another", async () => {
    const raptr = await editor.suggestions('{ "strategy": { "kind": "raptr", | } }');
    expect(raptr.get("stages")).toBe('"stages": "$1"');
    expect(raptr.get("sampling")).toBe('"sampling": "${1:bernoulli}"');
    expect(raptr.has("layers")).toBe(false);
    const constant = await editor.suggestions('{ "strategy": { "kind": "constant", | } }');
    expect(constant.has("layers")).toBe(true);
    expect(constant.has("stages")).toBe(false);
    const stage = await editor.suggestions('{ "strategy": { "kind": "raptr", "stages": [{ | }] } }');
    expect([...stage.keys()]).toEqual(["name", "layers", "steps", "share", "learningRate"]);
  });

  test("suggests kinds and values", async () => {
    const kinds = await editor.suggestions('{ "strategy": { "kind": "|" } }');
    expect([...kinds.keys()]).toEqual(['"raptr"', '"constant"', '"full"']);
    const strategies = await editor.suggestions('{ "strategy": | }');
    expect([...strategies.keys()].filter((label) => label.includes("raptr"))).toEqual(['{ "kind": "raptr" }']);
    const norm = await editor.suggestions('{ "model": { "kind": "bert", "normPosition": | } }');
    expect([...norm.keys()]).toEqual(['"post"', '"pre"']);
    const restart = await editor.suggestions('{ "learningRate": { "restart": | } }');
    expect([...restart.keys()].sort()).toEqual(["false", "true"]);
  });

  test("hover says what a key and a value mean, with unit and default, in right and wrong documents", async () => {
    expect(await editor.hover('{ "batch": { "si|ze": "x" } }')).toBe("Sequences per optimizer step. Unit: sequences.");
    expect(await editor.hover('{ "optimizer": { "kind": "adamw", "bet|a2": 0 } }')).toBe(
      "Decay of the second moment.\n\nDefault: `0.999`",
    );
    expect(await editor.hover('{ "learningRate": { "decay": "cos|ine" } }')).toContain("Half a cosine");
    expect(await editor.hover('{ "strategy": { "kind": "ra|ptr" } }')).toContain("Random Part Training");
  });
});

describe("the strict schema", () => {
  const any = fc.oneof(fc.jsonValue(), fc.constantFrom(0, 1, -1, 0.5, 4096, 1e300, "bert", "pre", [], {}, ["a"], [1]));

  test("agrees with the parser about every value in the place of every field", async () => {
    expect(await strict.problems(scheduleText())).toEqual([]);
    const paths = places(wholeSchedule).concat([
      ["model", "feedForward"],
      ["learningRate", "decay"],
      ["strategy", "alwaysKept"],
      ["checkpoint"],
      ["nope"],
    ]);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), any, async (path, value) => {
        const document = structuredClone(wholeSchedule) as unknown as Record<string, unknown>;
        const holder = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, document);
        holder[path.at(-1) as string] = value;
        const right = parseValue(scheduleShape, document).ok;
        expect((await strict.problems(JSON.stringify(document))).length === 0, JSON.stringify(document)).toBe(right);
      }),
      { seed: 22, numRuns: 1500 },
    );
  });

  test("of every kind of shape agrees with the parser", async () => {
    const item = shapes.object("", { a: shapes.integer("", { minimum: 0 }) });
    const cases: readonly (readonly [Shape, unknown])[] = [
      [shapes.record("", shapes.number("")), { x: 1 }],
      [shapes.nullable(item), null],
      [shapes.literal("", "raptr-run"), "raptr-run"],
      [shapes.union("", { one: item }, { tag: "type" }), { type: "one", a: 1 }],
      [shapes.object("", { a: shapes.optional(item) }, { open: true }), { b: 1 }],
      [shapes.either("", shapes.boolean(""), item), true],
      [shapes.array("", shapes.any(""), { minItems: 1 }), [null]],
    ];
    const values = fc.sample(fc.oneof(fc.jsonValue(), fc.constantFrom(...cases.map(([, right]) => right as object))), {
      seed: 23,
      numRuns: 150,
    });
    for (const [shape, right] of cases) {
      const { problems } = service(jsonSchema(shape, { title: "test" }));
      const isRight = (value: unknown): boolean => readDraft(shape, value).problems.length === 0;
      expect(isRight(right)).toBe(true);
      for (const value of [right, ...values]) {
        const found = await problems(JSON.stringify(value));
        expect(found.length === 0, `${shape.type}: ${JSON.stringify(value)}`).toBe(isRight(value));
      }
    }
  });

  test("documents every field, with its default", () => {
    const undocumented = (schema: unknown, at: string): readonly string[] => {
      if (typeof schema !== "object" || schema === null) return [];
      const { properties = {}, oneOf = [], anyOf = [], items } = schema as Record<string, object>;
      const own = Object.entries(properties)
        .filter(([, field]) => !("const" in field) && !(field as { description?: string }).description)
        .map(([name]) => `${at}.${name}`);
      const inner = [...Object.entries(properties), ...Object.entries(oneOf), ...Object.entries(anyOf), ["[]", items]];
      return [...own, ...inner.flatMap(([name, field]) => undocumented(field, `${at}.${String(name)}`))];
    };
    expect(undocumented(scheduleJsonSchema(), "")).toEqual([]);
    expect(JSON.stringify(scheduleJsonSchema())).toContain('"enumDescriptions":["A straight line to `final`."');
  });
});

function places(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  const inner = Object.entries(value).flatMap(([key, each]) => places(each, [...path, key]));
  return path.length > 0 ? [path, ...inner] : inner;
}

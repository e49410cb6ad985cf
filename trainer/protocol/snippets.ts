/**
 * What an editor writes when a key or value is chosen: everything that has to be there, tab stops where the author decides.
 * In VS Code's snippet bodies "$1" is a tab stop and a leading "^" keeps the text from being put in quotes.
 */
import { isRequired, type ObjectShape, type Shape } from "./shape.ts";
import { expectation } from "./wording.ts";

export interface TabStops {
  next(): string;
}

export function tabStops(): TabStops {
  let stops = 0;
  return { next: () => `$${++stops}` };
}

/** A snippet for values of this shape; none where a default or a list of values says it already, or nothing can be said. */
export function valueSnippet(shape: Shape): { readonly defaultSnippets?: readonly object[] } {
  if ("default" in shape && shape.default !== undefined) return {};
  if (shape.type === "string" && shape.values && shape.values.length > 1) return {};
  if (shape.type === "object" && !Object.values(shape.fields).some(isRequired)) return {};
  return { defaultSnippets: [{ label: labelOf(shape), description: shape.doc, body: bodyOf(shape, tabStops()) }] };
}

/** Editors show suggestions of one label once: a snippet that says the same as a suggested value has its label. */
function labelOf(shape: Shape): string {
  if (shape.type === "object") return requiredKeys(shape);
  return expectation(shape.type === "either" ? shape.options[0] : shape);
}

export function memberSnippet(tag: string, kind: string, member: ObjectShape, stops: TabStops): object {
  return { [tag]: kind, ...objectBody(member, stops) };
}

const requiredKeys = (shape: ObjectShape): string =>
  `{ ${Object.keys(shape.fields)
    .filter((name) => isRequired(shape.fields[name] as Shape))
    .join(", ")} }`;

function objectBody(shape: ObjectShape, stops: TabStops): object {
  const required = Object.entries(shape.fields).filter(([, field]) => isRequired(field));
  return Object.fromEntries(required.map(([name, field]) => [name, bodyOf(field, stops)]));
}

function bodyOf(shape: Shape, stops: TabStops): unknown {
  switch (shape.type) {
    case "string":
      return shape.values?.length === 1 ? shape.values[0] : stops.next();
    case "number":
    case "boolean":
    case "any":
      return `^${stops.next()}`;
    case "literal":
      return shape.value;
    case "array":
      return [bodyOf(shape.items, stops)];
    case "record":
      return {};
    case "object":
      return objectBody(shape, stops);
    case "union": {
      const [only, ...others] = Object.entries(shape.members);
      if (only && others.length === 0) return memberSnippet(shape.tag, only[0], only[1], stops);
      return { [shape.tag]: stops.next() };
    }
    case "either":
      return bodyOf(shape.options[0], stops);
    case "nullable":
    case "optional":
      return bodyOf(shape.inner, stops);
  }
  shape satisfies never;
}

/**
 * JSON with comments and trailing commas as text: its value, where each part of it stands, and what is wrong with it.
 *
 * Reads on past mistakes as far as it can, so that half-typed text still yields the parts that can be read. Values that
 * cannot be read are `unreadable`, objects that may hold more than could be read are marked `incomplete`.
 */
import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import type { Problem, Span } from "../protocol/errors.ts";
import { incomplete, maximumProblems, unreadable, type Path } from "../protocol/parse.ts";
import { shown } from "../protocol/wording.ts";
import { lostFrom } from "./recovery.ts";
import { syntaxProblem, token } from "./syntax.ts";

/** Longer texts and deeper nesting are refused: nobody writes them, and reading them could exhaust memory or the stack. */
const maximumCharacters = 1_000_000;
const maximumDepth = 64;

export interface JsonText {
  /** The value, `unreadable` where there is none. Objects have no prototype, so that any key is a key. */
  readonly value: unknown;
  /** Syntax errors, keys that stand twice, a text too long or too deep. */
  readonly problems: readonly Problem[];
  /** Problems with values that stand behind this offset are not to be trusted: a mistake there has garbled the nesting. */
  readonly lostFrom: number;
  /** Where the value at `path` stands; null when it is not there. */
  locate(path: Path): Span | null;
  /** Where the key at the end of `path` stands; null when it is not there or is an array's index. */
  locateKey(path: Path): Span | null;
  /** The span of `length` characters from the `start`-th of the string at `path`; the whole value where that cannot be told. */
  locateWithin(path: Path, start: number, length: number): Span | null;
  /** The place that an editor marks for a problem with the value at `path`: the value, its key where it is long, or what holds it. */
  mark(path: Path): Span;
  /** Whether the object at `path` could be read whole, so that a key it lacks is truly not there. */
  isComplete(path: Path): boolean;
}

export function readJsonText(text: string): JsonText {
  const spanOf = spans(text);
  const refusal = tooMuch(text, spanOf);
  const errors: ParseError[] = [];
  // A byte order mark is no error, but the scanner does not know it.
  const readable = text.startsWith("\ufeff") ? ` ${text.slice(1)}` : text;
  const root = refusal ? undefined : parseTree(readable, errors, { allowTrailingComma: true });
  const lost = lostFrom(readable, errors);
  const errorOffsets = errors.map((error) => error.offset).sort((a, b) => a - b);
  /** An error from `node` on, up to and including the place behind it or not. */
  const broken = (node: Node, behind: 0 | 1 = 1): boolean => {
    const next = errorOffsets[countBelow(errorOffsets, node.offset)];
    return next !== undefined && next < node.offset + node.length + behind;
  };

  const duplicates: Problem[] = [];
  const build = (node: Node, path: Path): unknown => {
    switch (node.type) {
      case "array":
        return (node.children ?? []).map((child, index) => build(child, [...path, index]));
      case "object": {
        const value = Object.create(null) as Record<string | symbol, unknown>;
        if (broken(node)) value[incomplete] = true;
        for (const { key, keyNode, valueNode } of properties(node)) {
          // A key that is still being typed is not yet a wrong one.
          if (broken(keyNode)) continue;
          if (key in value) duplicates.push(duplicateKey(key, [...path, key], spanOf(keyNode.offset, keyNode.length)));
          value[key] = valueNode ? build(valueNode, [...path, key]) : unreadable;
        }
        return value;
      }
      default:
        return broken(node, 0) ? unreadable : node.value;
    }
  };
  const value = root ? build(root, []) : unreadable;

  const find = (path: Path): Found => findNode(root, path);
  const whole = (node: Node): Span => spanOf(node.offset, node.length);
  const keySpan = (found: Found): Span | null => (found.key ? whole(found.key) : null);
  const locate = (path: Path): Span | null => {
    const { node } = find(path);
    return node ? whole(node) : null;
  };
  const mark = (path: Path): Span => {
    const found = find(path);
    if (found.node && found.node.children === undefined) return whole(found.node);
    const key = keySpan(found);
    if (key) return key;
    if (found.node) return spanOf(found.node.offset, 1);
    return path.length > 0 ? mark(path.slice(0, -1)) : spanOf(0, 0);
  };
  return {
    value,
    problems: [...(refusal ? [refusal] : []), ...syntaxProblems(text, errors, lost, spanOf), ...duplicates],
    lostFrom: lost,
    locate,
    locateKey: (path) => keySpan(find(path)),
    locateWithin(path, start, length) {
      const { node } = find(path);
      if (!node) return null;
      const literal = readable.slice(node.offset + 1, node.offset + node.length - 1);
      return literal === node.value ? spanOf(node.offset + 1 + start, length) : whole(node);
    },
    mark,
    isComplete(path) {
      const { node } = find(path);
      return node?.type === "object" && !broken(node);
    },
  };
}

interface Found {
  readonly node?: Node | undefined;
  readonly key?: Node | undefined;
}

interface Property {
  readonly key: string;
  readonly keyNode: Node;
  /** Absent while only the key is typed. */
  readonly valueNode: Node | undefined;
}

function properties(object: Node): readonly Property[] {
  return (object.children ?? []).flatMap(({ children }) => {
    const [keyNode, valueNode] = children ?? [];
    return keyNode ? [{ key: String(keyNode.value), keyNode, valueNode }] : [];
  });
}

/** Of keys that stand twice the last counts, as in JSON.parse. */
function findNode(root: Node | undefined, path: Path): Found {
  let found: Found = { node: root };
  for (const part of path) {
    const parent = found.node;
    if (typeof part === "number") {
      found = { node: parent?.type === "array" ? parent.children?.[part] : undefined };
    } else {
      const property = parent?.type === "object" ? properties(parent).findLast(({ key }) => key === part) : undefined;
      found = { node: property?.valueNode, key: property?.keyNode };
    }
  }
  return found;
}

function duplicateKey(key: string, path: Path, span: Span): Problem {
  const sentence = `The key ${shown(key)} stands here a second time.`;
  return { severity: "error", code: "duplicate-key", path, span, sentence, remedy: "Remove one of the two." };
}

function syntaxProblems(text: string, errors: readonly ParseError[], lost: number, spanOf: SpanOf): readonly Problem[] {
  if (errors.length > 0 && scan(text).next() === token.end) {
    const remedy = 'Start with { "model": ... }, or make a schedule by the command New Schedule.';
    return [
      { severity: "error", code: "empty", path: [], span: spanOf(0, 0), sentence: "The document is empty.", remedy },
    ];
  }
  const problems: Problem[] = [];
  let lastEnd = -1;
  let lastCode = "";
  for (const error of errors) {
    if (error.offset > lost || problems.length === maximumProblems) break;
    const code = printParseErrorCode(error.error);
    // One slip often makes several errors, at one place or directly behind each other: the first of them names it.
    const close = lastEnd >= 0 && error.offset <= lastEnd + nearby && text.slice(lastEnd, error.offset).trim() === "";
    const echo = close || (code === "ValueExpected" && lastCode === "PropertyNameExpected");
    if (!echo) problems.push(syntaxProblem(error, spanOf(error.offset, error.length)));
    lastEnd = Math.max(lastEnd, error.offset + error.length);
    lastCode = code;
  }
  return problems;
}

/** Characters of white space after an error within which the next one echoes it. */
const nearby = 1;

function tooMuch(text: string, spanOf: SpanOf): Problem | null {
  const problem = (code: string, offset: number, sentence: string, remedy: string): Problem => ({
    severity: "error",
    code,
    path: [],
    span: spanOf(offset, 1),
    sentence,
    remedy,
  });
  if (text.length > maximumCharacters) {
    const sentence = `The document has ${text.length} characters; at most ${maximumCharacters} are read.`;
    return problem("too-long", maximumCharacters, sentence, "Check that this is the right file.");
  }
  const scanner = scan(text);
  let depth = 0;
  for (let kind = scanner.next(); kind !== token.end; kind = scanner.next()) {
    if (kind === token.openBrace || kind === token.openBracket) depth++;
    if (kind === token.closeBrace || kind === token.closeBracket) depth--;
    if (depth > maximumDepth) {
      const sentence = `Lists and objects are nested more than ${maximumDepth} deep here.`;
      return problem("too-deep", scanner.offset(), sentence, "Take the inner ones out.");
    }
  }
  return null;
}

/** Tokens of the text, comments and white space left out. */
function scan(text: string): { next(): number; offset(): number } {
  const scanner = createScanner(text, true);
  return { next: () => scanner.scan(), offset: () => scanner.getTokenOffset() };
}

type SpanOf = (offset: number, length: number) => Span;

/** Spans with line and column from 1, clamped to the text. */
function spans(text: string): SpanOf {
  const lineStarts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) lineStarts.push(match.index + match[0].length);
  return (offset, length) => {
    const start = Math.min(Math.max(offset, 0), text.length);
    const line = countBelow(lineStarts, start + 1) - 1;
    const column = start - (lineStarts[line] as number) + 1;
    return { offset: start, length: Math.min(Math.max(length, 0), text.length - start), line: line + 1, column };
  };
}

/** How many of the rising `numbers` are below `limit`. */
function countBelow(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

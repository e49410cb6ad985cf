/**
 * From where on the JSON reader's idea of the nesting is wrong, after a mistake in the text.
 *
 * After some errors the reader skips to the next comma or closing bracket of where it is. If it skips another bracket on
 * the way, it takes what follows for part of the wrong object, and whatever is said about that would not be true.
 */
import { createScanner, printParseErrorCode, type ParseError } from "jsonc-parser";
import { token } from "./syntax.ts";

const skipping: readonly string[] = ["PropertyNameExpected", "ValueExpected", "ColonExpected"];

/** The offset of the first error after which the nesting is lost; Infinity where it never is. */
export function lostFrom(text: string, errors: readonly ParseError[]): number {
  const starts = new Set(
    errors.filter((error) => skipping.includes(printParseErrorCode(error.error))).map((e) => e.offset),
  );
  if (starts.size === 0) return Infinity;
  const scanner = createScanner(text, true);
  const open: number[] = [];
  let skippingFrom: number | null = null;
  for (let kind: number = scanner.scan(); kind !== token.end; kind = scanner.scan()) {
    const offset = scanner.getTokenOffset();
    if (skippingFrom === null && starts.has(offset)) skippingFrom = offset;
    const ownEnd = open.at(-1) === token.openBracket ? token.closeBracket : token.closeBrace;
    if (kind === ownEnd || kind === token.comma) skippingFrom = null;
    if (skippingFrom !== null && brackets.includes(kind)) return skippingFrom;
    if (kind === token.openBrace || kind === token.openBracket) open.push(kind);
    if (kind === ownEnd) open.pop();
  }
  return Infinity;
}

const brackets: readonly number[] = [token.openBrace, token.closeBrace, token.openBracket, token.closeBracket];

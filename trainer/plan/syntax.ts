/** What the JSON reader's error codes mean, in sentences. */
import { printParseErrorCode, type ParseError } from "jsonc-parser";
import type { Problem, Span } from "../protocol/errors.ts";

const sentences: Readonly<Record<ReturnType<typeof printParseErrorCode>, readonly [sentence: string, remedy: string]>> =
  {
    InvalidSymbol: ["This is no JSON.", "Write keys and texts in double quotes; else a number, true, false or null."],
    InvalidNumberFormat: ["This number is not written as JSON wants it.", "Write it like 12, 0.5 or 1e-3."],
    PropertyNameExpected: ["A key is missing here.", 'Write a key in double quotes, like "steps".'],
    ValueExpected: ["A value is missing here.", "Write the value."],
    ColonExpected: ["A colon is missing after the key.", 'Write ":" and the value.'],
    CommaExpected: ["A comma is missing before this.", 'Write "," after the value before it.'],
    CloseBraceExpected: ["An object is not closed.", 'Write "}" at its end.'],
    CloseBracketExpected: ["A list is not closed.", 'Write "]" at its end.'],
    EndOfFileExpected: ["There is text after the end of the document.", "Remove it."],
    InvalidCommentToken: ["This comment is not written as JSON with comments wants it.", "Write // or /* */."],
    UnexpectedEndOfComment: ["A comment is not closed.", 'Write "*/" at its end.'],
    UnexpectedEndOfString: ["A text is not closed.", 'Write a double quote (") at its end.'],
    UnexpectedEndOfNumber: ["A number ends too early.", "Write the digits that are missing."],
    InvalidUnicode: ["This is no character.", "Write \\u and four hexadecimal digits."],
    InvalidEscapeCharacter: [
      "A backslash cannot stand before this character.",
      'Write "\\\\" for a backslash; in paths "/" works everywhere.',
    ],
    "<unknown ParseErrorCode>": ["This is not written as JSON wants it.", "Compare it with an example."],
    InvalidCharacter: ["This character cannot stand in a text.", "Write it as an escape such as \\n or \\t."],
  };

export function syntaxProblem(error: ParseError, span: Span): Problem {
  const [sentence, remedy] = sentences[printParseErrorCode(error.error)];
  return { severity: "error", code: "syntax", path: [], span, sentence, remedy };
}

/** The scanner's tokens that we look at. The package declares them as a `const enum`, which its types alone cannot hand out. */
export const token = { openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, comma: 5, end: 17 } as const;

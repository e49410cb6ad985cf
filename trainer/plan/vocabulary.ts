/** The byte tokenizer's vocabulary: four special tokens, then one token for each byte value. */

/** Fills a sequence up; never predicted. Packing leaves no gaps, so it is there for exported models. */
export const padToken = 0;
/** First token of every sequence. */
export const classToken = 1;
/** Stands after every document. */
export const separatorToken = 2;
/** What the model sees in place of most predicted tokens. */
export const maskToken = 3;

/** Tokens below this are special: they are never predicted and never drawn as random replacements. */
export const firstByteToken = 4;
export const vocabularySize = firstByteToken + 256;

export const tokenOfByte = (byte: number): number => firstByteToken + byte;

/** Token texts in order of their ids, as a vocabulary file lists them: bytes as <0x41>. */
export function vocabularyEntries(): readonly string[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  return ["[PAD]", "[CLS]", "[SEP]", "[MASK]", ...bytes];
}

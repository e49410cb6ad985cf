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

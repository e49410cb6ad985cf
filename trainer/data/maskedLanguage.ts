/**
 * BERT's masked-language objective (Devlin et al. 2019, section 3.1): a share of the positions is predicted, never
 * special tokens; of those, 80 % are shown as [MASK], 10 % as a random token, 10 % unchanged.
 */
import { bits, uniform } from "../plan/random.ts";
import { firstByteToken, maskToken, vocabularySize } from "../plan/vocabulary.ts";
import type { Schedule } from "../protocol/config.ts";
import type { Objective } from "./objective.ts";

type Config = Extract<Schedule["objective"], { kind: "maskedLanguage" }>;

const textTokens = vocabularySize - firstByteToken;

/** max(1, round(length * maskShare)). */
export const predictionsPerRow = (config: Config, length: number): number =>
  Math.max(1, Math.round(length * config.maskShare));

/**
 * Draws of a row: positions at index row * length + i of the position stream, tokens at index 2 (row * k + i) (what to
 * do) and the one after it (which random token) of the token stream.
 */
export function maskedLanguage(config: Config, length: number, seed: number): Objective {
  const predictions = predictionsPerRow(config, length);
  const candidates = new Int32Array(length);
  return {
    predictions,
    apply(row, draws, ids, positions, labels) {
      let found = 0;
      for (let at = 0; at < length; at++) {
        const token = row[at] as number;
        ids[at] = token;
        if (token >= firstByteToken) candidates[found++] = at;
      }
      const chosen = Math.min(predictions, found);
      // The first `chosen` steps of a Fisher-Yates shuffle: every subset of that size is equally likely.
      for (let i = 0; i < chosen; i++) {
        const other = i + below(found - i, bits(seed, draws.positionStream, draws.step, draws.row * length + i));
        const position = candidates[other] as number;
        candidates[other] = candidates[i] as number;
        positions[i] = position;
      }
      positions.subarray(0, chosen).sort();
      for (let i = 0; i < chosen; i++) {
        const position = positions[i] as number;
        labels[i] = row[position] as number;
        const index = 2 * (draws.row * predictions + i);
        const action = uniform(seed, draws.tokenStream, draws.step, index);
        if (action < config.replaceShare) ids[position] = maskToken;
        else if (action < config.replaceShare + config.randomShare) {
          ids[position] = firstByteToken + below(textTokens, bits(seed, draws.tokenStream, draws.step, index + 1));
        }
      }
      positions.fill(0, chosen);
      labels.fill(-1, chosen);
    },
  };
}

/** A number in 0..count-1 from 32 random bits; its bias is at most count / 2^32. */
const below = (count: number, random: number): number => Math.floor((random / 4294967296) * count);

/** Text to rows: takes documents piece by piece, sends rows to their side of the split, and keeps the count. */
import { firstByteToken, vocabularySize } from "../plan/vocabulary.ts";
import type { Schedule } from "../protocol/config.ts";
import { unigramEntropy } from "./entropy.ts";
import { RowPacker } from "./packing.ts";
import { isEvaluationDocument, type DocumentDigest } from "./split.ts";

export type Side = "train" | "evaluation";

/** What a corpus came to. Tokens are those of whole rows, special tokens included. */
export interface PreparedFacts {
  readonly documents: number;
  readonly trainRows: number;
  readonly evaluationRows: number;
  readonly trainTokens: number;
  readonly evaluationTokens: number;
  /** Tokens at the end of either side that did not fill a row. */
  readonly droppedTokens: number;
  /** Of the text tokens in training rows ([CLS] and [SEP] not counted), nats per token. */
  readonly unigramEntropy: number;
}

export class Preparation {
  readonly #data: Schedule["data"];
  readonly #length: number;
  readonly #packers: Readonly<Record<Side, RowPacker>>;
  readonly #counts = new Float64Array(vocabularySize);
  #documents = 0;
  #side: Side = "train";

  /** `emit` gets each row as it is finished; the array is used again. */
  constructor(schedule: Schedule, emit: (side: Side, row: Uint16Array<ArrayBuffer>) => void) {
    this.#data = schedule.data;
    this.#length = schedule.batch.length;
    this.#packers = {
      train: new RowPacker(this.#length, (row) => {
        const counts = this.#counts;
        for (let i = 0; i < row.length; i++) {
          const token = row[i] as number;
          counts[token] = (counts[token] as number) + 1;
        }
        emit("train", row);
      }),
      evaluation: new RowPacker(this.#length, (row) => emit("evaluation", row)),
    };
  }

  /** Begins a document: its digest decides its side before its text is there. */
  beginDocument(digest: DocumentDigest): void {
    this.#documents += 1;
    this.#side = isEvaluationDocument(this.#data, digest) ? "evaluation" : "train";
  }

  text(bytes: Uint8Array): void {
    this.#packers[this.#side].text(bytes);
  }

  endDocument(): void {
    this.#packers[this.#side].endDocument();
  }

  finish(): PreparedFacts {
    const { train, evaluation } = this.#packers;
    return {
      documents: this.#documents,
      trainRows: train.rows,
      evaluationRows: evaluation.rows,
      trainTokens: train.rows * this.#length,
      evaluationTokens: evaluation.rows * this.#length,
      droppedTokens: train.pending + evaluation.pending,
      unigramEntropy: unigramEntropy(this.#counts.subarray(firstByteToken)),
    };
  }
}

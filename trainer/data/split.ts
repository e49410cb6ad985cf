/** Which documents are kept out of training. By document, so that no text stands on both sides of a cut. */
import { streams, uniform } from "../plan/random.ts";
import type { Schedule } from "../protocol/config.ts";

/** The first eight bytes of the SHA-256 of a document's text, as two uint32. */
export type DocumentDigest = readonly [number, number];

/**
 * A function of the document's content and `data.seed` alone: not of its name or its neighbours. So copies of one text
 * land on one side, and a corpus that grows keeps its split.
 */
export function isEvaluationDocument(data: Schedule["data"], digest: DocumentDigest): boolean {
  return uniform(data.seed, streams.split, digest[0], digest[1]) < data.evaluationShare;
}

/** One pass through the network: what the branches are scaled by, and which dropout masks apply. */
import type { Dropout } from "../engine/port.ts";
import { streams } from "../plan/random.ts";

/** Where dropout stands; each site of each layer draws from its own stream. */
export type DropoutSite = "attention" | "attentionBranch" | "mlpBranch";

/** A pass through one layer. */
export interface LayerPass {
  /** Factor on both branches. */
  readonly scale: number;
  /** To spread into an operation's arguments: empty where nothing is dropped. */
  dropout(site: DropoutSite): { readonly dropout?: Dropout };
}

/** A pass through the network in training. `draw` numbers the masks: step x micro-batches + micro-batch. */
export interface DropoutDraw {
  readonly rate: number;
  readonly seed: number;
  readonly draw: number;
}

const sites: readonly DropoutSite[] = ["attention", "attentionBranch", "mlpBranch"];

/** Site 0 is the embeddings, sites 1 + 3 l ... 3 + 3 l are layer l's. Part of the format of a run: never renumber. */
export const embeddingDropout = (draw: DropoutDraw | null): { readonly dropout?: Dropout } => dropoutAt(draw, 0);

export function layerPass(draw: DropoutDraw | null, layer: number, scale: number): LayerPass {
  return { scale, dropout: (site) => dropoutAt(draw, 1 + sites.length * layer + sites.indexOf(site)) };
}

function dropoutAt(draw: DropoutDraw | null, site: number): { readonly dropout?: Dropout } {
  if (draw === null || draw.rate === 0) return {};
  return { dropout: { rate: draw.rate, seed: draw.seed, stream: streams.dropout + site, step: draw.draw } };
}

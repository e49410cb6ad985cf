/** Export to Hugging Face: a checkpoint's `weights.safetensors` already has its names and shapes; this is the rest. */
import type { Schedule } from "../protocol/config.ts";
import { bertDimensions } from "./dimensions.ts";
import { layerNormEpsilon } from "./norm.ts";
import { initialDeviation } from "./parameters.ts";

export type HuggingFaceExport =
  /** `config`: the content of `config.json`, with which `transformers` loads the weights as BertForMaskedLM. */
  | { readonly exportable: true; readonly config: Readonly<Record<string, unknown>> }
  | { readonly exportable: false; readonly sentence: string; readonly remedy: string };

export function exportHuggingFace(schedule: Schedule, vocabularySize: number): HuggingFaceExport {
  const { layers, hidden, heads, feedForward, maxLength, dropout, normPosition } = bertDimensions(
    schedule,
    vocabularySize,
  );
  if (normPosition === "pre") {
    return {
      exportable: false,
      sentence: 'This model is pre-norm (`normPosition: "pre"`), and `transformers` has no pre-norm BertForMaskedLM.',
      remedy:
        'Train with `normPosition: "post"` to export, or read `weights.safetensors` as it is: it keeps BERT\'s names, ' +
        "with the final norm as `bert.encoder.LayerNorm`.",
    };
  }
  return {
    exportable: true,
    config: {
      architectures: ["BertForMaskedLM"],
      model_type: "bert",
      vocab_size: vocabularySize,
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      intermediate_size: feedForward,
      hidden_act: "gelu",
      hidden_dropout_prob: dropout,
      attention_probs_dropout_prob: dropout,
      max_position_embeddings: maxLength,
      type_vocab_size: 2,
      initializer_range: initialDeviation,
      layer_norm_eps: layerNormEpsilon,
      pad_token_id: 0,
      position_embedding_type: "absolute",
      is_decoder: false,
      tie_word_embeddings: true,
      dtype: "float32",
    },
  };
}

"""Names and shapes of transformers' BertForMaskedLM for the case "post-norm":  python test/golden/hugging_face_names.py

Needs `transformers`; writes data/bert-for-masked-lm.json, which the export test holds the checkpoint's names against.
Tied tensors are left out, as `save_pretrained` leaves them out.
"""

import json
import pathlib

import safetensors
import transformers

HERE = pathlib.Path(__file__).parent


def main():
    cases = json.loads((HERE / "cases.json").read_text())["models"]
    case = next(case for case in cases if case["name"] == "post-norm")
    config = transformers.BertConfig(
        vocab_size=case["vocabularySize"],
        hidden_size=case["hidden"],
        num_hidden_layers=case["layers"],
        num_attention_heads=case["heads"],
        intermediate_size=case["feedForward"],
        max_position_embeddings=case["maxLength"],
    )
    folder = HERE / "data" / "saved"
    transformers.BertForMaskedLM(config).save_pretrained(folder)
    with safetensors.safe_open(folder / "model.safetensors", "numpy") as file:
        shapes = {name: file.get_slice(name).get_shape() for name in file.keys()}
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    document = {"transformers": transformers.__version__, "shapes": dict(sorted(shapes.items()))}
    (HERE / "data" / "bert-for-masked-lm.json").write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()

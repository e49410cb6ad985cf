"""Loads an export and prints nothing:  python test/golden/exported.py EXPORT_DIRECTORY CASE_NAME OUT.safetensors

Reads config.json and model.safetensors as Hugging Face would name them, fails on any missing, unexpected or
misshapen tensor, and writes the logits of the full network on the case's inputs.
"""

import json
import pathlib
import sys

import reference

HERE = pathlib.Path(__file__).parent


def main(export, name, out):
    cases = json.loads((HERE / "cases.json").read_text())["models"]
    case = next(case for case in cases if case["name"] == name)
    config = json.loads((export / "config.json").read_text())
    case = {
        **case,
        "layers": config["num_hidden_layers"],
        "hidden": config["hidden_size"],
        "heads": config["num_attention_heads"],
        "feedForward": config["intermediate_size"],
        "maxLength": config["max_position_embeddings"],
        "vocabularySize": config["vocab_size"],
        "normPosition": "post",
    }
    weights = reference.read_tensors(export / "model.safetensors")
    shapes = {name: list(tensor.shape) for name, tensor in weights.items()}
    assert shapes == reference.parameter_shapes(case), (shapes, reference.parameter_shapes(case))
    reference.write_tensors(out, {"logits": reference.evaluation_logits(case, weights)})


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3])

"""BERT for masked-language modelling in plain PyTorch: what the trainer is compared with.

Mirrors Hugging Face's BertForMaskedLM (names, shapes, arithmetic) and adds what RAPTR needs: subnetworks, branch
scales, pre-norm, and dropout whose masks come from Philox. Weights are a dict of tensors by Hugging Face names.
"""

import json
import struct

import numpy as np
import torch
import torch.nn.functional as F

import philox

DROPOUT_STREAM = 0x10000
# Streams of the fixed weights and inputs of these cases; no run draws from them.
WEIGHTS, IDS, ROWS, LABELS = 0xF0001, 0xF0002, 0xF0003, 0xF0004


def parameter_shapes(case):
    """Names and shapes, in the order of BertForMaskedLM's state dict; pre-norm adds a final norm."""
    d, f, v = case["hidden"], case["feedForward"], case["vocabularySize"]
    shapes = {
        "bert.embeddings.word_embeddings.weight": [v, d],
        "bert.embeddings.position_embeddings.weight": [case["maxLength"], d],
        "bert.embeddings.token_type_embeddings.weight": [2, d],
        "bert.embeddings.LayerNorm.weight": [d],
        "bert.embeddings.LayerNorm.bias": [d],
    }
    for layer in range(case["layers"]):
        prefix = f"bert.encoder.layer.{layer}."
        for name, out, into in [
            ("attention.self.query", d, d),
            ("attention.self.key", d, d),
            ("attention.self.value", d, d),
            ("attention.output.dense", d, d),
            ("attention.output.LayerNorm", d, None),
            ("intermediate.dense", f, d),
            ("output.dense", d, f),
            ("output.LayerNorm", d, None),
        ]:
            shapes[f"{prefix}{name}.weight"] = [out] if into is None else [out, into]
            shapes[f"{prefix}{name}.bias"] = [out]
    if case["normPosition"] == "pre":
        shapes["bert.encoder.LayerNorm.weight"] = [d]
        shapes["bert.encoder.LayerNorm.bias"] = [d]
    shapes["cls.predictions.bias"] = [v]
    shapes["cls.predictions.transform.dense.weight"] = [d, d]
    shapes["cls.predictions.transform.dense.bias"] = [d]
    shapes["cls.predictions.transform.LayerNorm.weight"] = [d]
    shapes["cls.predictions.transform.LayerNorm.bias"] = [d]
    return shapes


def fixed_weights(case):
    """Weights large enough that attention is far from uniform; gains near 1, biases near 0 but not there.

    The draws are numbered by the names in sorted order.
    """
    weights = {}
    for index, (name, shape) in enumerate(sorted(parameter_shapes(case).items())):
        size = int(np.prod(shape))
        values = philox.normal(case["seed"], WEIGHTS, index, size)
        if name.endswith("LayerNorm.weight"):
            values = 1 + 0.2 * values
        elif name.endswith("bias"):
            values = 0.1 * values
        else:
            values = values * (1.2 / np.sqrt(shape[1]))
        weights[name] = torch.tensor(values.astype(np.float32).reshape(shape), requires_grad=True)
    return weights


def fixed_batch(case, step):
    """Micro-batches of ids, rows and labels; the first label of each micro-batch is -1 (fewer to predict)."""
    sequences = case["size"] // case["microBatches"]
    tokens = sequences * case["length"]
    predicted = sequences * max(1, int(np.floor(case["length"] * case["maskShare"] + 0.5)))
    batch = []
    for i in range(case["microBatches"]):
        draw = step * case["microBatches"] + i
        ids = philox.bits(case["seed"], IDS, draw, tokens) % case["vocabularySize"]
        rows = philox.bits(case["seed"], ROWS, draw, predicted) % tokens
        labels = (philox.bits(case["seed"], LABELS, draw, predicted) % case["vocabularySize"]).astype(np.int64)
        labels[0] = -1
        batch.append(tuple(torch.tensor(values.astype(np.int64)) for values in (ids, rows, labels)))
    return batch


class Dropout:
    """Inverted dropout with Philox masks; does nothing when the rate is 0 or in evaluation."""

    def __init__(self, rate, seed, draw):
        self.rate, self.seed, self.draw = rate, seed, draw

    def __call__(self, x, site):
        if self.rate == 0:
            return x
        uniforms = philox.uniform(self.seed, DROPOUT_STREAM + site, self.draw, x.numel())
        kept = torch.tensor((uniforms >= self.rate).astype(np.float32)).reshape(x.shape)
        return x * kept / (1 - self.rate)


def forward(case, weights, ids, rows, active, scale, dropout):
    """Logits [K, V] at `rows` of the flattened micro-batch."""
    d, heads, length = case["hidden"], case["heads"], case["length"]

    def linear(name, x):
        return F.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def norm(name, x):
        return F.layer_norm(x, [d], weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-12)

    def attention(layer, x):
        prefix = f"bert.encoder.layer.{layer}.attention"
        q, k, v = (
            linear(f"{prefix}.self.{part}", x).view(-1, length, heads, d // heads).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        probabilities = torch.softmax(q @ k.transpose(2, 3) / (d // heads) ** 0.5, dim=-1)
        mixed = dropout(probabilities, 1 + 3 * layer) @ v
        projected = linear(f"{prefix}.output.dense", mixed.transpose(1, 2).reshape(-1, d))
        return dropout(projected, 2 + 3 * layer)

    def mlp(layer, x):
        prefix = f"bert.encoder.layer.{layer}"
        inner = F.gelu(linear(f"{prefix}.intermediate.dense", x))
        return dropout(linear(f"{prefix}.output.dense", inner), 3 + 3 * layer)

    positions = torch.arange(ids.numel()) % length
    x = (
        weights["bert.embeddings.word_embeddings.weight"][ids]
        + weights["bert.embeddings.position_embeddings.weight"][positions]
        + weights["bert.embeddings.token_type_embeddings.weight"][0]
    )
    x = dropout(norm("bert.embeddings.LayerNorm", x), 0)
    for layer, factor in zip(active, scale):
        first, second = (f"bert.encoder.layer.{layer}.{part}.LayerNorm" for part in ("attention.output", "output"))
        if case["normPosition"] == "post":
            x = norm(first, x + factor * attention(layer, x))
            x = norm(second, x + factor * mlp(layer, x))
        else:
            x = x + factor * attention(layer, norm(first, x))
            x = x + factor * mlp(layer, norm(second, x))
    if case["normPosition"] == "pre":
        x = norm("bert.encoder.LayerNorm", x)
    h = F.gelu(linear("cls.predictions.transform.dense", x[rows]))
    h = norm("cls.predictions.transform.LayerNorm", h)
    return F.linear(h, weights["bert.embeddings.word_embeddings.weight"], weights["cls.predictions.bias"])


def step_loss(case, weights, step, active, scale):
    """Mean loss over the valid labels of all micro-batches."""
    batch = fixed_batch(case, step)
    count = sum(int((labels >= 0).sum()) for _, _, labels in batch)
    total = torch.zeros(())
    for i, (ids, rows, labels) in enumerate(batch):
        dropout = Dropout(case["dropout"], case["seed"], step * case["microBatches"] + i)
        logits = forward(case, weights, ids, rows, active, scale, dropout)
        total = total + F.cross_entropy(logits, labels, ignore_index=-1, reduction="sum") / count
    return total


def evaluation_logits(case, weights):
    """Logits of the full network, dropout off, on the last micro-batch of step 0."""
    ids, rows, _ = fixed_batch(case, 0)[-1]
    full = range(case["layers"])
    return forward(case, weights, ids, rows, full, [1] * case["layers"], Dropout(0, 0, 0))


def write_tensors(path, tensors):
    """safetensors (8-byte header length, JSON header, float32 data)."""
    arrays = {name: np.ascontiguousarray(t.detach().numpy().astype(np.float32)) for name, t in tensors.items()}
    header, offset = {}, 0
    for name, array in arrays.items():
        end = offset + array.nbytes
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(encoded)) + encoded)
        for array in arrays.values():
            file.write(array.tobytes())


def read_tensors(path):
    with open(path, "rb") as file:
        content = file.read()
    (size,) = struct.unpack("<Q", content[:8])
    tensors = {}
    for name, entry in json.loads(content[8 : 8 + size]).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        values = np.frombuffer(content[begin:end], np.float32).reshape(entry["shape"])
        tensors[name] = torch.tensor(values)
    return tensors

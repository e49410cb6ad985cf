"""Makes the golden files from cases.json:  python test/golden/make.py [DIRECTORY]

One safetensors file per model (loss, logits of the full network, every gradient) and one per curve (losses, gradient
norms). Float32 throughout. Run it after changing cases.json or reference.py, and commit what it writes to data/.
"""

import json
import pathlib
import sys

import torch

import reference

HERE = pathlib.Path(__file__).parent


def model_golden(case):
    weights = reference.fixed_weights(case)
    loss = reference.step_loss(case, weights, case["step"], case["active"], case["scale"])
    loss.backward()
    gradients = {f"gradient.{name}": w.grad for name, w in weights.items() if w.grad is not None}
    return {"loss": loss.reshape(1), "logits": reference.evaluation_logits(case, weights), **gradients}


def curve_golden(curve, case):
    """torch.optim.AdamW leaves alone what has no gradient, its step count included: exactly `skip`."""
    weights = reference.fixed_weights(case)
    decays = [w for w in weights.values() if w.dim() > 1]
    rest = [w for w in weights.values() if w.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": decays, "weight_decay": curve["weightDecay"]}, {"params": rest, "weight_decay": 0}],
        betas=(curve["beta1"], curve["beta2"]),
        eps=curve["epsilon"],
    )
    losses, norms = [], []
    for step, (rate, active) in enumerate(zip(curve["learningRates"], curve["active"])):
        optimizer.zero_grad(set_to_none=True)
        loss = reference.step_loss(case, weights, step, active, [1] * len(active))
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(weights.values(), curve["clipNorm"]))
        if curve["skippedUpdate"] == "zeroGradient":
            for w in weights.values():
                w.grad = torch.zeros_like(w) if w.grad is None else w.grad
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        losses.append(loss.detach())
    return {"losses": torch.stack(losses), "norms": torch.stack(norms)}


def main(directory):
    torch.set_num_threads(1)
    cases = json.loads((HERE / "cases.json").read_text())
    models = {case["name"]: case for case in cases["models"]}
    directory.mkdir(parents=True, exist_ok=True)
    for name, case in models.items():
        reference.write_tensors(directory / f"{name}.safetensors", model_golden(case))
    for curve in cases["curves"]:
        tensors = curve_golden(curve, models[curve["model"]])
        reference.write_tensors(directory / f"{curve['name']}.safetensors", tensors)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "data")

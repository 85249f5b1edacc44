"""Record what PyTorch computes, for the tests of onescale.nn and onescale.training.trainer.

Run once, with PyTorch at hand, which the tests do not need:

    python tests/oracles/record_training.py

It writes optimizers.npz, nets.npz and parts.npz beside itself: small float64 arrays, the inputs
(drawn here) and what torch makes of them. Where our definition differs from torch's, the place that
turns one into the other is marked `ours:`.
"""

import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).parent
STEPS, SIZE = 30, 11
RATES = (0.001, 0.01, 0.1)


def with_chapters_epsilon(make, betas=(0.9, 0.999), epsilon=1e-7):
    """ours: Adam's ε outside the bias correction is torch's with ε/√(1 − β₂ᵗ) at step t."""

    def prepare(optimizer, step):
        for group in optimizer.param_groups:
            group["eps"] = epsilon / math.sqrt(1 - betas[1] ** step)

    return make, prepare


def plain(make):
    return make, lambda optimizer, step: None


OPTIMIZERS = {
    "sgd": plain(lambda p, rate: torch.optim.SGD(p, rate)),
    "momentum": plain(lambda p, rate: torch.optim.SGD(p, rate, momentum=0.9)),
    "nesterov": plain(lambda p, rate: torch.optim.SGD(p, rate, momentum=0.9, nesterov=True)),
    "adagrad": plain(lambda p, rate: torch.optim.Adagrad(p, rate, eps=1e-7)),
    "rmsprop": plain(lambda p, rate: torch.optim.RMSprop(p, rate, alpha=0.99, eps=1e-7)),
    "adadelta": plain(lambda p, rate: torch.optim.Adadelta(p, rate, rho=0.9, eps=1e-6)),
    "adam": with_chapters_epsilon(lambda p, rate: torch.optim.Adam(p, rate)),
    "adamw": with_chapters_epsilon(lambda p, rate: torch.optim.AdamW(p, rate, weight_decay=0.01)),
}


def optimizers() -> dict:
    """Paths of every optimiser under the same gradients: path.NAME.RATE (STEPS, SIZE)."""
    draw = np.random.default_rng(1)
    start, gradients = draw.normal(size=SIZE), draw.normal(size=(STEPS, SIZE))
    gradients[:, 0] = 0  # as where a pixel is never lit
    gradients[:, 1] *= 1e-6
    gradients[:, 2] *= 1e3
    found = {"start": start, "gradients": gradients}
    for name, (make, prepare) in OPTIMIZERS.items():
        for rate in RATES:
            p = torch.tensor(start, requires_grad=True)
            optimizer = make([p], rate)
            path = []
            for step, gradient in enumerate(gradients, 1):
                p.grad = torch.tensor(gradient)
                prepare(optimizer, step)
                optimizer.step()
                path.append(p.detach().numpy().copy())
            found[f"path.{name}.{rate}"] = np.array(path)
    return found


INPUTS, HIDDEN, CLASSES, ROWS = 12, (8, 7), 4, 10
ACTIVATIONS = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
NETS = {  # name: (activation, optimiser, rate, decay of the weights, batch norm)
    "relu_sgd": ("relu", "sgd", 0.1, 0.0, False),
    "sigmoid_momentum_decay": ("sigmoid", "momentum", 0.05, 0.01, False),
    "tanh_nesterov_decay": ("tanh", "nesterov", 0.05, 0.1, False),
    "relu_adam_decay": ("relu", "adam", 0.01, 0.05, False),
    "relu_adamw": ("relu", "adamw", 0.01, 0.0, False),
    "relu_adagrad_norm": ("relu", "adagrad", 0.05, 0.0, True),
    "sigmoid_adam_norm_decay": ("sigmoid", "adam", 0.01, 0.02, True),
    "tanh_rmsprop_norm": ("tanh", "rmsprop", 0.01, 0.0, True),
    "relu_adadelta": ("relu", "adadelta", 1.0, 0.0, False),
}


def nets() -> dict:
    """Whole nets trained for STEPS steps: the data, the start, the losses and the ends."""
    draw = np.random.default_rng(2)
    images, labels = draw.normal(size=(60, INPUTS)), draw.integers(CLASSES, size=60)
    batches = draw.integers(60, size=(STEPS, ROWS))
    sizes = [INPUTS, *HIDDEN, CLASSES]
    start = {}
    for i, (a, b) in enumerate(pairwise(sizes), 1):
        start |= {f"W{i}": draw.normal(size=(a, b)) * 0.4, f"b{i}": draw.normal(size=b) * 0.1}
    found = {"images": images, "labels": labels, "batches": batches}
    found |= {f"start.{name}": array for name, array in start.items()}
    for name, case in NETS.items():
        found[f"{name}.case"] = np.array(json.dumps(case))
        for key, array in train(case, start, images, labels, batches).items():
            found[f"{name}.{key}"] = array
    return found


def train(case, start, images, labels, batches) -> dict:
    activation, optimizer_name, rate, decay, norm = case
    tensors = {name: torch.tensor(array, requires_grad=True) for name, array in start.items()}
    norms = [nn.BatchNorm1d(n, dtype=torch.float64) if norm else None for n in HIDDEN]
    make, prepare = OPTIMIZERS[optimizer_name]
    weights = [t for name, t in tensors.items() if name[0] == "W"]
    others = [t for name, t in tensors.items() if name[0] == "b"]
    others += [p for layer in norms if layer for p in layer.parameters()]
    own = 0.01 if optimizer_name == "adamw" else decay
    groups = [{"params": weights, "weight_decay": own}, {"params": others, "weight_decay": 0.0}]
    optimizer = make(groups, rate)
    losses = []
    for step, batch in enumerate(batches, 1):
        x = torch.tensor(images[batch])
        for i in range(1, len(HIDDEN) + 2):
            x = x @ tensors[f"W{i}"] + tensors[f"b{i}"]
            if i <= len(HIDDEN):
                x = norms[i - 1](x) if norm else x
                x = ACTIVATIONS[activation](x)
        loss = nn.functional.cross_entropy(x, torch.tensor(labels[batch]))
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        prepare(optimizer, step)
        optimizer.step()
    ends = {name: t.detach().numpy() for name, t in tensors.items()}
    for i, layer in enumerate(norms, 1):
        if layer:
            ends |= {f"gamma{i}": layer.weight, f"beta{i}": layer.bias}
            ends[f"running_mean{i}"] = layer.running_mean
            # ours: the biased variance, torch's × (n − 1)/n; the start, 1, fades alike in both.
            faded = 0.9**STEPS
            ends[f"running_variance{i}"] = (layer.running_var - faded) * (ROWS - 1) / ROWS + faded
    return {"losses": np.array(losses)} | {
        f"end.{k}": v.detach().numpy() if isinstance(v, torch.Tensor) else v
        for k, v in ends.items()
    }


def parts() -> dict:
    """Single layers, losses, schedules and initial weights."""
    draw = np.random.default_rng(3)
    found = {}
    x, d = draw.normal(3, 2, size=(7, 5)), draw.normal(size=(7, 5))
    layer = nn.BatchNorm1d(5, eps=0.01, momentum=0.1, dtype=torch.float64)
    gamma, beta = draw.normal(size=(2, 5))
    with torch.no_grad():
        layer.weight[:], layer.bias[:] = torch.tensor(gamma), torch.tensor(beta)
    tx = torch.tensor(x, requires_grad=True)
    y = layer(tx)
    y.backward(torch.tensor(d))
    found |= {"norm.x": x, "norm.d": d, "norm.gamma": gamma, "norm.beta": beta, "norm.y": y}
    found |= {"norm.dx": tx.grad, "norm.dgamma": layer.weight.grad, "norm.dbeta": layer.bias.grad}
    found["norm.mean"] = layer.running_mean
    found["norm.variance"] = (layer.running_var - 0.9) * 6 / 7 + 0.9  # ours: biased
    layer.eval()
    found["norm.evaluated"] = layer(torch.tensor(x))

    torch.manual_seed(4)
    x, d = draw.normal(size=(6, 9)), draw.normal(size=(6, 9))
    tx = torch.tensor(x, requires_grad=True)
    y = nn.functional.dropout(tx, 0.15)
    y.backward(torch.tensor(d))
    found |= {"dropout.x": x, "dropout.d": d, "dropout.y": y, "dropout.dx": tx.grad}

    logits = draw.normal(size=(8, 4)) * 5
    logits[1] = [1e4, -1e4, 0, 3]
    logits[2] = [-1e300, -1e300, 1, 2]
    logits[3] = [700, 700, 700, 700]
    logits[4] = [-800, 0, 800, 1e-300]
    labels = np.array([0, 1, 3, 2, 1, 0, 3, 2])
    tx = torch.tensor(logits, requires_grad=True)
    losses = nn.functional.cross_entropy(tx, torch.tensor(labels), reduction="none")
    losses.mean().backward()
    found |= {"loss.logits": logits, "loss.labels": labels, "loss.each": losses}
    found["loss.gradient"] = tx.grad

    p = torch.zeros(1, requires_grad=True)
    for name, make in {
        "step": lambda o: torch.optim.lr_scheduler.StepLR(o, 7, 0.3),
        "cosine": lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 50, 0.1),
        "warmup": lambda o: torch.optim.lr_scheduler.LinearLR(o, 1 / 20, 1.0, 19),
    }.items():
        optimizer = torch.optim.SGD([p], 1.0)
        schedule, rates = make(optimizer), []
        for _ in range(50):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        found[f"schedule.{name}"] = np.array(rates)

    weights = torch.empty(500, 784, dtype=torch.float64)  # torch's are (outputs, inputs)
    for name, initialize in {
        "he": lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu"),
        "glorot": lambda w: nn.init.xavier_normal_(w),
        "xavier": lambda w: nn.init.kaiming_normal_(w, nonlinearity="linear"),
    }.items():
        w = initialize(weights).numpy()
        found[f"init.{name}"] = np.array([w.mean(), w.std(), (w**4).mean() / w.std() ** 4])
    return found


def write(name: str, arrays: dict) -> None:
    arrays = {
        key: value.detach().numpy() if isinstance(value, torch.Tensor) else value
        for key, value in arrays.items()
    }
    np.savez_compressed(HERE / name, **arrays, torch=np.array(torch.__version__))


if __name__ == "__main__":
    write("optimizers.npz", optimizers())
    write("nets.npz", nets())
    write("parts.npz", parts())

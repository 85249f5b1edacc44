"""The activations: what stands between two affine layers, and how it spreads through a net.

Each is a layer (see `nn.layers`) that works in place; its output is read again by `backward`.
`ends` are those of its range, if it has both; `saturated` says which outputs lie within 0.01 of an
end (ReLU: at 0), where hardly anything is learnt. A new one is a class here and a line in
`ACTIVATIONS`.

`spread` is the book's experiment behind the chapter's advice on initial weights: 1,000 standard
normal inputs pass through five layers of 100 nodes. Weights too small pile the activations up at
one value, weights too large drive them to the ends of a saturating function.
`activation_statistics` puts that in numbers, for any layer at any time of its training.
"""

from typing import Any

import numpy as np

from onescale.nn.buffers import empty, zeros
from onescale.nn.initializers import draw


class Relu:
    """max(x, 0)."""

    ends = None

    def __init__(self, rows, nodes, dtype) -> None:
        self.zeros = zeros((rows, nodes), dtype)  # an array: NumPy's maximum with 0 is slower
        self.on = empty((rows, nodes), bool)

    def forward(self, x):
        self.y = x
        return np.maximum(x, self.zeros, out=x)

    def backward(self, d):
        np.greater(self.y, self.zeros, out=self.on)
        return np.multiply(d, self.on, out=d)  # no branch a value, unlike copying where

    @staticmethod
    def saturated(y):
        return y <= 0


class Sigmoid:
    """1/(1 + e⁻ˣ)."""

    ends = (0.0, 1.0)

    def __init__(self, rows, nodes, dtype) -> None:
        self.slope = empty((rows, nodes), dtype)

    def forward(self, x):
        self.y = x
        np.negative(x, out=x)
        with np.errstate(over="ignore"):  # e⁻ˣ = ∞ is right: the result is 0
            np.exp(x, out=x)
        x += 1
        return np.reciprocal(x, out=x)

    def backward(self, d):
        np.subtract(1, self.y, out=self.slope)
        d *= self.slope
        d *= self.y
        return d

    @staticmethod
    def saturated(y):
        return np.abs(y - 0.5) > 0.49


class Tanh:
    """tanh x."""

    ends = (-1.0, 1.0)

    def __init__(self, rows, nodes, dtype) -> None:
        self.slope = empty((rows, nodes), dtype)

    def forward(self, x):
        self.y = x
        return np.tanh(x, out=x)

    def backward(self, d):
        np.multiply(self.y, self.y, out=self.slope)
        np.subtract(1, self.slope, out=self.slope)
        d *= self.slope
        return d

    @staticmethod
    def saturated(y):
        return np.abs(y) > 0.99


ACTIVATIONS = {"relu": Relu, "sigmoid": Sigmoid, "tanh": Tanh}
# What histograms show of the chapter's: the whole range, of ReLU as much as tells.
SHOWN = {name: ACTIVATIONS[name].ends or (0.0, 3.0) for name in ("sigmoid", "tanh", "relu")}

LAYERS, NODES = 5, 100  # of the book's experiment
INITS: dict[str, str | dict[str, float]] = {
    "std 0.01": {"normal": 0.01},
    "Xavier, √(1/n)": "xavier",
    "He, √(2/n)": "he",
    "std 1": {"normal": 1.0},
}


def spread(
    init: str | dict[str, float],
    activation: str,
    layers: int = LAYERS,
    nodes: int = NODES,
    inputs: int = 1000,
    seed: int = 0,
) -> list[np.ndarray]:
    """Activations of each layer, float64 (inputs, nodes) each, for standard normal inputs.

    The same seed draws the same inputs and the same weights but for their scale.
    """
    random = np.random.Generator(np.random.SFC64(seed))
    values = random.standard_normal((inputs, nodes))
    outputs = []
    for _ in range(layers):
        layer = ACTIVATIONS[activation](inputs, nodes, "float64")
        values = layer.forward(values @ draw(init, nodes, nodes, random))
        outputs.append(values)
    return outputs


def activation_statistics(values: np.ndarray, activation: str) -> dict[str, Any]:
    """How the activations of one layer spread, in numbers that JSON can hold.

    values: (n, nodes). Gives `mean` and `sd` over all of them; `dead`, the share of nodes that say
    the same of every input; `saturated`, the share of activations that are so; and `node_means`,
    the mean of each node.
    """
    return {
        "mean": _short(values.mean(dtype=np.float64)),
        "sd": _short(values.std(dtype=np.float64)),
        "dead": float(np.mean(values.max(axis=0) == values.min(axis=0))),
        "saturated": float(np.mean(ACTIVATIONS[activation].saturated(values))),
        "node_means": [_short(mean) for mean in values.mean(axis=0, dtype=np.float64)],
    }


def _short(value: float) -> float:
    """Six significant digits: float32 gives no more."""
    return float(f"{value:.6g}")

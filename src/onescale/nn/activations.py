"""How activations spread through the layers of an untrained net, by initial weights.

The book's experiment behind the chapter's advice: 1,000 standard normal inputs pass through five
layers of 100 nodes. Weights too small pile the activations up at one value, weights too large drive
them to the ends of a saturating function; both leave little to learn from. `statistics` puts that
in numbers, for any layer at any time of its training.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from onescale.nn.initializers import draw

ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "sigmoid": lambda x: 0.5 + 0.5 * np.tanh(0.5 * x),
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
}
INITS: dict[str, str | dict[str, float]] = {
    "std 0.01": {"normal": 0.01},
    "Xavier, √(1/n)": "xavier",
    "He, √(2/n)": "he",
    "std 1": {"normal": 1.0},
}


def spread(
    init: str | dict[str, float],
    activation: str,
    layers: int = 5,
    nodes: int = 100,
    inputs: int = 1000,
    seed: int = 0,
) -> list[np.ndarray]:
    """Activations of each layer, float64 (inputs, nodes) each, for standard normal inputs.

    The same seed draws the same inputs and the same weights but for their scale.
    """
    random = np.random.Generator(np.random.SFC64(seed))
    values = random.standard_normal((inputs, nodes))
    found = []
    for _ in range(layers):
        values = ACTIVATIONS[activation](values @ draw(init, nodes, nodes, random))
        found.append(values)
    return found


def statistics(values: np.ndarray, activation: str) -> dict[str, Any]:
    """How the activations of one layer spread, in numbers that JSON can hold.

    values: (n, nodes). Gives `mean` and `sd` over all of them; `dead`, the share of nodes that say
    the same of every input; `saturated`, the share of activations within 0.01 of an end of the
    activation's range (ReLU: at 0); and `node_means`, the mean of each node.
    """
    ends = {"relu": values <= 0, "tanh": np.abs(values) > 0.99}
    ends["sigmoid"] = np.abs(values - 0.5) > 0.49
    return {
        "mean": _short(values.mean(dtype=np.float64)),
        "sd": _short(values.std(dtype=np.float64)),
        "dead": float(np.mean(values.max(axis=0) == values.min(axis=0))),
        "saturated": float(np.mean(ends[activation])),
        "node_means": [_short(mean) for mean in values.mean(axis=0, dtype=np.float64)],
    }


def _short(value: float) -> float:
    """Six significant digits: float32 gives no more."""
    return float(f"{value:.6g}")

"""How activations spread through the layers of an untrained net, by initial weights.

The book's experiment behind the chapter's advice: 1,000 standard normal inputs pass through five
layers of 100 nodes. Weights too small pile the activations up at one value, weights too large drive
them to the ends of a saturating function; both leave little to learn from.
"""

from collections.abc import Callable

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

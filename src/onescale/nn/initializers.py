"""How wide the initial weights are spread.

Too narrow, and all nodes of a layer say the same; too wide, and they saturate. Each rule gives the
standard deviation of normal draws for one layer. The draws themselves depend on the seed and the
shape alone, so that two rules with the same seed differ by a factor and nothing else.
"""

import math

import numpy as np


def xavier(fan_in: int, fan_out: int) -> float:
    """√(1/fan_in): keeps the variance of a linear or saturating layer (the chapter's Xavier).

    >>> xavier(100, 50)
    0.1
    """
    return math.sqrt(1 / fan_in)


def glorot(fan_in: int, fan_out: int) -> float:
    """√(2/(fan_in + fan_out)): a compromise of forward and backward (Glorot and Bengio 2010)."""
    return math.sqrt(2 / (fan_in + fan_out))


def he(fan_in: int, fan_out: int) -> float:
    """√(2/fan_in): makes up for the half that ReLU switches off (He et al. 2015)."""
    return math.sqrt(2 / fan_in)


INITIALIZERS = {"xavier": xavier, "glorot": glorot, "he": he}


def draw(
    init: str | dict[str, float], fan_in: int, fan_out: int, random: np.random.Generator
) -> np.ndarray:
    """Initial weights of one layer, float64 (fan_in, fan_out).

    init: a name in `INITIALIZERS`, or {"normal": std} for the same spread in every layer.
    """
    std = init["normal"] if isinstance(init, dict) else INITIALIZERS[init](fan_in, fan_out)
    return random.standard_normal((fan_in, fan_out)) * std

"""Functions that a column may pass through before its method: they learn nothing, and lead back."""

import math
from typing import NamedTuple

import numpy as np

from onescale.core.errors import DataError


class Step(NamedTuple):
    """A function and its inverse; above: what it takes no values at or below, and `wants` says
    so."""

    forward: np.ufunc
    backward: np.ufunc
    above: float = -math.inf
    wants: str = ""


STEPS = {
    "log": Step(np.log, np.exp, 0.0, "log takes values above 0; asinh takes all"),
    "asinh": Step(np.arcsinh, np.sinh),  # x near 0, ±log 2|x| far from it: values of both signs
}


def forward(names: tuple[str, ...], x: np.ndarray, where) -> np.ndarray:
    """x (n,) through the steps in order; NaN stays NaN.

    where: gives the words for a row. Raises DataError at the first value that a step does not take.
    """
    for name in names:
        step, x = STEPS[name], x.astype(np.float64, copy=False)
        refused = x <= step.above
        if refused.any():
            row = int(np.argmax(refused))
            raise DataError(f"{where(row)}: {float(x[row])!r} has no {name} ({step.wants})")
        x = step.forward(x)
    return x


def backward(names: tuple[str, ...], y: np.ndarray) -> np.ndarray:
    """The inverse of `forward`, an infinity where that is beyond float64's range."""
    for name in reversed(names):
        with np.errstate(over="ignore"):
            y = STEPS[name].backward(y)
    return y

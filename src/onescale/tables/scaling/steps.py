"""Functions that a column may pass through before its method: they learn nothing, and lead back."""

import numpy as np

from onescale.core.errors import DataError


class Log:
    """The natural logarithm."""

    forward, backward = np.log, np.exp
    wants = "log takes values above 0; asinh takes all"

    @staticmethod
    def refuses(x: np.ndarray) -> np.ndarray:
        return x <= 0


class Asinh:
    """asinh x: x near 0, ±log 2|x| far from it; a logarithm for values of both signs."""

    forward, backward = np.arcsinh, np.sinh
    wants = ""

    @staticmethod
    def refuses(x: np.ndarray) -> np.ndarray:
        return np.zeros(len(x), bool)


STEPS: dict[str, type[Log] | type[Asinh]] = {"log": Log, "asinh": Asinh}


def forward(names: tuple[str, ...], x: np.ndarray, where) -> np.ndarray:
    """x (n,) through the steps in order; NaN stays NaN.

    where: gives the words for a row. Raises DataError at the first value that a step does not take.
    """
    for name in names:
        step, x = STEPS[name], x.astype(np.float64, copy=False)
        refused = step.refuses(x)
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

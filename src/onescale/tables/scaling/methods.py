"""The methods: what each learns from a column's statistics, and what it makes of a value.

Adding one: a dataclass (its fields are its options) with `learn` and `transform`, a line in
`METHODS`, a line in the table of the README. Everything else (groups, missing values, columns
without spread, files, frames, fits) is the same for all.

`learn` gives named floats for a column; `transform` and `inverse` are given them back under the
same names, as floats or as one value a row where there are groups.
"""

import math
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import ClassVar

import numpy as np

from onescale.core.errors import SpecError, suggest
from onescale.tables.statistics.exact import root
from onescale.tables.statistics.summary import Statistics

_LARGE = 2.0**1020


def _centred(x: np.ndarray, p: dict) -> np.ndarray:
    """(x − mean)/std; the mean is the sum of two floats, so that nothing is lost where it is large
    beside the spread (1e9 ± 0.01)."""
    with np.errstate(over="ignore", invalid="ignore"):
        z = ((x - p["mean"]) - p["mean_low"]) / p["std"]
    if np.isinf(z).any():  # x − mean left float64's range: both by 2^-4
        part = (x * 0.0625 - p["mean"] * 0.0625) / p["std"] * 16
        z = np.where(np.isinf(z), part, z)
    return z


def _share(x: np.ndarray, start, low, high) -> np.ndarray:
    """(x − start)/(high − low), by halves where a difference is beyond float64's range."""
    start, low, high = np.asarray(start), np.asarray(low), np.asarray(high)
    with np.errstate(over="ignore", invalid="ignore"):
        width = high - low
        difference = x - start
        share = difference / width
    beyond = np.isinf(width) | np.isinf(difference)
    if beyond.any():
        share = np.where(beyond, (x * 0.5 - start * 0.5) / (high * 0.5 - low * 0.5), share)
    return share


class Method:
    """What all methods share; `spread` is what a value is divided by, zero where all are equal."""

    name: ClassVar[str]
    needs: ClassVar[str] = "moments"  # or "quartiles", "order"
    of_constant: ClassVar[float] = 0.0  # what a column without spread becomes under --constant zero

    def spread(self, p: dict):
        """The divisor among the learnt figures; NaN where it is undefined."""
        return p["std"]

    def inverse(self, y: np.ndarray, p: dict) -> np.ndarray:
        """The values that `transform` made `y` of. Raises SpecError where that is not possible."""
        raise SpecError(f"{self.name} cannot be inverted: different values share one result")


def _moments(s: Statistics, std: float) -> dict:
    mean, low = s.mean
    return {"mean": mean, "mean_low": low, "std": std}


@dataclass(frozen=True)
class Standardize(Method):
    """(x − mean)/std. ddof 0 (the chapter, scikit-learn) or 1 (R, pandas)."""

    ddof: int = 0
    name: ClassVar[str] = "standardize"
    suffix: ClassVar[str] = "standardized"

    def __post_init__(self) -> None:
        _check_ddof(self.ddof)

    def learn(self, s: Statistics) -> dict:
        return _moments(s, s.std(self.ddof))

    def transform(self, x: np.ndarray, p: dict) -> np.ndarray:
        return _centred(x, p)

    def inverse(self, y: np.ndarray, p: dict) -> np.ndarray:
        return (y * p["std"] + p["mean_low"]) + p["mean"]


@dataclass(frozen=True)
class MinMax(Method):
    """low + (x − min)/(max − min) · (high − low); `clip` keeps new values inside the range."""

    low: float = 0.0
    high: float = 1.0
    clip: bool = False
    name: ClassVar[str] = "minmax"
    suffix: ClassVar[str] = "minmax"

    def __post_init__(self) -> None:
        width = self.high - self.low
        if not (self.low < self.high and math.isfinite(width)):
            raise SpecError(f"--range {self.low:g} {self.high:g}: LO must be below HI, both finite")

    @property
    def of_constant(self) -> float:
        return self.low

    def learn(self, s: Statistics) -> dict:
        return {"min": s.min, "max": s.max}

    def spread(self, p: dict):
        return np.asarray(p["max"]) * 0.5 - np.asarray(p["min"]) * 0.5

    def transform(self, x: np.ndarray, p: dict) -> np.ndarray:
        part = _share(x, p["min"], p["min"], p["max"])
        if self.clip:
            part = np.clip(part, 0.0, 1.0)
        if (self.low, self.high) == (0.0, 1.0):
            return part
        out = part * (self.high - self.low) + self.low
        # Rounding must not carry a value past the end that it stands on.
        return np.where(
            part == 1.0, self.high, np.where(part < 1.0, np.minimum(out, self.high), out)
        )

    def inverse(self, y: np.ndarray, p: dict) -> np.ndarray:
        part = (y - self.low) / (self.high - self.low)
        return np.asarray(p["min"]) * (1 - part) + np.asarray(p["max"]) * part


@dataclass(frozen=True)
class Robust(Method):
    """(x − median)/(75 % − 25 %), quartiles by linear interpolation."""

    name: ClassVar[str] = "robust"
    suffix: ClassVar[str] = "robust"
    needs: ClassVar[str] = "quartiles"

    def learn(self, s: Statistics) -> dict:
        low, median, high = s.quartiles
        return {"median": median, "25%": low, "75%": high}

    def spread(self, p: dict):
        return np.asarray(p["75%"]) * 0.5 - np.asarray(p["25%"]) * 0.5

    def transform(self, x: np.ndarray, p: dict) -> np.ndarray:
        return _share(x, p["median"], p["25%"], p["75%"])

    def inverse(self, y: np.ndarray, p: dict) -> np.ndarray:
        return y * self.spread(p) * 2 + p["median"]


@dataclass(frozen=True)
class MaxAbs(Method):
    """x/max|x|; a column of zeros is one without spread."""

    name: ClassVar[str] = "maxabs"
    suffix: ClassVar[str] = "maxabs"

    def learn(self, s: Statistics) -> dict:
        return {"maxabs": max(abs(s.min), abs(s.max))}

    def spread(self, p: dict):
        return p["maxabs"]

    def transform(self, x: np.ndarray, p: dict) -> np.ndarray:
        return x / p["maxabs"]

    def inverse(self, y: np.ndarray, p: dict) -> np.ndarray:
        return y * p["maxabs"]


@dataclass(frozen=True)
class Rank(Method):
    """Percentile rank 100·(average rank − ½)/n, the smallest lowest, ties averaged."""

    name: ClassVar[str] = "rank"
    suffix: ClassVar[str] = "rank"
    needs: ClassVar[str] = "order"

    def learn(self, s: Statistics) -> dict:
        return {"spread": 1.0}  # ranks are taken of the whole column: nothing is learnt of it

    def spread(self, p: dict):
        return p["spread"]

    def transform(self, x: np.ndarray, p: dict) -> np.ndarray:
        raise SpecError("rank works on whole columns; it cannot be fitted and applied elsewhere")


@dataclass(frozen=True)
class BatchNorm(Method):
    """γ·(x − mean)/√(variance + ε) + β: a column as batch normalisation would pass it on."""

    epsilon: float = 0.01
    gamma: float = 1.0
    beta: float = 0.0
    name: ClassVar[str] = "batch_norm"
    suffix: ClassVar[str] = "batch_norm"

    def __post_init__(self) -> None:
        if not 0 <= self.epsilon < math.inf:
            raise SpecError(f"epsilon is 0 or more, not {self.epsilon!r}")
        if not math.isfinite(self.gamma) or not self.gamma:
            raise SpecError(f"gamma is a number other than 0, not {self.gamma!r}")
        if not math.isfinite(self.beta):
            raise SpecError(f"beta is a number, not {self.beta!r}")

    def learn(self, s: Statistics) -> dict:
        variance = s.variance(0)
        if variance is None:
            return _moments(s, math.nan)
        return _moments(s, root(variance + Fraction(self.epsilon)))

    def transform(self, x: np.ndarray, p: dict) -> np.ndarray:
        return self.gamma * _centred(x, p) + self.beta

    def inverse(self, y: np.ndarray, p: dict) -> np.ndarray:
        return ((y - self.beta) / self.gamma * p["std"] + p["mean_low"]) + p["mean"]


@dataclass(frozen=True)
class Chapter(Method):
    """(x − mean)²/std, as the chapter's code prints it; its words mean `standardize`."""

    ddof: int = 0
    name: ClassVar[str] = "chapter"
    suffix: ClassVar[str] = "chapter"

    def __post_init__(self) -> None:
        _check_ddof(self.ddof)

    def learn(self, s: Statistics) -> dict:
        return _moments(s, s.std(self.ddof))

    def transform(self, x: np.ndarray, p: dict) -> np.ndarray:
        return _centred(x, p) ** 2 * p["std"]


METHODS: dict[str, type[Method]] = {
    "standardize": Standardize,
    "minmax": MinMax,
    "robust": Robust,
    "maxabs": MaxAbs,
    "rank": Rank,
    "batch_norm": BatchNorm,
    "chapter": Chapter,
}


def make(name: str, **options) -> Method:
    """A method by its name. Raises SpecError on unknown names, options and values."""
    if name not in METHODS:
        raise SpecError(suggest(name, METHODS, "method"))
    known = [field.name for field in fields(METHODS[name])]
    for option in options:
        if option not in known:
            asked = "range" if option in ("low", "high") else option
            raise SpecError(f"{name} takes no {asked} (only {', '.join(known) or 'columns'})")
    return METHODS[name](**options)


def _check_ddof(ddof: int) -> None:
    if ddof not in (0, 1):
        raise SpecError(f"ddof is 0 or 1, not {ddof!r}")

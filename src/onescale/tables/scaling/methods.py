"""The scaling methods: one short class each, and `METHODS`, from which commands, options and checks
follow.

Nothing here needs NumPy, so that the command line knows its commands without loading it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from onescale.core.errors import SpecError, suggest
from onescale.tables.scaling.method import BEFORE, AboutMean, AboutMedian, Method, option

if TYPE_CHECKING:
    from onescale.tables.statistics.summary import Statistics


@dataclass(frozen=True)
class Standardize(AboutMean):
    """(x − mean)/std. ddof 0 (the chapter, scikit-learn) or 1 (R, pandas)."""

    ddof: int = option(
        0, "Divide by n (0, default: scikit-learn) or n − 1 (1: R, pandas).", choices=(0, 1)
    )
    to: tuple[float, float] | None = option(
        None,
        "Of standardize: mean and deviation to give it (50 10: T-scores). Default: 0 1.",
        type=float,
        nargs=2,
        metavar="MEAN STD",
    )
    name, suffix, epsilon = "standardize", "standardized", 0.0
    command: ClassVar[str | None] = """Write (x − mean)/std of every column of numbers.

    \b
    Examples:
      onescale standardize class_ages.csv
      onescale standardize class_ages.csv --labelled -o scaled.csv
      onescale standardize sales.csv -c price --by shop --ddof 1 --replace
      onescale standardize class_ages.csv --to 50 10
      onescale standardize incomes.csv -c income --before log
      onescale standardize survey.csv -c income --weights weight
      mkdir scaled && onescale standardize '2024-*.csv' -o scaled/
    """

    def __post_init__(self) -> None:
        if self.ddof not in (0, 1):
            raise SpecError(f"ddof is 0 or 1, not {self.ddof!r}")
        if self.to is not None:
            mean, std = map(float, self.to)
            object.__setattr__(self, "to", (mean, std))
            if not (math.isfinite(mean) and 0 < std < math.inf):
                raise SpecError(f"--to {mean:g} {std:g}: STD must be above 0, both finite")

    @property
    def output(self) -> tuple[float, float] | None:
        return None if self.to is None else (self.to[1], self.to[0])


@dataclass(frozen=True)
class MinMax(Method):
    """low + (x − min)/(max − min) · (high − low); `clip` keeps new values inside the range."""

    range: tuple[float, float] = option(
        (0.0, 1.0), "Of minmax: where the smallest and the largest value go. Default: 0 1.",
        type=float, nargs=2, metavar="LO HI",
    )  # fmt: skip
    clip: bool = option(
        False, "Of minmax: keep later values inside the range as well.", is_flag=True
    )
    name = suffix = "minmax"
    centre, width = ("min",), ("max", "min")
    command = """Write (x − min)/(max − min) of every column of numbers: 0 to 1, or LO to HI.

    \b
    Examples:
      onescale minmax class_ages.csv
      onescale minmax class_ages.csv --range 0 100 --labelled
    """

    def __post_init__(self) -> None:
        low, high = map(float, self.range)
        object.__setattr__(self, "range", (low, high))
        if not (low < high and math.isfinite(high - low)):
            raise SpecError(f"--range {low:g} {high:g}: LO must be below HI, both finite")

    @property
    def output(self) -> tuple[float, float] | None:
        low, high = self.range
        return None if (low, high) == (0.0, 1.0) else (high - low, low)

    @property
    def ceiling(self) -> float:
        return self.range[1]

    def learn(self, s: "Statistics") -> dict:
        return {"min": s.min, "max": s.max}

    def value(self, unit, p: dict):  # exact at both ends
        return p["min"] * (1 - unit) + p["max"] * unit


@dataclass(frozen=True)
class Robust(AboutMedian):
    """(x − median)/(75 % − 25 %), quartiles by linear interpolation, or any two quantiles.

    Where the two are equal and other values are not, it is x − median, as in scikit-learn.
    """

    quantiles: tuple[float, float] = option(
        (0.25, 0.75),
        "Of robust: the quantiles whose difference it divides by. Default: 0.25 0.75.",
        type=float,
        nargs=2,
        metavar="LO HI",
    )
    name = suffix = "robust"
    flat = "the quantiles that it is divided by are equal"
    command = """Write (x − median)/IQR of every column of numbers: outliers do not move it.

    \b
    Examples:
      onescale robust class_ages.csv
      onescale robust incomes.csv -c income --by country
      onescale robust incomes.csv -c income --quantiles 0.1 0.9
    """

    def __post_init__(self) -> None:
        low, high = map(float, self.quantiles)
        object.__setattr__(self, "quantiles", (low, high))
        if not 0 <= low < high <= 1:
            raise SpecError(f"--quantiles {low:g} {high:g}: 0 ≤ LO < HI ≤ 1")

    @cached_property
    def width(self) -> tuple[str, str]:
        low, high = (f"{100 * share:.10g}%" for share in self.quantiles)
        return high, low

    @cached_property
    def shares(self) -> dict[str, Fraction]:
        """The quantiles that it takes, by name; 0.1 is a tenth, not the nearest float."""
        low, high = (Fraction(repr(share)) for share in self.quantiles)
        return super().shares | {self.width[1]: low, self.width[0]: high}

    def figures(self, values) -> dict:
        from onescale.tables.statistics.summary import quantiles

        return dict(zip(self.shares, quantiles(values, [*self.shares.values()]), strict=True))


@dataclass(frozen=True)
class Mad(AboutMedian):
    """(x − median)/(factor · MAD), MAD the median of |x − median|.

    factor 1.4826 makes it the standard deviation of normal values (R's `mad`).
    """

    factor: float = option(
        1.0, "Of mad: times the deviation; 1.4826 is R's. Default: 1.", type=float
    )
    name = suffix = "mad"
    width, deviates = ("mad",), True
    flat = "more than half of its values are equal"
    command = """Write (x − median)/MAD of every column of numbers, MAD the median of |x − median|.

    \b
    Examples:
      onescale mad class_ages.csv
      onescale mad incomes.csv -c income --factor 1.4826
    """

    def __post_init__(self) -> None:
        if not 0 < self.factor < math.inf:
            raise SpecError(f"factor is a number above 0, not {self.factor!r}")

    def figures(self, values) -> dict:
        from onescale.tables.statistics.summary import median_deviation

        median, deviation = median_deviation(values)
        return {"median": median} | self.widths(deviation)

    def widths(self, deviation: float) -> dict[str, float]:
        return {"mad": deviation * self.factor}


@dataclass(frozen=True)
class MaxAbs(Method):
    """x/max|x|; a column of zeros is one without spread."""

    name = suffix = "maxabs"
    width = ("maxabs",)
    command = """Write x/max|x| of every column of numbers: zero stays zero, signs stay.

    \b
    Example:
      onescale maxabs balances.csv --replace
    """

    def learn(self, s: "Statistics") -> dict:
        return {"maxabs": s.maxabs}


@dataclass(frozen=True)
class Rank(Method):
    """Percentile rank 100·(average rank − ½)/n, the smallest lowest, ties averaged.

    A fit keeps the distinct values, and ranks others among them (`statistics.ranks.RankTable`).
    """

    name = suffix = "rank"
    needs, width, keeps = "order", ("spread",), math.inf
    command = """Write the percentile rank 100·(average rank − ½)/n of every column of numbers.

    The smallest value ranks lowest; equal values share the average of their ranks.

    \b
    Examples:
      onescale rank class_ages.csv --labelled
      onescale rank sales.csv -c price --by shop
    """

    def learn(self, s: "Statistics") -> dict:
        return {"spread": 1.0}


@dataclass(frozen=True)
class BatchNorm(AboutMean):
    """γ·(x − mean)/√(variance + ε) + β: a column as batch normalisation would pass it on."""

    epsilon: float = option(
        0.01, "Of batch_norm: added to the variance. Default: 0.01.", type=float
    )
    gamma: float = option(1.0, "Of batch_norm: a factor. Default: 1.", type=float)
    beta: float = option(0.0, "Of batch_norm: added at the end. Default: 0.", type=float)
    name = suffix = "batch_norm"
    ddof = 0

    def __post_init__(self) -> None:
        if not 0 <= self.epsilon < math.inf:
            raise SpecError(f"epsilon is 0 or more, not {self.epsilon!r}")
        if not math.isfinite(self.gamma) or not self.gamma:
            raise SpecError(f"gamma is a number other than 0, not {self.gamma!r}")
        if not math.isfinite(self.beta):
            raise SpecError(f"beta is a number, not {self.beta!r}")

    @property
    def output(self) -> tuple[float, float]:
        return self.gamma, self.beta


@dataclass(frozen=True)
class Chapter(Standardize):
    """(x − mean)²/std, as the chapter's code prints it; its words mean `standardize`."""

    name = suffix = "chapter"
    command, reusable = None, False  # two values share one result

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.to is not None:
            raise SpecError("chapter takes no to")

    def scaled(self, unit, figure: Callable):
        return unit**2 * figure("std")


METHODS: dict[str, type[Method]] = {
    "standardize": Standardize,
    "minmax": MinMax,
    "robust": Robust,
    "mad": Mad,
    "maxabs": MaxAbs,
    "rank": Rank,
    "batch_norm": BatchNorm,
    "chapter": Chapter,
}


def option_fields(*names: str) -> dict[str, dict]:
    """The options of the methods of those names (default: of all) and what `option` was told."""
    chosen = [METHODS[name] for name in names or METHODS]
    return {one.name: dict(one.metadata) for method in chosen for one in fields(method)}


def make(name: str, **options) -> Method:
    """A method by its name. Raises SpecError on unknown names, options and values."""
    if name not in METHODS:
        raise SpecError(suggest(name, METHODS, "method"))
    for step in options.get("before", ()):
        if step not in BEFORE:
            raise SpecError(suggest(step, BEFORE, "step"))
    known = [field.name for field in fields(METHODS[name])]
    for asked in options:
        if asked not in known:
            raise SpecError(f"{name} takes no {asked} (only {', '.join(known) or 'columns'})")
    options["before"] = tuple(options.get("before", ()))
    return METHODS[name](**options)

"""The scaling methods: one short class each, and `METHODS`, from which commands, options and checks
follow.

A method names the figures that it takes from a value (its centre) and those that it divides by (its
width); `Method` makes of that the way there and back, for arrays and for expressions of an engine
alike, since both know + − × ÷. `learn` is given statistics, exact ones (`statistics.summary`) or an
engine's (`frames.lazy`), under the same names.

Nothing here needs NumPy, so that the command line knows its commands without loading it.
"""

import math
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, ClassVar

from onescale.core.errors import SpecError, suggest

if TYPE_CHECKING:
    from onescale.tables.statistics.summary import Statistics


def option(default, help: str, **how):
    """A field that is an option of the method's commands (`how`: in click's words) and `Scaler`."""
    return field(default=default, metadata={"help": help, **how})


class Method:
    """What all methods share. A value in units of its column is (x − centre)/width; a scaled value
    is factor·unit + offset.

    `p` holds what was learnt of a column, figures by name: floats, one value a row where there are
    groups, or expressions.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]  # of the columns that it appends
    command: ClassVar[str | None] = None  # the help of its own command, if it has one
    needs: ClassVar[str] = "moments"  # or "quartiles", "order"
    reusable: ClassVar[bool] = True  # whether what one table taught can scale, and unscale, another
    centre: ClassVar[tuple[str, ...]] = ()  # the figures taken from a value, one after the other
    width: ClassVar[tuple[str, ...]]  # the figure to divide by, or two whose difference it is
    output: ClassVar[tuple[float, float] | None] = None  # factor and offset, if a unit is not all
    clip: ClassVar[bool] = False  # whether units stay between 0 and 1
    ceiling: ClassVar[float | None] = None  # where rounding leaves a unit of 1, none below it above

    @property
    def of_constant(self) -> float:
        """What a column without spread becomes under --constant zero: a unit of 0."""
        return 0.0 if self.output is None else self.output[1]

    def spread(self, p: dict):
        """The width: zero where all values are equal, NaN where it is undefined."""
        high, *low = (p[figure] for figure in self.width)
        return high - low[0] if low else high

    def unit(self, x, p: dict):
        """(x − centre)/width; the same if x and every figure is halved."""
        if not self.centre:
            return x / self.spread(p)
        first, *rest = (p[figure] for figure in self.centre if figure in p)
        x = x - first
        for figure in rest:  # in place, where x is an array
            x -= figure
        x /= self.spread(p)
        return x

    def value(self, unit, p: dict):
        """unit·width + centre, the inverse of `unit`; half of it if every figure is halved."""
        x = unit * self.spread(p)
        for figure in reversed(self.centre):
            x += p[figure]
        return x

    def scaled(self, unit, p: dict):
        """factor·unit + offset, in place of a unit that is an array."""
        unit = unit.clip(0.0, 1.0) if self.clip else unit
        if self.output is not None:
            unit *= self.output[0]
            unit += self.output[1]
        return unit

    def unscaled(self, y):
        """The inverse of `scaled`."""
        return y if self.output is None else (y - self.output[1]) / self.output[0]


def _about_mean(s: "Statistics", std) -> dict:
    """An exact mean is the sum of two floats, so that nothing is lost where it is large beside the
    spread (1e9 ± 0.01); an engine's is one."""
    return dict(zip(Standardize.centre, s.mean, strict=False)) | {"std": std}


@dataclass(frozen=True)
class Standardize(Method):
    """(x − mean)/std. ddof 0 (the chapter, scikit-learn) or 1 (R, pandas)."""

    ddof: int = option(
        0, "Divide by n (0, default: scikit-learn) or n − 1 (1: R, pandas).", choices=(0, 1)
    )
    name, suffix = "standardize", "standardized"
    centre, width = ("mean", "mean_low"), ("std",)
    command = """Write (x − mean)/std of every column of numbers.

    \b
    Examples:
      onescale standardize class_ages.csv
      onescale standardize class_ages.csv --labelled -o scaled.csv
      onescale standardize sales.csv -c price --by shop --ddof 1 --replace
    """

    def __post_init__(self) -> None:
        if self.ddof not in (0, 1):
            raise SpecError(f"ddof is 0 or 1, not {self.ddof!r}")

    def learn(self, s: "Statistics") -> dict:
        return _about_mean(s, s.std(self.ddof))


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
class Robust(Method):
    """(x − median)/(75 % − 25 %), quartiles by linear interpolation."""

    name = suffix = "robust"
    needs, centre, width = "quartiles", ("median",), ("75%", "25%")
    command = """Write (x − median)/IQR of every column of numbers: outliers do not move it.

    \b
    Examples:
      onescale robust class_ages.csv
      onescale robust incomes.csv -c income --by country
    """

    def learn(self, s: "Statistics") -> dict:
        low, median, high = s.quartiles
        return {"median": median, "25%": low, "75%": high}


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

    Ranks are taken of a whole column (`statistics.ranks`): nothing is learnt, and no value scaled
    by itself.
    """

    name = suffix = "rank"
    needs, reusable, width = "order", False, ("spread",)
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
class BatchNorm(Method):
    """γ·(x − mean)/√(variance + ε) + β: a column as batch normalisation would pass it on."""

    epsilon: float = option(
        0.01, "Of batch_norm: added to the variance. Default: 0.01.", type=float
    )
    gamma: float = option(1.0, "Of batch_norm: a factor. Default: 1.", type=float)
    beta: float = option(0.0, "Of batch_norm: added at the end. Default: 0.", type=float)
    name = suffix = "batch_norm"
    centre, width = ("mean", "mean_low"), ("std",)

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

    def learn(self, s: "Statistics") -> dict:
        return _about_mean(s, s.std(0, self.epsilon))


@dataclass(frozen=True)
class Chapter(Standardize):
    """(x − mean)²/std, as the chapter's code prints it; its words mean `standardize`."""

    name = suffix = "chapter"
    command, reusable = None, False  # two values share one result

    def scaled(self, unit, p: dict):
        return unit**2 * p["std"]


METHODS: dict[str, type[Method]] = {
    "standardize": Standardize,
    "minmax": MinMax,
    "robust": Robust,
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
    known = [field.name for field in fields(METHODS[name])]
    for asked in options:
        if asked not in known:
            raise SpecError(f"{name} takes no {asked} (only {', '.join(known) or 'columns'})")
    return METHODS[name](**options)

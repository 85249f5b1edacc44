"""What scaling methods share: the way there and back, and what rounds it correctly.

A method names the figures that it takes from a value (its centre) and those that it divides by
(its width); `Method` makes of that the way there and back, for arrays and for expressions of an
engine alike, since both know + − × ÷ (of arrays, the way there is rounded correctly: `rounding`).
`learn` is given exact statistics (`statistics.summary`).

Nothing here needs NumPy, so that the command line knows its commands without loading it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from onescale.tables.statistics.summary import Statistics


KEEPS = 10_000
BEFORE = ("log", "asinh")  # the steps that may come before a method: see `steps`


def option(default, help: str, **how):
    """A field that is an option of the method's commands (`how`: in click's words) and `Scaler`."""
    kw_only = how.pop("kw_only", False)
    return field(default=default, kw_only=kw_only, metadata={"help": help, **how})


@dataclass(frozen=True)
class Method:
    """What all methods share. A value in units of its column is (x − centre)/width; a scaled value
    is factor·unit + offset.

    `p` holds what was learnt of a column, figures by name: floats, one value a row where there are
    groups, or expressions.
    """

    before: tuple[str, ...] = option(
        (),
        "A step before the method (repeatable): log, asinh.",
        kw_only=True,
        choices=BEFORE,
        multiple=True,
    )
    name: ClassVar[str]
    suffix: ClassVar[str]  # of the columns that it appends
    command: ClassVar[str | None] = None  # the help of its own command, if it has one
    needs: ClassVar[str] = "moments"  # or "values", all of a column at once, or "order"
    flat: ClassVar[str] = ""  # what to tell of a column that varies, but not in its width
    reusable: ClassVar[bool] = True  # whether what one table taught can scale, and unscale, another
    centre: ClassVar[tuple[str, ...]] = ()  # the figures taken from a value, one after the other
    # Of a method that needs values: makes figures of a group's, an array or a `RankTable`.
    figures: ClassVar[Any] = None
    keeps: ClassVar[float] = 0  # distinct values of a column, up to which a fit keeps them

    @property
    def width(self) -> tuple[str, ...]:
        """The figure to divide by, or two whose difference that is."""
        raise NotImplementedError

    @property
    def output(self) -> tuple[float, float] | None:
        """Factor and offset, where a unit is not all."""
        return None

    @property
    def clip(self) -> bool:
        """Whether units stay between 0 and 1."""
        return False

    @property
    def ceiling(self) -> float | None:
        """Where rounding leaves a unit of 1, and none below it above."""
        return None

    def learn(self, s: "Statistics") -> dict:
        """The figures that it needs of a column, by name."""
        raise NotImplementedError

    @property
    def merges(self) -> bool:
        """Whether what it learns of parts always tells of the whole (quantiles: see `keeps`)."""
        return self.needs != "values"

    def of(self, name: str) -> "Method":
        """The method of a column, as a plan has it: this one."""
        return self

    def methods_of(self, names: Sequence[str], indices: Sequence[int]) -> dict[int, "Method"]:
        """The methods by the indices of columns."""
        return {i: self.of(names[i]) for i in indices}

    @property
    def ending(self) -> str:
        """What its columns are called by, behind the name of the original."""
        return "_".join((*self.before, self.suffix))

    @property
    def of_constant(self) -> float:
        """What a column without spread becomes under --constant zero: a unit of 0."""
        return 0.0 if self.output is None else self.output[1]

    def spread(self, p: dict):
        """The width: zero where all values are equal, NaN where it is undefined."""
        high, *low = (p[figure] for figure in self.width)
        return high - low[0] if low else high

    def pairs(self, p: dict) -> tuple[tuple | None, tuple]:
        """Centre (None: none is taken off) and width, each as two floats or arrays to be added."""
        high, *low = (p[figure] for figure in self.width)
        left = p.get("std_low", 0.0 * high) if not low else difference_error(high, low[0])
        if not self.centre:
            return None, (high, left)
        first, *rest = (p[figure] for figure in self.centre)
        return (first, rest[0] if rest else 0.0 * first), (self.spread(p), left)

    def exact(self, x: float, s: "Statistics", p: dict) -> float:
        """(x − centre)/width, correctly rounded where the figures are exact; an infinity beyond
        float64's range."""
        high, *low = (Fraction(p[figure]) for figure in self.width)
        width = high - sum(low) + Fraction(p.get("flat", 0.0))
        return rounded((Fraction(x) - sum(Fraction(p[figure]) for figure in self.centre)) / width)

    def unit(self, x, p: dict):
        """(x − centre)/width, as an engine computes it."""
        for figure in self.centre:
            x = x - p[figure]
        return x / self.spread(p)

    def value(self, unit, p: dict):
        """unit·width + centre, the inverse of `unit`; half of it if every figure is halved."""
        x = unit * self.spread(p)
        for figure in reversed(self.centre):
            x += p[figure]
        return x

    def scaled(self, unit, figure: Callable):
        """factor·unit + offset, in place of a unit that is an array. figure: gives those of `p` by
        their names."""
        unit = unit.clip(0.0, 1.0) if self.clip else unit
        if self.output is not None:
            unit *= self.output[0]
            unit += self.output[1]
        return unit

    def unscaled(self, y):
        """The inverse of `scaled`."""
        return y if self.output is None else (y - self.output[1]) / self.output[0]


def difference_error(high, low):
    """What the rounding of high − low leaves (Knuth's TwoSum)."""
    difference = high - low
    part = difference - high
    return (high - (difference - part)) - (low + part)


def rounded(quotient: Fraction) -> float:
    """The float64 nearest to a rational; an infinity beyond its range."""
    try:
        return float(quotient)
    except OverflowError:
        return math.inf if quotient > 0 else -math.inf


class AboutMean(Method):
    """(x − mean)/√(variance + ε).

    Figures come as sums of two floats, so that nothing is lost where the mean is large beside the
    spread (1e9 ± 0.01).
    """

    centre, width = ("mean", "mean_low"), ("std",)
    ddof: int
    epsilon: float

    def learn(self, s: "Statistics") -> dict:
        figures = (*s.mean, *s.std_pair(self.ddof, self.epsilon))
        return dict(zip((*self.centre, "std", "std_low"), figures, strict=True))

    def exact(self, x: float, s: "Statistics", p: dict) -> float:
        return s.standardized(x, self.ddof, self.epsilon)


@dataclass(frozen=True)
class AboutMedian(Method):
    """(x − median)/width; where the width is zero though values differ, x − median."""

    mergeable: bool = option(
        False,
        "Of robust and mad: a fit keeps all distinct values, so that fits of parts merge however "
        "many there are; else up to 10,000 a column.",
        kw_only=True,
        is_flag=True,
    )
    needs, centre = "values", ("median",)
    deviates: ClassVar[bool] = False  # whether the distances from the median tell its width

    @property
    def shares(self) -> dict[str, Fraction]:
        """The quantiles that it takes, by name."""
        return {"median": Fraction(1, 2)}

    def widths(self, deviation: float) -> dict[str, float]:
        """The figures that follow from the median of the distances, where it `deviates`."""
        raise NotImplementedError

    @property
    def keeps(self) -> float:  # type: ignore[override]
        return math.inf if self.mergeable else KEEPS

    def learn(self, s: "Statistics") -> dict:
        figures = {key: s.figures[key] for key in (*self.centre, *reversed(self.width))}
        high, *low = (figures[key] for key in self.width)
        return figures | {"flat": s.flat(low[0] if low else 0.0, high)}

    def spread(self, p: dict):
        return super().spread(p) + p["flat"]

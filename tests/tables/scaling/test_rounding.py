"""Scaled values are the exact quotients, rounded once: a search for counter-examples."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onescale import Scaler
from onescale.core.errors import DataError

TINY = 1e-280  # below, a mean may have no second float that makes it exact
FINITE = st.floats(allow_nan=False, allow_infinity=False)
NEAR = st.builds(lambda base, steps: base + steps * math.ulp(base), FINITE, st.integers(-9, 9))
TABLES = st.one_of(
    st.lists(FINITE, min_size=2, max_size=9),
    st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30),
    st.lists(st.integers(-(2**60), 2**60).map(float), min_size=2, max_size=30),
    st.lists(st.sampled_from([1e9, 1e9 + 0.01, 1e9 - 0.01, 0.1, 4 / 3, 1.0]), min_size=2),
    FINITE.flatmap(
        lambda base: st.lists(
            st.integers(-9, 9).map(lambda k: base + k * math.ulp(base)), min_size=2, max_size=9
        )
    ),
).map(lambda values: [v for v in values if math.isfinite(v) and (v == 0 or abs(v) > TINY)])


def quantile(values: list[Fraction], share: Fraction) -> Fraction:
    """By linear interpolation, rounded to the float that the fit has of it."""
    place, part = divmod((len(values) - 1) * share, 1)
    low, high = values[place], values[min(place + 1, len(values) - 1)]
    return Fraction(float(low + part * (high - low)))


def rounded(value: Fraction) -> Fraction:
    """To the nearest float64; as it is beyond their range, at the end of a list."""
    try:
        return Fraction(float(value))
    except OverflowError:
        return value


def centre_and_width(method: str, values: list[Fraction]) -> tuple[Fraction, Fraction]:
    """What is taken off, and the square of what it is divided by."""
    values = sorted(values)
    if method == "standardize":
        mean = sum(values) / len(values)
        return mean, sum((v - mean) ** 2 for v in values) / len(values)
    if method == "minmax":
        return values[0], (values[-1] - values[0]) ** 2
    if method == "maxabs":
        return Fraction(0), max(map(abs, values)) ** 2
    median = quantile(values, Fraction(1, 2))
    if method == "mad":
        off = sorted(rounded(abs(v - median)) for v in values)
        return median, (quantile(off, Fraction(1, 2)) or 1) ** 2
    width = quantile(values, Fraction(3, 4)) - quantile(values, Fraction(1, 4))
    return median, (width or 1) ** 2


def is_nearest(value: float, distance: Fraction, square: Fraction) -> bool:
    """Whether no float64 is nearer to distance/√square than `value` is."""
    if int(math.copysign(1, value)) * distance < 0:
        return False
    size, target = abs(value), distance * distance / square
    below = (Fraction(size) + Fraction(math.nextafter(size, 0))) / 2
    above = Fraction(size) + Fraction(math.ulp(size)) / 2
    return below * below <= target <= above * above


@pytest.mark.filterwarnings("ignore:column")
@pytest.mark.parametrize("method", ["standardize", "minmax", "robust", "mad", "maxabs"])
@settings(max_examples=150)
@given(values=TABLES, more=st.lists(FINITE, max_size=3))
@example(values=[0.0, 1.0], more=[2.0**53])
@example(values=[1e308, -1e308], more=[])
@example(values=[5.992310449541055e307, 5.992310449541056e307, -1.1984620899082103e308], more=[])
@example(values=[5e-324, 0.0, 1.5e-323], more=[])
def test_every_value_is_the_float_nearest_to_the_exact_quotient(method, values, more):
    if len(values) < 2 or min(values) == max(values):
        return
    exact = [Fraction(value) for value in values]
    try:
        scaler = Scaler(method).fit(np.array(values))
        scaled = scaler.transform(np.array(values + more))
    except DataError as error:
        assert "beyond float64's range" in str(error)
        return
    centre, square = centre_and_width(method, exact)
    if not square or not math.isfinite(max(abs(v) for v in scaled)):
        return
    for x, z in zip(values + more, scaled.tolist(), strict=True):
        assert is_nearest(z, Fraction(x) - centre, square), (x, z)


def test_equal_quantiles_are_no_lack_of_spread(onescale, table):
    """As scikit-learn has it: x − median; without spread is only what has one value."""
    path = table("x,y\n1,5\n2,5\n2,5\n2,5\n2,5\n9,5\n")
    ran = onescale("robust", path)
    assert ran.column("x_robust") == ["-1.0", "0.0", "0.0", "0.0", "0.0", "7.0"]
    assert "column 'x': the quantiles that it is divided by are equal: written as x" in ran.err
    assert "column 'y' has no spread" in ran.err

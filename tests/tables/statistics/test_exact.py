"""Mean and std are those of the exact rational arithmetic, rounded once, whatever the order."""

import math
import statistics
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onescale.tables.statistics.exact import Exact, Moments, as_integer, root, slices

NIST = sorted((Path(__file__).parents[2] / "fixtures" / "nist").glob("*.dat"))


def nist_values(path: Path) -> np.ndarray:
    lines = path.read_text().splitlines()
    start = max(i for i, line in enumerate(lines) if line.startswith("-----")) + 1
    return np.array([float(line) for line in lines[start:] if line.strip()])


def exact_mean(values) -> Fraction:
    fractions = [Fraction(float(v)) for v in values]
    return sum(fractions) / len(fractions)


def exact_variance(values, ddof: int) -> Fraction:
    mean = exact_mean(values)
    return sum((Fraction(float(v)) - mean) ** 2 for v in values) / (len(values) - ddof)


def is_nearest_root(value: float, square: Fraction) -> bool:
    """Whether no float64 is nearer to the root of `square` than `value` is."""
    below = (Fraction(value) + Fraction(math.nextafter(value, 0))) / 2
    above = (Fraction(value) + Fraction(math.nextafter(value, math.inf))) / 2
    return below**2 <= square <= above**2


def check(values) -> None:
    values = np.asarray(values, dtype=np.float64)
    moments = Moments().add(values)
    mean = exact_mean(values)
    assert moments.count == len(values)
    assert moments.mean()[0] == float(mean)
    assert abs(Fraction(moments.mean()[0]) + Fraction(moments.mean()[1]) - mean) <= abs(
        mean
    ) / 2**100 or (abs(mean) < 2**-900)
    for ddof in (0, 1):
        if len(values) > ddof:
            assert moments.variance(ddof) == exact_variance(values, ddof)
            assert is_nearest_root(moments.std_pair(ddof)[0], exact_variance(values, ddof))
    assert (moments.min, moments.max) == (values.min(), values.max())


@pytest.mark.parametrize("path", NIST, ids=lambda path: path.stem)
def test_nist_reference_sets_equal_the_exact_answer_to_the_bit(path):
    check(nist_values(path))


def test_all_nine_nist_sets_are_there():
    assert len(NIST) == 9


@pytest.mark.parametrize("path", NIST, ids=lambda path: path.stem)
def test_nist_certified_figures(path):
    """The certified digits are those of the decimal text, so close is all that they can be."""
    text = path.read_text()
    values = nist_values(path)
    certified = {
        key: float(line.split(":")[1].split()[0])
        for line in text.splitlines()
        for key in ("Sample Mean", "Sample Standard Deviation")
        if line.strip().startswith(key)
    }
    moments = Moments().add(values)
    assert moments.mean()[0] == pytest.approx(certified["Sample Mean"], rel=1e-15)
    std = certified["Sample Standard Deviation"]
    assert moments.std_pair(1)[0] == pytest.approx(
        std, rel=1e-8 if path.stem.startswith("NumAcc") else 1e-14
    )


HARD = {
    "1e7 + 0.1k": 1e7 + 0.1 * np.arange(1001),
    "1e9 ± 0.01": 1e9 + np.tile([-0.01, 0.01], 500),
    "cancelling": np.array([1e40, 1e20, 1.0, -1e40, -1e20]),
    "subnormal": np.array([5e-324, 1e-310, 3e-320, 0.0]),
    "huge": np.array([1e300, 1.7e308, -1.6e308, 1e307]),
    "from end to end": np.array([5e-324, 1.0, 1.797e308, -1.797e308, 1e-200]),
    "mixed exponents": np.random.default_rng(1).normal(size=20_000)
    * 10.0 ** np.random.default_rng(2).integers(-200, 200, 20_000),
    "one value": np.array([0.1]),
    "equal": np.full(12345, 0.1),
    "zeros": np.array([0.0, -0.0]),
    "near the fast path's ends": np.array([2.0**450, -(2.0**450), 2.0**-450, 2.0**451, 2.0**-451]),
}  # fmt: skip


@pytest.mark.parametrize("name", HARD)
def test_hard_sets(name):
    check(HARD[name])


def test_more_blocks_than_one():
    check(np.random.default_rng(3).lognormal(size=30_000))


floats = st.floats(allow_nan=False, allow_infinity=False)
likely = st.one_of(floats, st.floats(-1e6, 1e6), st.integers(-1000, 1000).map(float))


@given(st.lists(likely, min_size=1, max_size=60))
def test_any_values(values):
    check(values)


@given(st.lists(likely, min_size=2, max_size=60), st.randoms(use_true_random=False))
def test_any_order_chunks_and_tree_of_merges_give_the_same_bits(values, random):
    whole = Moments().add(np.array(values))
    shuffled = random.sample(values, len(values))
    parts = []
    while shuffled:
        size = random.randint(1, len(shuffled))
        parts.append(Moments().add(np.array(shuffled[:size])))
        shuffled = shuffled[size:]
    while len(parts) > 1:
        one = parts.pop(random.randrange(len(parts)))
        parts[random.randrange(len(parts))].merge(one)
    assert parts[0].sum == whole.sum and parts[0].squares == whole.squares
    assert parts[0].mean() == whole.mean()
    assert (parts[0].count, parts[0].min, parts[0].max) == (whole.count, whole.min, whole.max)
    variance = whole.variance(0)
    assert parts[0].variance(0) == variance
    if variance < Fraction(2) ** 2046:
        assert parts[0].std_pair() == whole.std_pair()


@given(st.lists(st.floats(-1e100, 1e100), min_size=1, max_size=50))
def test_slices_add_up(values):
    block = np.array([v for v in values if v == 0 or abs(v) > 1e-100])
    if len(block):
        pieces = slices(block)
        for piece, k in pieces:
            whole = np.ldexp(piece, -k)
            assert np.abs(whole).max() <= 2**20 and (whole == np.rint(whole)).all()
        for row, value in enumerate(block):
            assert sum(Fraction(piece[row]) for piece, _ in pieces) == Fraction(value)


@given(st.fractions(min_value=0))
def test_root_is_the_nearest_float(square):
    assert is_nearest_root(root(square), square)


@given(st.fractions(min_value=0, max_value=Fraction(1, 2**2000)))
def test_root_of_the_tiny(square):
    assert is_nearest_root(root(square), square)


@given(floats)
def test_integers_of_floats(value):
    mantissa, exponent = as_integer(value)
    assert Fraction(mantissa) * Fraction(2) ** exponent == Fraction(value)


@given(st.lists(floats, max_size=10))
def test_exact_sums_survive_their_text(values):
    total = Exact()
    for value in values:
        total.add(*as_integer(value))
    assert Exact.parse(str(total)) == total
    assert total.fraction() == sum(map(Fraction, values))


def test_std_agrees_with_the_standard_library():
    values = np.random.default_rng(5).normal(size=500)
    assert Moments().add(values).std_pair()[0] == statistics.pstdev(map(Fraction, values.tolist()))
    assert Moments().add(values).std_pair(1)[0] == statistics.stdev(map(Fraction, values.tolist()))

"""Quantiles by passes are those of all values in order, as Python's fractions interpolate them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onescale.core.errors import DataError
from onescale.tables.statistics import selection
from onescale.tables.statistics.ranks import DistinctValues, RankTable
from onescale.tables.statistics.selection import FirstCounts, Selection, floats, keys, select
from onescale.tables.statistics.summary import median_deviation, quantiles

SHARES = [Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1, 10), Fraction(0), Fraction(1)]
FINITE = st.floats(allow_nan=False, allow_infinity=False)
NEAR = st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 1.0, 1.0 + 2**-52, -1.0, 1e308, -1.7e308])
VALUES = st.lists(FINITE | NEAR | st.integers(-3, 3).map(float), min_size=1, max_size=200)
# What is kept in a pass, and counted: all at once; counted first; counted to the end, coarsely.
BOUNDS = [(1 << 22, 1 << 23), (8, 1 << 10), (0, 1 << 12), (0, 1 << 8)]


def oracle(values):
    """The quantiles of some floats, each rounded once."""
    ordered, last = sorted(map(Fraction, values)), len(values) - 1
    found = []
    for share in SHARES:
        place, part = divmod(last * share, 1)
        high = ordered[min(place + 1, last)]
        found.append(float(ordered[place] + part * (high - ordered[place])))
    return found


def of(values, codes, groups, first=None):
    ends = [values[codes == g] for g in range(groups)]
    lows, highs = (
        [f(own) if len(own) else f(np.zeros(1)) for own in ends] for f in (np.min, np.max)
    )
    return Selection(np.bincount(codes, minlength=groups), lows, highs, SHARES, first)


@given(
    VALUES,
    st.sampled_from(BOUNDS),
    st.sampled_from([1, 7, 64]),
    st.sampled_from([1, 4]),
    st.booleans(),
)
@settings(max_examples=300)
def test_any_values_in_any_parts(given_values, bounds, parts, groups, counted):
    values = np.array(given_values)
    codes = np.arange(len(values)) % groups
    if groups > 2:
        codes[codes == 2] = 3  # a group without a value
    pieces = list(zip(np.array_split(values, parts), np.array_split(codes, parts), strict=True))
    first = FirstCounts() if counted and groups == 1 else None
    for part, _ in pieces if first else []:
        first.add(part)
    one = of(values, codes, groups, first)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selection, "KEPT", bounds[0])
        patch.setattr(selection, "MEMORY", bounds[1])
        select({0: one}, lambda _: ((0, x, None if groups == 1 else g) for x, g in pieces))
    for group, found in enumerate(one.quantiles()):
        own = values[codes == group].tolist()
        assert np.array_equal(found, oracle(own) if own else [np.nan] * 6, equal_nan=True)


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(0).normal(size=5000),
        np.random.default_rng(1).lognormal(0, 100, 5000),
        np.r_[np.full(4000, 0.1), 0.1 + np.random.default_rng(2).normal(0, 1e-15, 1000), 1e300],
        np.random.default_rng(3).choice([-1.0, 1e9], 5000),
    ],
    ids=["normal", "wide", "crowded", "two values"],
)
def test_no_more_is_kept_than_there_is_room_for(monkeypatch, values):
    monkeypatch.setattr(selection, "KEPT", 100)
    first, kept = FirstCounts(), []
    for part in np.array_split(values, 9):
        first.add(part)
    one = of(values, np.zeros(len(values), int), 1, first)

    def batches(_):
        kept.append(0)
        for part in np.array_split(values, 9):
            yield 0, part, None
            kept[-1] = sum(len(x) for window in one.windows for x, _ in window.kept)

    select({0: one}, batches)
    assert one.quantiles() == [oracle(values.tolist())]
    assert max(kept) <= 100 and len(kept) <= 5


def test_other_rows_in_a_later_pass_are_told():
    values = np.arange(5.0)
    with pytest.raises(DataError, match="changed while they were read"):
        select({0: of(values, np.zeros(5, int), 1)}, lambda _: [(0, values[1:], None)])


@given(VALUES)
def test_keys_are_in_the_order_of_the_floats(given_values):
    values = np.array(given_values)
    assert (floats(keys(values)) == values).all()
    assert (np.sort(values) == values[np.argsort(keys(values))]).all()
    assert len(set(keys(values).tolist())) == len(set(given_values))


@given(VALUES, st.integers(1, 5), st.sampled_from([3, 10_000]))
def test_distinct_values_tell_quantiles(given_values, parts, most):
    values = np.array(given_values)
    whole, in_parts = DistinctValues(most), DistinctValues(most)
    codes = np.arange(len(values)) % 2
    whole.add(values, codes)
    for x, g in zip(np.array_split(values, parts), np.array_split(codes, parts), strict=True):
        in_parts.add(x, g)
    pairs = set(zip(given_values, codes.tolist(), strict=True))
    for tables in (whole.tables(2), in_parts.tables(2)):
        assert (tables is None) == (len(pairs) > most)
        for group, table in enumerate(tables or []):
            own = values[codes == group]
            assert table.values.tolist() == sorted(set(own.tolist()))
            assert len(table) == len(own)
            if len(own) and np.abs(own).max() < 1e307:
                assert quantiles(table, SHARES) == oracle(own.tolist())
                assert median_deviation(table) == median_deviation(own)
    assert quantiles(RankTable.of(values), SHARES) == oracle(given_values)

"""Groups of a column have the exact statistics of their rows alone, and quartiles are NumPy's."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onescale.tables.statistics.exact import Moments
from onescale.tables.statistics.groups import GroupMoments

floats = st.floats(allow_nan=False, allow_infinity=False)
likely = st.one_of(floats, st.floats(-1e6, 1e6), st.integers(-1000, 1000).map(float))


@given(
    st.lists(st.tuples(likely, st.integers(0, 4)), min_size=1, max_size=80),
    st.lists(st.integers(1, 80), max_size=4),
)
def test_groups_have_the_statistics_of_their_rows_alone(rows, cuts):
    values, codes = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    grouped = GroupMoments()
    for part, code in zip(
        np.split(values, sorted(cuts)), np.split(codes, sorted(cuts)), strict=True
    ):
        if len(part):
            grouped.add(part, code, 5)
    for group in range(5 if len(grouped) else 0):
        alone = Moments().add(values[codes == group])
        found = grouped.all()[group]
        assert found.sum == alone.sum and found.squares == alone.squares
        assert (found.count, found.min, found.max) == (alone.count, alone.min, alone.max)


@pytest.mark.parametrize("groups", [3, 20_000])
def test_many_rows_in_groups(groups):
    generator = np.random.default_rng(0)
    values = generator.normal(170, 10, 50_000)
    codes = generator.integers(0, groups, len(values))
    grouped = GroupMoments()
    for start in range(0, len(values), 7000):
        part = slice(start, start + 7000)
        grouped.add(values[part], codes[part], groups)
    for group in range(0, groups, max(1, groups // 20)):
        alone = Moments().add(values[codes == group])
        assert (
            grouped.all()[group].sum == alone.sum and grouped.all()[group].squares == alone.squares
        )


@pytest.mark.parametrize("size", [8192, 8191, 100_000])
def test_carrying_loses_nothing(size):
    """More blocks than an int64 could hold without a carry, of one long group and a short one."""
    values = np.full(size, 2.0**20 - 2.0**-32)
    codes = np.zeros(size, np.intp)
    codes[7] = 1
    grouped, times = GroupMoments(), 2_000_000 // size
    for _ in range(times):
        grouped.add(values, codes, 2)
    value = Fraction(2**20) - Fraction(1, 2**32)
    for group, count in ((0, times * (size - 1)), (1, times)):
        assert grouped.all()[group].sum.fraction() == count * value
        assert grouped.all()[group].squares.fraction() == count * value**2


def test_extremes_are_those_of_the_groups_that_have_values():
    grouped = GroupMoments()
    grouped.add(np.array([3.0, -1.0, 2.0]), np.array([2, 2, 0]), 4)
    codes, lows, highs = grouped.extremes()
    assert (codes.tolist(), lows.tolist(), highs.tolist()) == ([0, 2], [2, -1], [2, 3])
    assert [part.tolist() for part in Moments().extremes()] == [[], [], []]

"""Ranges on a logarithmic scale: how draws fall in them, and where their edges are."""

import numpy as np
import pytest
from scipy import stats

from made_up_data import stream
from onescale.core.errors import SpecError
from onescale.training.space import LogUniform


def test_draws_are_log_uniform_as_scipys():
    space, random = LogUniform(1e-4, 1.0), stream()
    draws = [space.draw(random) for _ in range(2000)]
    assert stats.kstest(draws, stats.loguniform(1e-4, 1).cdf).pvalue > 0.01


def test_one_minus_what_is_drawn_is_log_uniform():
    space, random = LogUniform(0.01, 0.9, complement=True), stream()
    draws = np.array([space.draw(random) for _ in range(2000)])
    assert stats.kstest(1 - draws, stats.loguniform(0.01, 0.9).cdf).pvalue > 0.01
    np.testing.assert_allclose(space.ends, (0.99, 0.1))


@pytest.mark.parametrize(
    ("value", "edge"),
    [
        (1e-4, True), (1.5e-4, True), (1.6e-4, False), (0.01, False), (0.62, False),
        (0.64, True), (1.0, True), (3.0, True), (1e-9, True), (None, False), (0, False),
    ],
)  # fmt: skip
def test_the_outer_twentieth_is_the_edge(value, edge):
    assert LogUniform(1e-4, 1.0).at_edge(value) == edge  # 0.2 of four powers of ten


def test_the_edge_of_a_complement_is_that_of_the_distance_from_one():
    space = LogUniform(0.01, 0.8, complement=True)
    assert [space.at_edge(v) for v in (0.99, 0.988, 0.98, 0.5, 0.37, 0.3, 0.1)] == [
        True, True, False, False, False, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(("high", "edge"), [(0.7, True), (0.8, True), (0.82, False), (0.9, False)])
def test_there_is_no_edge_where_hardly_anything_lies_beyond(high, edge):
    """Of the distances from 1, those from 0.8 to 1 are a twentieth of all from 0.01 on."""
    space = LogUniform(0.01, high, complement=True)
    assert space.at_edge(space.ends[1]) == edge
    assert space.at_edge(space.ends[0])


@pytest.mark.parametrize(
    "given",
    [
        [0.1, 1], 0.1, {}, {"uniform": [0.1, 1]}, {"log_uniform": [1, 0.1]},
        {"log_uniform": [0, 1]}, {"log_uniform": [1, 1]}, {"log_uniform": [1]},
        {"log_uniform": ["a", "b"]}, {"log_uniform": [True, 2]}, {"log_uniform": [1, float("inf")]},
        {"one_minus_log_uniform": [0.1, 1.0]},
        {"log_uniform": [0.1, 1], "one_minus_log_uniform": [0.1, 0.5]},
    ],
)  # fmt: skip
def test_ranges_that_cannot_be_meant(given):
    with pytest.raises(SpecError, match=r"vary.rate: .*log_uniform"):
        LogUniform.from_mapping("rate", given)

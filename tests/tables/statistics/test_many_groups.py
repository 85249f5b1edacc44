"""Very many groups, worked out a few at a time: what fewer at once give, to the bit."""

import numpy as np
import pytest

from onescale.tables.commands import one_pass, scan
from onescale.tables.statistics import many_groups
from onescale.tables.statistics.groups import GroupMoments
from onescale.tables.statistics.many_groups import grouped_statistics


def test_statistics_of_each_group(monkeypatch):
    monkeypatch.setattr(many_groups, "PART", 3)
    random = np.random.default_rng(1)
    values, codes = random.normal(0, 1e3, 200), random.integers(0, 10, 200)
    values[::7], codes[codes == 4] = np.nan, 5  # gaps, and a group without a row
    values[3] = 1e-300
    rows = np.bincount(codes, minlength=11)
    moments, present = GroupMoments(), ~np.isnan(values)
    moments.add(values[present], codes[present], 11)
    every = grouped_statistics(values, codes, rows, lambda own: {"sum": own.sum()})
    for group, (one, expected) in enumerate(zip(every, moments.all(), strict=True)):
        assert (one.rows, one.count) == (rows[group], expected.count)
        assert (one.moments.sum, one.moments.squares) == (expected.sum, expected.squares)
        assert (one.moments.min, one.moments.max) == (expected.min, expected.max)
        own = values[(codes == group) & present]
        assert one.figures["sum"] == own.sum()
        assert every[group].moments.sum == expected.sum


@pytest.mark.parametrize("method", ["standardize", "robust", "rank"])
def test_columns_one_by_one_are_columns_together(onescale, table, monkeypatch, method):
    random = np.random.default_rng(2)
    rows = [f"{i % 41},{i % 3},{x},{x * x}" for i, x in enumerate(random.normal(size=300))]
    path = table("\n".join(["g,h,x,y", *rows, "7,0,,1", "99,9,5,"]))
    arguments = (method, path, "--by", "g", "--by", "h")
    together = onescale(*arguments)
    monkeypatch.setattr(one_pass, "MANY", 10)
    monkeypatch.setattr(scan, "ROWS", 100)
    apart = onescale(*arguments)
    assert apart.raw == together.raw
    assert sorted(apart.err.splitlines()) == sorted(together.err.splitlines())

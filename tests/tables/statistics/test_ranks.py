"""Ranks are those of SciPy, within groups too."""

import numpy as np
import pytest
from scipy import stats

from onescale.tables.statistics.ranks import RankTable, Standing, percentile_ranks, standings

GENERATOR = np.random.default_rng(0)
COLUMNS = {
    "no ties": GENERATOR.normal(size=50),
    "ties": GENERATOR.integers(0, 9, 200).astype(float),
    "all equal": np.full(7, 3.0),
    "one": np.array([5.0]),
    "gaps": np.where(GENERATOR.random(60) < 0.3, np.nan, GENERATOR.integers(0, 5, 60)),
    "none": np.zeros(0),
    "only gaps": np.full(3, np.nan),
}


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("groups", [1, 4])
def test_percentiles_and_ranks_are_those_of_scipy(name, groups):
    values = COLUMNS[name]
    codes = np.arange(len(values)) % groups
    given = codes if groups > 1 else None
    rows, run, standing = standings(values, given)
    percentiles = percentile_ranks(values, given)
    assert sorted(rows) == np.flatnonzero(~np.isnan(values)).tolist()
    assert np.isnan(np.delete(percentiles, rows)).all()
    for group in range(groups):
        mine = (codes == group) & ~np.isnan(values)
        expected = (stats.rankdata(values[mine]) - 0.5) * 100 / max(1, mine.sum())
        assert percentiles[mine] == pytest.approx(expected, rel=1e-15)
        best = np.full(len(values), 0)
        best[rows] = standing.rank[run]
        assert best[mine].tolist() == stats.rankdata(-values[mine], "min").tolist()


def test_one_value_counted_by_hand():
    standing = Standing(below=2, equal=2, of=5)
    assert (standing.rank, standing.percentile) == (2, 60.0)


@pytest.mark.parametrize("name", ["no ties", "ties", "all equal", "one"])
def test_any_value_ranks_among_those_of_a_table_as_scipy_scores_it(name):
    values = COLUMNS[name]
    table = RankTable.joined([RankTable.of(values[:3]), RankTable.of(values[3:])])
    new = np.concatenate([values, values + 0.25, [-1e9, 1e9]])
    expected = stats.percentileofscore(values, new, kind="mean")
    ranks = table.percentiles(new)
    assert ranks == pytest.approx(expected, rel=1e-15)
    assert ranks[: len(values)].tolist() == percentile_ranks(values).tolist()
    assert table.at(ranks[: len(values)]).tolist() == values.tolist()
    own = table.percentiles(table.values)
    between = np.linspace(-5, 105, 400)
    assert table.at(between) == pytest.approx(np.interp(between, own, table.values), rel=1e-12)
    assert np.isnan(table.at(table.percentiles(np.array([np.nan])))).all()

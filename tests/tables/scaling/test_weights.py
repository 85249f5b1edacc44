"""Weighted statistics: those of exact fractions, of rows written as often as they weigh, of
scikit-learn; from the sums to the command line."""

import math
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from sklearn.preprocessing import StandardScaler

import onescale as package
from onescale import Scaler
from onescale.core.errors import DataError, SpecError
from onescale.tables.scaling import fit_file
from onescale.tables.statistics.weighted import WeightedGroupMoments, WeightedMoments

R = np.random.default_rng(3)
X, W, G = R.normal(1e3, 1, 60), R.integers(0, 4, 60), R.integers(0, 2, 60)
X[5] = np.nan
FRAME = pl.DataFrame({"x": X, "w": W, "g": np.array(["a", "b"])[G]})
REPEATED = FRAME[np.repeat(np.arange(60), W).tolist()]
COLUMNS = {
    "plain": (R.normal(size=20_000), R.random(20_000)),
    "far from zero": (1e9 + R.normal(size=500) * 0.01, R.integers(0, 9, 500).astype(float)),
    "wide": (10.0 ** R.uniform(-60, 60, 800), 10.0 ** R.uniform(-40, 40, 800)),
    "beyond products": (np.array([1e300, -3e-300, 2.0, 0.0]), np.array([1e-200, 1e250, 3.0, 1.0])),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_sums_are_those_of_fractions(name):
    x, w = COLUMNS[name]
    codes = np.arange(len(x)) % 2
    both = WeightedGroupMoments()
    half = len(x) // 2
    both.add(x[:half], codes[:half], 2, w[:half])
    both.add(x[half:], codes[half:], 2, w[half:])
    for group, moments in enumerate(both.all()):
        rows = list(zip(map(Fraction, x[group::2]), map(Fraction, w[group::2]), strict=True))
        total = sum(weight for _, weight in rows)
        mean = sum(weight * value for value, weight in rows) / total
        squares = sum(weight * (value - mean) ** 2 for value, weight in rows)
        assert moments.exact_mean() == mean and moments.mean()[0] == float(mean)
        assert moments.variance() == squares / total
        if total > 1:
            assert moments.variance(1) == squares / (total - 1)
        assert moments.count == np.count_nonzero(w[group::2])


def test_weights_that_leave_nothing_to_divide_by():
    moments = WeightedMoments()
    assert moments.variance() is None and math.isnan(moments.mean()[0])
    with pytest.raises(DataError, match=r"weights add up to 0\.75"):
        package.standardize(np.array([1.0, 2.0]), weights=[0.5, 0.25], ddof=1)


@pytest.mark.parametrize("by", [None, "g"])
@pytest.mark.parametrize("options", [{}, {"ddof": 1}, {"method": "minmax"}, {"method": "maxabs"}])
def test_a_weight_is_as_many_rows(by, options):
    weighed = Scaler(by=by, **options).fit(FRAME, sample_weight="w")
    repeated = Scaler(by=by, columns="x", **options).fit(REPEATED)
    assert weighed.transform(FRAME).equals(repeated.transform(FRAME))
    parts = Scaler(by=by, **options).fit(FRAME[:25], sample_weight="w")
    parts.partial_fit(FRAME[25:], sample_weight=W[25:])
    assert parts.transform(FRAME).equals(weighed.transform(FRAME))
    method = options.pop("method", "standardize")
    scaled = package.scale(FRAME, method, "x", by=by, weights="w", replace=True, **options)
    assert scaled.equals(weighed.transform(FRAME))


def test_scikit_learn_weighs_alike():
    x, w = R.normal(5, 2, (50, 3)), R.random(50)
    ours = Scaler().fit_transform(x, sample_weight=w)
    assert np.allclose(ours, StandardScaler().fit_transform(x, sample_weight=w), rtol=1e-12)
    assert np.allclose(package.standardize(x, weights=w), ours, rtol=0)


@pytest.mark.parametrize("kind", [np.asarray, lambda x: pl.DataFrame({"x": x})])
def test_many_rows(kind):
    x, w = COLUMNS["plain"]
    scaler = Scaler().fit(kind(x), sample_weight=w)
    mean = np.average(x, weights=w)
    assert scaler.mean_ == pytest.approx(mean, rel=1e-12)
    assert scaler.scale_**2 == pytest.approx(np.average((x - mean) ** 2, weights=w), rel=1e-12)


def test_on_the_command_line(onescale, table, tmp_path):
    path, parts = tmp_path / "whole.csv", [tmp_path / "1.csv", tmp_path / "2.csv"]
    FRAME.write_csv(path)
    for part, rows in zip(parts, (FRAME[:25], FRAME[25:]), strict=True):
        rows.write_csv(part)
    REPEATED.write_csv(tmp_path / "repeated.csv")
    options = ("--weights", "w", "--by", "g")
    fits = [tmp_path / f"{name}.json" for name in ("1", "2", "merged", "whole", "repeated")]
    for part, fit in zip([*parts, path], [*fits[:2], fits[3]], strict=True):
        onescale("fit", part, *options, "-o", fit)
    onescale("merge", *fits[:2], "-o", fits[2])
    assert fits[2].read_text() == fits[3].read_text()
    assert fit_file.text(fit_file.load(fits[3])) == fits[3].read_text()
    applied = onescale("apply", fits[3], path)
    assert applied.out == onescale("standardize", path, *options).out
    onescale("fit", tmp_path / "repeated.csv", "-c", "x", "--by", "g", "-o", fits[4])
    assert onescale("apply", fits[4], path).out == applied.out
    assert "another kind of rows" in onescale("merge", fits[3], fits[4], fails=True).err
    assert onescale("invert", fits[3], table(applied.out)).rows()[0] == ["x", "w", "g"]
    planned = onescale("scale", path, "--set", "x=standardize", *options)
    assert planned.out == applied.out
    (figures,) = Scaler.load(fits[3]).fit_.columns
    described = onescale("describe", path, *options)
    assert list(map(float, described.column("mean"))) == figures.learnt["mean"].tolist()
    assert described.column("50%") == ["", ""] and described.column("column") == ["x", "x"]


BAD = [
    ("x,w\n1,1\n2,-1\n", "table.csv:3: column 'w': '-1' is no weight"),
    ("x,w\n1,\n2,1\n", "table.csv:2: column 'w': '' is no weight"),
    ("x,w\n1,1\n2,b\n", "table.csv:3: column 'w': 'b' is no weight"),
    ("x,w\n1,0\n2,0\n", "all weights are zero"),
]


@pytest.mark.parametrize(("text", "says"), BAD)
def test_what_is_no_weight(onescale, table, text, says):
    ran = onescale("standardize", table(text), "--weights", "w", fails=True)
    assert ran.status == 3 and says in ran.err


def test_what_takes_no_weights(onescale, table):
    ran = onescale("scale", table("x,w\n1,1\n"), "--method", "mad", "--weights", "w", fails=True)
    assert ran.status == 2 and "mad takes no weights" in ran.err
    ran = onescale("minmax", table("x,w\n1,1\n"), "--weights", "w", "-c", "w", fails=True)
    assert "is the weights column" in ran.err
    for call in (
        lambda: package.scale(FRAME.lazy(), {"x": "rank"}, weights="w"),
        lambda: package.standardize(FRAME.lazy(), "x", weights=[1.0]),
        lambda: package.scale(FRAME, {"x": "robust"}, weights="w"),
    ):
        with pytest.raises(SpecError):
            call()
    for weights, says in (("v", "unknown column"), ([1.0], "a number a row"), ("g", "no number")):
        with pytest.raises(DataError, match=says):
            package.standardize(FRAME, "x", weights=weights)
    with pytest.raises(DataError, match=r"row 0: column 'sample_weight': -1\.0 is no weight"):
        Scaler().fit(np.ones((1, 1)), sample_weight=[-1])

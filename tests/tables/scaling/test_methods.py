"""Scaling methods: a new one is a class and a line; all of them beyond float64's range.

Oracles: SciPy, and Python's exact rational numbers.
"""

import importlib
import math
from dataclasses import dataclass
from fractions import Fraction

import duckdb
import numpy as np
import polars as pl
import pytest
from scipy.stats import zscore

from onescale.cli import fits, table_options, tables
from onescale.core.errors import SpecError
from onescale.tables.frames import eager, lazy, scaler
from onescale.tables.frames.kinds import Chosen
from onescale.tables.scaling.method import AboutMean, Method, option
from onescale.tables.scaling.methods import METHODS, make
from places import AGES

REUSABLE = [name for name, method in METHODS.items() if method.reusable]
X = np.random.default_rng(5).normal(40, 12, 30)


@dataclass(frozen=True)
class TScore(AboutMean):
    """50 + points·(x − mean)/std, as some schools report marks."""

    points: float = option(10.0, "Of t_score: one standard deviation.", type=float)
    name, suffix, ddof, epsilon = "t_score", "t_score", 0, 0.0
    command = """Write 50 + points·(x − mean)/std of every column of numbers.

    \b
    Example:
      onescale t_score class_ages.csv --points 15
    """

    @property
    def output(self):
        return self.points, 50.0


@pytest.fixture
def t_score(monkeypatch):
    """The one line; what is made of METHODS at import is made again, and once more afterwards."""
    from onescale import cli

    made_at_import = (table_options, fits, tables, cli)
    monkeypatch.setitem(METHODS, "t_score", TScore)
    for module in made_at_import:
        importlib.reload(module)
    yield
    monkeypatch.undo()
    for module in made_at_import:
        importlib.reload(module)


@pytest.mark.usefixtures("t_score")
class TestANewMethod:
    @pytest.fixture
    def path(self, table):
        return table("x\n" + "".join(f"{v!r}\n" for v in X.tolist()))

    def test_is_a_command_with_its_option(self, onescale, path):
        assert "t_score" in onescale("--help").out
        assert "--points FLOAT" in onescale("t_score", "--help").out
        got = onescale("t_score", path, "--points", 5).column("x_t_score")
        assert np.allclose(list(map(float, got)), 50 + 5 * zscore(X), rtol=1e-14)

    def test_is_a_choice_of_scale_and_fit(self, onescale, path, tmp_path):
        direct = onescale("scale", path, "--method", "t_score").raw
        onescale("fit", path, "--method", "t_score", "--points", 10, "-o", tmp_path / "fit.json")
        applied = onescale("apply", tmp_path / "fit.json", path)
        assert applied.raw == direct
        back = onescale("invert", tmp_path / "fit.json", "-", stdin=applied.raw).column("x")
        assert np.allclose(list(map(float, back)), X, rtol=1e-14)
        ran = onescale("scale", path, "--method", "robust", "--points", 5, fails=True)
        assert ran.status == 2 and "robust takes no points" in ran.err

    def test_is_a_scaler(self, tmp_path):
        fitted = scaler.Scaler("t_score").set_params(points=5).fit(X.reshape(-1, 1))
        scaled = fitted.transform(X.reshape(-1, 1))
        assert np.allclose(scaled[:, 0], 50 + 5 * zscore(X), rtol=1e-14)
        assert np.allclose(fitted.inverse_transform(scaled)[:, 0], X, rtol=1e-14)
        fitted.save(tmp_path / "fit.json")
        assert scaler.Scaler.load(tmp_path / "fit.json").get_params()["points"] == 5
        frame = pl.DataFrame({"x": X})
        of_frame = scaler.Scaler("t_score").fit(frame)
        lazily = of_frame.transform(frame.lazy())
        assert np.allclose(lazily.collect()["x"], 50 + 10 * zscore(X), rtol=1e-14)
        back = of_frame.inverse_transform(lazily).collect()["x"]
        assert np.allclose(back, X, rtol=1e-14)

    @pytest.mark.parametrize("by", [None, "g"])
    def test_scales_frames_eager_and_lazy(self, by):
        frame = pl.DataFrame({"x": X, "g": ["a", "b", "c"] * 10})
        relation = duckdb.from_arrow(frame.to_arrow())
        z = np.empty(30)
        for rows in [slice(None)] if by is None else [slice(k, None, 3) for k in range(3)]:
            z[rows] = zscore(X[rows])
        scaled = eager._scale(frame, make("t_score"), Chosen("x", by), True, "zero")
        assert np.allclose(scaled["x"], 50 + 10 * z, rtol=1e-14)
        for kind in (frame.lazy(), relation):
            scaled = lazy.scale(kind, make("t_score"), Chosen("x", by), True, "zero")
            collected = scaled.collect() if kind is not relation else scaled.pl()
            assert np.allclose(collected["x"], 50 + 10 * z, rtol=1e-12)

    def test_a_column_without_spread_lands_on_its_offset(self, onescale, table):
        assert onescale("t_score", table("x\n3\n3\n"), "--replace").out == "x\n50.0\n50.0\n"


@dataclass(frozen=True)
class MeanRange(Method):
    """(x − mean)/(max − min): its centre is two floats, its `exact` that of all methods."""

    name = suffix = "mean_range"
    centre, width = ("mean", "mean_low"), ("max", "min")

    def learn(self, s):
        return {"mean": s.mean[0], "mean_low": s.mean[1], "max": s.max, "min": s.min}


def test_a_centre_of_two_floats_counts_whole_where_rounding_is_in_doubt(monkeypatch):
    monkeypatch.setitem(METHODS, "mean_range", MeanRange)
    x = np.random.default_rng(3).normal(1e9, 0.01, 20_000)
    values = list(map(Fraction, x.tolist()))
    mean, width = sum(values) / len(values), max(values) - min(values)
    scaled = scaler.Scaler("mean_range").fit_transform(x.reshape(-1, 1))[:, 0]
    assert scaled.tolist() == [float((value - mean) / width) for value in values]


def test_what_is_not_reusable_is_no_fit(onescale):
    assert set(METHODS) - set(REUSABLE) == {"chapter"}
    ran = onescale("fit", AGES, "--method", "chapter", fails=True)
    assert ran.status == 2 and "is not one of" in ran.err
    with pytest.raises(SpecError, match="use the function"):
        scaler.Scaler("chapter").fit(X.reshape(-1, 1))


HUGE = [-1.7e308, -1e308, 0.5, 9e307, 1.6e308]


def exactly(name: str) -> list[Fraction]:
    """The scaled values of HUGE as rational numbers."""
    x = list(map(Fraction, HUGE))
    mean = sum(x) / 5
    std = Fraction(math.isqrt(int(sum((v - mean) ** 2 for v in x) / 5)))  # to 300 digits
    centre, width = {
        "standardize": (mean, std),
        "batch_norm": (mean, std),
        "minmax": (x[0], x[4] - x[0]),
        "robust": (x[2], x[3] - x[1]),
        "mad": (x[2], x[2] - x[1]),
        "maxabs": (Fraction(0), -x[0]),
        "rank": (Fraction(0), Fraction(1)),
    }[name]
    if name == "rank":
        x = [Fraction(rank) for rank in (10, 30, 50, 70, 90)]
    return [(v - centre) / width for v in x]


@pytest.mark.parametrize("name", REUSABLE)
def test_differences_beyond_float64(name):
    column = np.array(HUGE).reshape(-1, 1)
    fitted = scaler.Scaler(name).fit(column)
    scaled = fitted.transform(column)
    assert scaled[:, 0].tolist() == pytest.approx(list(map(float, exactly(name))), rel=1e-14)
    back = fitted.inverse_transform(scaled)[:, 0].tolist()
    assert back == pytest.approx(HUGE, rel=1e-14, abs=1e293)


@pytest.mark.parametrize("ends", [(-1000, 0.1), (0.1, 0.7), (-0.3, 1e-17)])
def test_the_ends_of_a_range_are_met_and_not_passed(ends):
    x = np.linspace(-7, 3, 1001).reshape(-1, 1)
    scaled = scaler.Scaler("minmax", range=ends).fit_transform(x)
    assert (scaled.min(), scaled.max()) == ends and (np.diff(scaled[:, 0]) >= 0).all()


@pytest.mark.parametrize("command", [("mad",), ("scale", "--method", "mad", "--mergeable")])
def test_distances_beyond_the_range_leave_the_deviation_finite(onescale, table, command):
    x = [-1.7e308, 1.7e308, 1.7e308, -1.6e308, 1.7e308, -1.6e308, -1.5e308]
    path = table("x\n" + "".join(f"{value!r}\n" for value in x))
    middle, width = Fraction(-1.5e308), Fraction(-1.5e308) - Fraction(-1.7e308)
    width = Fraction(float(width))
    ran = onescale(command[0], path, *command[1:])
    expected = [float((Fraction(value) - middle) / width) for value in x]
    assert list(map(float, ran.column("x_mad"))) == expected

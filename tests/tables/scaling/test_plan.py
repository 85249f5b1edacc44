"""Methods, steps before them, plans of methods by column: there and back, to others' figures."""

import csv
import json
import math

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import RobustScaler

import onescale as package
from onescale import Scaler
from onescale.core.errors import DataError

ROWS = "who,age,income1,income2\na,31,1200,90\nb,44,80000,700\nc,29,450,55\nd,60,5100,1000\n"
PLAN = {"age": "standardize", "income*": ["log", "robust"]}
SET = ("--set", "age=standardize", "--set", "income*=log,robust")


@pytest.fixture
def frame(table):
    return pd.read_csv(table(ROWS))


def test_quantile_ranges_are_those_of_scikit_learn():
    x = np.random.default_rng(0).normal(size=(50, 1))
    ours = package.robust(x, quantiles=(0.1, 0.9))
    peer = RobustScaler(quantile_range=(10, 90)).fit_transform(x)
    assert np.allclose(ours, peer, rtol=1e-13)


def test_mad_is_the_median_distance_from_the_median():
    x = np.array([1.0, 2.0, 4.0, 9.0, np.nan])
    off = np.nanmedian(np.abs(x - np.nanmedian(x)))
    for factor in (1.0, 1.4826):
        found = package.mad(x, factor=factor)
        assert found[:4] == pytest.approx((x[:4] - 3) / (factor * off), rel=1e-15)


def test_t_scores(onescale, table):
    ran = onescale("standardize", table("x\n1\n2\n3\n"), "--to", 50, 10, "--ddof", 1)
    assert ran.column("x_standardized") == ["40.0", "50.0", "60.0"]


def test_a_plan_is_each_method_alone(onescale, table, frame):
    ran = onescale("scale", table(ROWS), *SET)
    alone = package.standardize(frame["age"].to_numpy())
    assert list(map(float, ran.column("age_standardized"))) == alone.tolist()
    for name in ("income1", "income2"):
        expected = package.robust(np.log(frame[name].to_numpy()))
        assert list(map(float, ran.column(f"{name}_log_robust"))) == expected.tolist()
    assert package.scale(frame, PLAN)["age_standardized"].tolist() == alone.tolist()


def test_a_plan_is_fitted_written_read_applied_and_inverted(onescale, table, frame, tmp_path):
    fitted, scaled = tmp_path / "scaler.json", tmp_path / "scaled.csv"
    onescale("fit", table(ROWS), *SET, "-o", fitted)
    onescale("apply", fitted, table(ROWS), "--replace", "-o", scaled)
    back = onescale("invert", fitted, scaled)
    for name in ("age", "income1", "income2"):
        assert list(map(float, back.column(name))) == pytest.approx(frame[name].tolist())
    scaler = Scaler.load(fitted)
    out = Scaler(PLAN).fit(frame).transform(frame)
    assert out.equals(scaler.transform(frame))
    with open(scaled, encoding="utf-8") as stream:
        cells = [float(row["income1"]) for row in csv.DictReader(stream)]
    assert out["income1"].tolist() == cells
    scaler.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text() == fitted.read_text()


def test_a_changed_plan_is_no_fit(onescale, table, tmp_path):
    fitted = tmp_path / "scaler.json"
    onescale("fit", table(ROWS), *SET, "-o", fitted)
    content = json.loads(fitted.read_text())
    content["method"][0]["extra"] = 1
    fitted.write_text(json.dumps(content))
    ran = onescale("apply", fitted, table(ROWS), "--trust-edited", fails=True)
    assert "a part of its plan has columns, method, options, extra" in ran.err


BAD = [
    (("--set", "age=log"), "log is a step before a method"),
    (("--set", "age=nope"), "unknown method 'nope'"),
    (("--set", "age=nope,robust"), "unknown step 'nope'"),
    (("--set", "nope*=robust"), "unknown column 'nope*'"),
    (("--set", "age"), "COLUMN=METHOD"),
    (("--set", "age=robust", "-c", "age"), "no --method, -c or -p beside it"),
    (("--set", "age=robust", "--ddof", 1), "no method of the plan takes ddof"),
    ((), "which method?"),
]


@pytest.mark.parametrize("options, says", BAD)
def test_what_a_plan_cannot_be(onescale, table, options, says):
    assert says in onescale("scale", table(ROWS), *options, fails=True).err


def test_a_logarithm_refuses_at_the_first_line_that_has_none(onescale, table):
    ran = onescale("robust", table("x\n1\n0\n-1\n"), "--before", "log", fails=True)
    assert "table.csv:3: column 'x': 0.0 has no log" in ran.err
    scaler = Scaler("robust", before=("log",)).fit(np.array([[1.0], [math.e], [9.0]]))
    with pytest.raises(DataError, match=r"row 1: 0\.0 has no log"):
        scaler.transform(np.array([[1.0], [0.0]]))

"""`describe` against NumPy."""

import json

import numpy as np
import pytest

X = np.array([1.5, 2.5, -3.0, 8.0, 8.0])


def test_figures_are_those_of_numpy(onescale, people):
    first, second = json.loads(onescale("describe", people, "--format", "json").out)
    assert list(first) == [
        "column", "position", "rows", "missing", "count", "mean", "std", "min", "25%", "50%",
        "75%", "max",
    ]  # fmt: skip
    assert (first["column"], first["position"], first["rows"]) == ("x", 3, 5)
    assert (second["missing"], second["count"]) == (1, 4)
    quartiles = [first["25%"], first["50%"], first["75%"]]
    assert quartiles == np.percentile(X, [25, 50, 75]).tolist()
    assert first["mean"] == pytest.approx(X.mean(), rel=1e-15)
    assert first["std"] == pytest.approx(X.std(), rel=1e-15)
    ddof = json.loads(onescale("describe", people, "--format", "json", "--ddof", 1).out)
    assert ddof[0]["std"] == pytest.approx(X.std(ddof=1), rel=1e-15)


def test_groups_and_undefined_figures(onescale, table):
    path = table("g,x\na,1\nb,\nb,NA\na,3\n")
    ran = onescale("describe", path, "--by", "g", "--format", "json")
    first, second = json.loads(ran.out)
    assert (first["group"], first["mean"], first["rows"]) == ("a", 2.0, 2)
    assert (second["group"], second["count"], second["missing"]) == ("b", 0, 2)
    assert second["mean"] is second["min"] is second["50%"] is None


def test_many_values_are_gone_through_again_or_spilled(onescale, table, monkeypatch):
    from onescale.tables.statistics import selection, spill

    monkeypatch.setattr(spill, "IN_MEMORY", 64)
    monkeypatch.setattr(selection, "KEPT", 20)
    values = np.random.default_rng(0).normal(size=500)
    path = table("g,x\n" + "".join(f"{k % 3},{v!r}\n" for k, v in enumerate(values.tolist())))
    (found,) = json.loads(onescale("describe", path, "-c", "x", "--format", "json").out)
    assert found["25%"] == pytest.approx(np.percentile(values, 25), rel=1e-15)
    deviations = np.abs(values - np.median(values))
    scaled = onescale("mad", path, "-c", "x").column("x_mad")
    assert float(scaled[7]) == pytest.approx(
        (values[7] - np.median(values)) / np.median(deviations), rel=1e-12
    )
    ranks = onescale("rank", path, "-c", "x", "--by", "g").column("x_rank")
    assert len(ranks) == 500 and float(ranks[np.argmax(values)]) > 99

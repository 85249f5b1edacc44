"""The scaling commands and their options against NumPy and scikit-learn."""

import csv
import io

import numpy as np
import pytest
from sklearn import preprocessing

from onescale.tables.commands import scale

X = np.array([1.5, 2.5, -3.0, 8.0, 8.0])
SCALERS = {
    "standardize": preprocessing.StandardScaler(),
    "minmax": preprocessing.MinMaxScaler(),
    "robust": preprocessing.RobustScaler(),
    "maxabs": preprocessing.MaxAbsScaler(),
}


@pytest.mark.parametrize("command", SCALERS)
def test_values_are_those_of_scikit_learn(onescale, people, command):
    suffix = "standardized" if command == "standardize" else command
    got = list(map(float, onescale(command, people).column(f"x_{suffix}")))
    expected = SCALERS[command].fit_transform(X.reshape(-1, 1))[:, 0]
    assert got == pytest.approx(expected.tolist(), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("command", [*SCALERS, "rank"])
def test_other_cells_pass_through_to_the_byte(onescale, people, people_rows, command):
    rows = onescale(command, people).rows()
    assert [tuple(row[:5]) for row in rows[1:]] == people_rows
    assert onescale(command, people).out.splitlines()[1].startswith("a,x,1.50,10,007,")


def test_missing_stays_missing(onescale, people):
    column = onescale("standardize", people).column("y_standardized")
    assert column[1] == "" and "" not in column[:1] + column[2:]


def test_ranks_average_ties(onescale, people):
    assert onescale("rank", people).column("x_rank") == ["30.0", "50.0", "10.0", "80.0", "80.0"]


def test_range(onescale, people):
    got = list(map(float, onescale("minmax", people, "--range", -1, 3).column("x_minmax")))
    expected = preprocessing.MinMaxScaler((-1, 3)).fit_transform(X.reshape(-1, 1))[:, 0]
    assert got == pytest.approx(expected.tolist(), rel=1e-14)
    assert (min(got), max(got)) == (-1.0, 3.0)


def test_ddof(onescale, people):
    got = onescale("standardize", people, "--ddof", 1).column("x_standardized")
    assert list(map(float, got)) == pytest.approx(((X - X.mean()) / X.std(ddof=1)).tolist())


@pytest.mark.parametrize("command", ["standardize", "minmax", "robust", "maxabs", "rank"])
def test_by_is_each_group_alone(onescale, people, people_rows, table, command):
    whole = onescale(command, people, "--by", "g", "-c", "x").rows()
    for group in ("x", "y"):
        stream = io.StringIO()
        own = [row for row in people_rows if row[1] == group]
        csv.writer(stream, lineterminator="\n").writerows([("who", "g", "x", "y", "other"), *own])
        alone = onescale(command, table(stream.getvalue(), "own.csv"), "-c", "x").rows()
        assert [row for row in whole[1:] if row[1] == group] == alone[1:]


def test_replace_keeps_places_and_names(onescale, people):
    rows = onescale("minmax", people, "--replace").rows()
    assert rows[0] == ["who", "g", "x", "y", "other"]
    assert rows[3][2:] == ["0.0", "1.0", ""]


def test_labelled(onescale, people, people_rows):
    rows = onescale("minmax", people, "--labelled").rows()
    assert rows[0] == ["who", "x_minmax", "y_minmax"]
    assert [row[0] for row in rows[1:]] == [row[0] for row in people_rows]
    rows = onescale("minmax", people, "--labelled", "--replace", "--label", "g", "-c", "x").rows()
    assert rows[0] == ["g", "x"]


def test_columns_by_name_and_position(onescale, people):
    assert onescale("minmax", people, "-p", 4).rows()[0][5:] == ["y_minmax"]
    assert onescale("minmax", people, "-c", "y", "-p", 3).rows()[0][5:] == ["x_minmax", "y_minmax"]


@pytest.mark.parametrize(
    ("options", "scaled"),
    [
        (("-c", "x*"), ["x_1", "x_2"]),
        (("-c", "/[0-9]$/"), ["x_1", "x_2", "y_1"]),
        (("-c", "x_?", "-c", "z"), ["x_1", "x_2", "z"]),
        (("--exclude", "x*"), ["y_1", "z", "odd*"]),
        (("-c", "*_1", "--exclude", "y_1"), ["x_1"]),
        (("-c", "odd*"), ["odd*"]),
    ],
)
def test_columns_by_patterns(onescale, table, options, scaled):
    path = table("x_1,x_2,y_1,z,odd*\n1,2,3,4,5\n6,7,8,9,10\n")
    assert onescale("minmax", path, *options).rows()[0][5:] == [f"{n}_minmax" for n in scaled]


def test_groups_of_several_columns(onescale, table):
    path = table("g,h,x\na,1,1\na,1,3\na,2,5\nb,1,7\na,2,7\nb,1,7.5\n")
    ran = onescale("minmax", path, "--by", "g", "--by", "h", "-c", "x")
    assert ran.column("x_minmax") == ["0.0", "1.0", "0.0", "0.0", "1.0", "1.0"]
    ran = onescale("describe", path, "--by", "g", "--by", "h")
    assert ran.column("group_g") == ["a", "a", "b"] and ran.column("group_h") == ["1", "2", "1"]
    assert ran.column("max") == ["3.0", "7.0", "7.5"]
    out = onescale("describe", path, "--by", "g", "--by", "h", "--format", "json").out
    assert '"group_g": "a", "group_h": "1", "rows": 2' in out


def test_a_numeric_label_is_not_scaled(onescale, table):
    path = table("id,x\n1,5\n2,7\n")
    assert onescale("minmax", path, "--label", "id").rows()[0] == ["id", "x", "x_minmax"]
    assert '"id"' not in onescale("describe", path, "--label", "id", "--format", "json").out


@pytest.mark.parametrize(("policy", "cells"), [("zero", ["0.0", "0.0"]), ("missing", ["", ""])])
def test_columns_without_spread(onescale, table, policy, cells):
    path = table("n,v\na,0.1\nb,0.1\n")
    for command in ("standardize", "minmax", "robust"):
        ran = onescale(command, path, "--constant", policy, "--labelled")
        assert [row[1] for row in ran.rows()[1:]] == cells
        assert "'v' has no spread" in ran.err
    ran = onescale("minmax", path, "--range", 5, 10, "--labelled")
    assert [row[1] for row in ran.rows()[1:]] == ["5.0", "5.0"]


def test_one_row_with_ddof_1_has_no_spread(onescale, table):
    ran = onescale("standardize", table("n,v\na,3\n"), "--ddof", 1, "--labelled")
    assert ran.out == "n,v_standardized\na,0.0\n" and "no spread" in ran.err


@pytest.mark.parametrize("command", ["standardize", "minmax", "robust", "maxabs"])
def test_huge_values_do_not_overflow_on_the_way(onescale, table, command):
    path = table("n,v\na,1.7e308\nb,-1.7e308\nc,0\n")
    column = [float(row[1]) for row in onescale(command, path, "--labelled").rows()[1:]]
    spread = {"standardize": (2 / 3) ** 0.5, "minmax": 2, "robust": 1, "maxabs": 1}[command]
    expected = [1 / spread, -1 / spread, 0]
    if command == "minmax":
        expected = [1, 0, 0.5]
    assert column == pytest.approx(expected, rel=1e-15)


def _wide(kind: str) -> str:
    """Twenty columns: near their mean, far from it, with gaps, of one value, at the ends."""
    draw = np.random.default_rng(7)
    columns = [draw.normal(size=40) * 10.0**k for k in range(15)]
    columns += [1e9 + draw.integers(-1, 2, 40) * 0.01, np.full(40, 4 / 3), draw.uniform(size=40)]
    columns += [draw.choice([5e-324, 1e-310, 0.0], 40), draw.choice([1e300, -1e300, 1.0], 40)]
    texts = [list(map(repr, column.tolist())) for column in columns]
    if kind == "with gaps":
        texts[3][5:9], texts[17][0] = ["", "NA", "", ""], ""
    if kind == "of whole numbers beyond floats":
        texts[4] = [str(2**53 + k) for k in range(40)]
    lines = [",".join(row) for row in [[f"c{k}" for k in range(20)], *zip(*texts, strict=True)]]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("kind", ["full", "with gaps", "of whole numbers beyond floats"])
def test_many_columns_are_scaled_together_as_each_is_alone(onescale, table, monkeypatch, kind):
    wide = table(_wide(kind))
    methods = ["standardize", "minmax --range 0 100", "robust", "batch_norm --gamma 3", "chapter"]
    commands = [["scale", "--method", *method.split(), wide] for method in methods]
    commands.append(["standardize", "--constant", "missing", "--replace", wide])
    fits, fit_of = [], scale.fit_of
    monkeypatch.setattr(scale, "fit_of", lambda scalings: fits.append(fit_of(scalings)) or fits[-1])
    together = [onescale(*command).raw for command in commands]
    assert len(fits) == len(commands) and all(fits)
    monkeypatch.setattr(scale, "fit_of", lambda scalings: None)
    assert [onescale(*command).raw for command in commands] == together

"""Whole numbers beyond 2⁵³ are summed and standardised as what they are, by fractions."""

import random
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import onescale
from faults import fuzz

RNG = random.Random(5)
NEAR = [2**60 + RNG.randint(-9, 9) for _ in range(40)]
FAR = [RNG.randint(-(2**63), 2**63 - 1) for _ in range(40)]
STAND = {"stand": ("--row", "3")}
GROUPS = [RNG.choice("ab") for _ in NEAR]


def expected(column, groups):
    parts = {}
    for value, group in zip(column, groups, strict=True):
        parts.setdefault(group, []).append(Fraction(value))
    return [fuzz.z(Fraction(x), parts[g]) for x, g in zip(column, groups, strict=True)]


@pytest.fixture
def parquet(tmp_path):
    path = tmp_path / "t.parquet"
    data = {"near": [*NEAR, None], "far": [None, *FAR], "g": [*GROUPS, "a"]}
    pq.write_table(pa.table(data), path, row_group_size=7)
    return path


@pytest.mark.parametrize("by", [False, True])
def test_columns_of_int64_in_a_file(by, parquet, tmp_path):
    out, fit = tmp_path / "out.parquet", str(tmp_path / "fit.json")
    how = ["-c", "near", "-c", "far", *["--by", "g"] * by]
    told = fuzz.run(1, "standardize", str(parquet), *how, "-o", str(out))
    table = pq.read_table(out)
    groups = GROUPS if by else ["" for _ in GROUPS]
    assert table["near_standardized"].to_pylist()[:-1] == expected(NEAR, groups), told
    assert table["near"].to_pylist() == [*NEAR, None]
    if not by:
        assert table["far_standardized"].to_pylist()[1:] == expected(FAR, groups)
    fuzz.run(1, "fit", str(parquet), *how, "-o", fit)
    fuzz.run(1, "apply", fit, str(parquet), "-o", str(tmp_path / "again.parquet"))
    assert pq.read_table(tmp_path / "again.parquet").equals(table)


@pytest.mark.parametrize("small", [1, 1 << 20])
@pytest.mark.parametrize("marks", [{}, {"thousands": "'", "currency": True}])
def test_whole_numbers_in_text_beside_others(small, marks, tmp_path):
    path, out = tmp_path / "t.csv", tmp_path / "out.csv"
    texts = [f"{x:,}".replace(",", "'") + " €" if marks else str(x) for x in (*NEAR, *FAR)]
    texts += ["0.1", "1e300", "NA", str(2**70 + 1), "-7"]
    path.write_text(
        "x,near\n" + "".join(f" {a},{b}\n" for a, b in zip(texts, NEAR * 3, strict=False))
    )
    fuzz.run(
        small,
        "standardize",
        str(path),
        "-o",
        str(out),
        *["--thousands", "'", "--currency"] * bool(marks),
    )
    numbers = [Fraction(x) for x in (*NEAR, *FAR, 0.1, 1e300, 2.0**70, -7)]
    found = pl.read_csv(out).to_pandas()
    assert found["x_standardized"].dropna().tolist() == [fuzz.z(x, numbers) for x in numbers]
    near = [Fraction(x) for x in (NEAR * 3)[: len(texts)]]
    assert found["near_standardized"].tolist() == [fuzz.z(x, near) for x in near]


@pytest.mark.parametrize("scale", [2, 6, 20])
def test_decimals_with_places_are_the_nearest_floats(scale):
    texts = [Decimal(RNG.randrange(10**15)).scaleb(-scale) for _ in range(200)]
    table = pa.table({"x": pa.array([*texts, None], pa.decimal128(38, scale))})
    numbers = [Fraction(float(text)) for text in texts]
    for frame in (table, pl.from_arrow(table)):
        found = onescale.standardize(frame, ["x"], replace=True)["x"].to_numpy()[:-1].tolist()
        assert found == [fuzz.z(x, numbers) for x in numbers]


@pytest.mark.parametrize("kind", [pa.table, pl.DataFrame, pd.DataFrame])
@pytest.mark.parametrize("by", [None, "g"])
def test_columns_of_int64_in_a_frame(kind, by):
    frame = kind({"x": NEAR, "g": GROUPS})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        out = onescale.standardize(frame, ["x"], by=by, replace=True)
    found = out["x"].to_pylist() if kind is pa.table else out["x"].to_list()
    assert found == expected(NEAR, GROUPS if by else ["" for _ in GROUPS])


def test_an_array_of_int64():
    array = np.array([NEAR, FAR]).T
    found = onescale.standardize(array)
    assert found.T.tolist() == [expected(column, [""] * 40) for column in (NEAR, FAR)]
    unsigned = np.array([2**63 + 1, 2**63 + 3, 2**64 - 1], np.uint64)
    assert onescale.standardize(unsigned).tolist() == expected(unsigned.tolist(), [""] * 3)


def test_where_they_are_rounded_a_warning_says_so():
    with pytest.warns(UserWarning, match="beyond 2⁵³ float64") as told:
        onescale.minmax(pa.table({"x": [2**60 + 300 * k for k in range(9)]}))
    assert len(told) == 1


@pytest.mark.parametrize("method", ["robust", "rank", "mad", "minmax", "maxabs"])
def test_other_methods_take_the_nearest_floats(method, parquet, tmp_path):
    floats, found = tmp_path / "floats.parquet", []
    pq.write_table(pa.table({"far": [None, *map(float, FAR)]}), floats, row_group_size=7)
    for path in (parquet, floats):
        fuzz.run(1, method, str(path), "-c", "far", "-o", str(tmp_path / "out.parquet"))
        found.append(pq.read_table(tmp_path / "out.parquet")[f"far_{method}"])
    assert found[0] == found[1]


@pytest.mark.parametrize("command", ["describe", "overview", "stand"])
def test_what_a_person_reads_has_numbers(command, parquet):
    out = fuzz.run(1, command, str(parquet), "-c", "far", "-q", *STAND.get(command, ()))
    assert "refused" not in out and "longdouble" not in out and "e+18" in out, out


@pytest.mark.parametrize("small", [1 << 20, 0])
@pytest.mark.parametrize("decimals", [False, True])
def test_whole_numbers_in_text(small, decimals, tmp_path):
    column = [*NEAR, *FAR[:3], 0.5] if decimals else NEAR
    path = tmp_path / "t.csv"
    path.write_text("x\n" + "".join(f"{x}\n" for x in column))
    rows = fuzz.run(small, "standardize", str(path), "--replace", "-q").split()[1:]
    assert list(map(float, rows)) == expected(column, ["" for _ in column])


def test_decimals_without_places(tmp_path):
    path, out = tmp_path / "t.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.table({"x": pa.array(NEAR, pa.decimal128(38))}), path)
    fuzz.run(1, "standardize", str(path), "-o", str(out))
    assert pq.read_table(out)["x_standardized"].to_pylist() == expected(NEAR, [""] * 40)

"""Frames of every kind: the same values, the same kind back, missing alike, row order kept."""

import json
import warnings
from datetime import date
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import onescale
from onescale.core.errors import DataError, SpecError

DATA = {
    "who": ["a", "b", "c", "d", "e", "f"],
    "g": ["x", "y", "x", "y", "x", "y"],
    "v": [1.0, 2.0, None, 4.0, 9.0, -1.0],
    "w": [3, 1, 4, 1, 5, 9],
}
EAGER = {
    "pandas": lambda d: pd.DataFrame(d, index=[5, 5, 1, 2, 3, 0] if len(d) == 4 else None),
    "pandas, nullable": lambda d: pd.DataFrame(d).convert_dtypes(),
    "pandas, arrow": lambda d: pd.DataFrame(d).convert_dtypes(dtype_backend="pyarrow"),
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
}
LAZY = {
    "polars, lazy": pl.LazyFrame,
    "DuckDB": lambda d: duckdb.from_arrow(pa.table(d)),
}
METHODS = ["standardize", "minmax", "robust", "mad", "maxabs", "rank"]


def content(frame) -> dict[str, list]:
    """Columns as lists; missing is None."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, duckdb.DuckDBPyRelation):
        rows = frame.fetchall()
        return dict(zip(frame.columns, map(list, zip(*rows, strict=True)), strict=True))
    if isinstance(frame, pd.DataFrame):
        frame = frame.astype(object).where(frame.notna(), None)
        return {name: frame[name].tolist() for name in frame.columns}
    return frame.to_pydict() if isinstance(frame, pa.Table) else frame.to_dict(as_series=False)


def oracle(method: str, values: list, groups: list | None = None) -> list:
    """The same by NumPy, one group at a time."""
    out = [None] * len(values)
    for group in dict.fromkeys(groups or [0]):
        rows = [k for k, v in enumerate(values) if v is not None]
        rows = [k for k in rows if groups is None or groups[k] == group]
        x = np.array([values[k] for k in rows], float)
        low, middle, high = np.percentile(x, [25, 50, 75])
        scaled = {
            "standardize": (x - x.mean()) / x.std(),
            "minmax": (x - x.min()) / (x.max() - x.min()),
            "robust": (x - middle) / (high - low),
            "mad": (x - middle) / (np.median(np.abs(x - middle)) or 1),
            "maxabs": x / np.abs(x).max(),
            "rank": [100 * ((x < v).sum() + ((x == v).sum() + 1) / 2 - 0.5) / len(x) for v in x],
        }[method]
        for k, v in zip(rows, scaled, strict=True):
            out[k] = float(v)
    return out


def close(got: list, expected: list) -> bool:
    return all(
        (a is None and b is None) or (a is not None and b is not None and abs(a - b) < 1e-12)
        for a, b in zip(got, expected, strict=True)
    )


def suffix(method: str) -> str:
    return "standardized" if method == "standardize" else method


@pytest.mark.parametrize("kind", [*EAGER, *LAZY])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("by", [None, "g"])
@pytest.mark.filterwarnings("ignore:column 'w' in group 'y'")
def test_every_method_on_every_kind(kind, method, by):
    frame = (EAGER | LAZY)[kind](DATA)
    out = getattr(onescale, method)(frame, by=by)
    assert type(out) is type(frame)
    got = content(out)
    assert list(got) == [*DATA, f"v_{suffix(method)}", f"w_{suffix(method)}"]
    assert got["who"] == DATA["who"] and got["w"] == DATA["w"] and got["v"] == DATA["v"]
    groups = DATA["g"] if by else None
    for name in ("v", "w"):
        assert close(got[f"{name}_{suffix(method)}"], oracle(method, DATA[name], groups))


@pytest.mark.parametrize("kind", [*EAGER, *LAZY])
def test_nan_is_missing_everywhere(kind):
    data = DATA | {"v": [float("nan") if v is None else v for v in DATA["v"]]}
    got = content(onescale.standardize((EAGER | LAZY)[kind](data), "v"))["v_standardized"]
    assert close(got, oracle("standardize", DATA["v"]))


@pytest.mark.parametrize("kind", [*EAGER, *LAZY])
def test_replace_range_and_columns(kind):
    frame = (EAGER | LAZY)[kind](DATA)
    got = content(onescale.minmax(frame, ["w"], range=(-1, 1), replace=True))
    assert list(got) == list(DATA) and got["w"] == [-0.5, -1.0, -0.25, -1.0, 0.0, 1.0]


def test_pandas_keeps_its_index_and_numpy_its_shape():
    frame = EAGER["pandas"](DATA)
    assert onescale.standardize(frame).index.tolist() == [5, 5, 1, 2, 3, 0]
    array = np.arange(12.0).reshape(4, 3)
    out = onescale.standardize(array)
    assert type(out) is np.ndarray and out.shape == (4, 3)
    assert np.allclose(out, (array - array.mean(0)) / array.std(0), rtol=1e-15)
    assert onescale.standardize(np.array([1, 2, 3])).shape == (3,)
    out = onescale.minmax(array, [1], by=np.array(["a", "b", "a", "b"]))
    assert (out[:, 0] == array[:, 0]).all() and out[:, 1].tolist() == [0, 0, 1, 1]


def test_columns_named_by_numbers_and_masked_arrays():
    import pandas as pd

    frame = pd.DataFrame([[1, 2], [3, 8]])
    assert onescale.standardize(frame, replace=True).values.tolist() == [[-1, -1], [1, 1]]
    assert onescale.minmax(frame, 1)["1_minmax"].tolist() == [0, 1]
    assert onescale.describe(frame)["max"].tolist() == [3, 8]
    masked = np.ma.array([1.0, 99.0, 3.0], mask=[False, True, False])
    assert close(list(onescale.standardize(masked)[[0, 2]]), [-1.0, 1.0])
    assert np.isnan(onescale.standardize(masked)[1])


@pytest.mark.parametrize("kind", EAGER)
def test_eager_values_are_those_of_files(kind, onescale, table):
    values = (1e9 + np.random.default_rng(0).normal(size=100)).tolist()
    path = table("x\n" + "".join(f"{v!r}\n" for v in values))
    ran = onescale("standardize", path, "--replace")
    from onescale import standardize

    out = content(standardize(EAGER[kind]({"x": values}), replace=True))["x"]
    assert list(map(repr, out)) == ran.out.split()[1:]


@pytest.mark.parametrize("kind", [*EAGER, *LAZY])
@pytest.mark.parametrize("by", [None, "g"])
def test_describe(kind, by):
    frame = (EAGER | LAZY)[kind](DATA)
    out = onescale.describe(frame, by=by)
    assert type(out) is type(frame)
    got = content(out)
    head = ["column", "position", *(["group"] if by else []), "rows", "missing", "count"]
    assert list(got) == [*head, "mean", "std", "min", "25%", "50%", "75%", "max"]
    row = got["column"].index("v")
    values = [v for v, g in zip(DATA["v"], DATA["g"], strict=True) if by is None or g == "x"]
    present = np.array([v for v in values if v is not None])
    assert (got["rows"][row], got["count"][row]) == (len(values), len(present))
    assert got["mean"][row] == pytest.approx(present.mean())
    assert got["std"][row] == pytest.approx(present.std())
    assert got["75%"][row] == pytest.approx(np.percentile(present, 75))


@pytest.mark.parametrize("kind", EAGER)
def test_whole_numbers_beyond_float64_s_are_told_of(kind):
    far = EAGER[kind]({"v": [2**60 + 1, 2**60 + 2, 2**60 + 4096, None]})
    with pytest.warns(UserWarning, match="'v': beyond 2⁵³ float64"):
        out = content(onescale.minmax(far, replace=True))["v"]
    assert out == [0.0, 0.0, 1.0, None]
    onescale.minmax(EAGER[kind]({"v": [2**60, 2**61]}))


def test_describe_an_array():
    out = onescale.describe(np.array([[1.0, 2.0], [3.0, np.nan]]))
    assert out["mean"].tolist() == [2.0, 2.0] and out["missing"].tolist() == [0, 1]
    place = onescale.stand(np.array([1.0, 5.0, 7.0]), row=1, by=["u", "v", "v"])
    assert place[["group", "z", "rank"]].tolist() == [("v", -1.0, 2)]


def test_no_spread_warns():
    for constant, value in (("zero", 0.0), ("missing", None)):
        with pytest.warns(UserWarning, match="'v' has no spread"):
            out = onescale.standardize(pl.DataFrame({"v": [0.1] * 3}), constant=constant)
        assert out["v_standardized"].to_list() == [value] * 3
    with pytest.raises(DataError, match="no spread"):
        onescale.standardize(pl.DataFrame({"v": [0.1] * 3}), constant="error")


@pytest.mark.parametrize("kind", LAZY)
@pytest.mark.filterwarnings("ignore:column 'v' has no spread")
def test_no_spread_on_lazy_frames(kind):
    frame = LAZY[kind]({"v": [0.1] * 10})
    for method in ("standardize", "minmax", "robust"):
        got = content(getattr(onescale, method)(frame))
        assert got[f"v_{suffix(method)}"] == [0.0] * 10
    assert content(onescale.standardize(frame, constant="missing"))["v_standardized"] == [None] * 10
    with pytest.raises(DataError, match="no spread"):
        onescale.standardize(frame, constant="error")


@pytest.mark.parametrize("kind", LAZY)
@pytest.mark.parametrize("by", [None, "g"])
@pytest.mark.filterwarnings("ignore:column 'w' in group 'y'")
def test_plans_on_lazy_frames(kind, by):
    plan = {"w": "log,mad", "v": ["standardize"]}
    eager = onescale.scale(pl.DataFrame(DATA), plan, by=by)
    got = content(onescale.scale(LAZY[kind](DATA), plan, by=by))
    assert list(got) == eager.columns
    for name in ("w_log_mad", "v_standardized"):
        assert close(got[name], eager[name].to_list())
    assert content(onescale.rank(LAZY[kind](DATA)))["w_rank"][5] == pytest.approx(100 * 5.5 / 6)
    # −1 has no logarithm, and is not left out in silence.
    got = content(onescale.scale(LAZY[kind](DATA), {"v": ["log", "rank"]}))
    assert np.isnan([v for v in got["v_log_rank"] if v is not None]).all()
    with pytest.raises(DataError, match=r"row 5.*-1\.0 has no log"):
        onescale.scale(LAZY[kind](DATA), {"v": "log,mad"})
    with pytest.raises(SpecError, match="asinh needs the values"):
        onescale.scale(LAZY[kind](DATA), "mad", before=["asinh"])


def test_duckdb_keeps_row_order():
    relation = duckdb.sql("SELECT i AS id, (i * 7919) % 1000 AS x FROM range(300000) t(i)")
    ids = onescale.standardize(relation, "x", by=None).project("id").fetchall()
    assert [row[0] for row in ids] == list(range(300000))


def test_groups_that_are_missing_are_a_group():
    frame = pl.DataFrame({"g": ["a", None, None, "a"], "x": [1.0, 5.0, 7.0, 3.0]})
    out = onescale.standardize(frame, by="g")["x_standardized"].to_list()
    assert out == [-1.0, -1.0, 1.0, 1.0]


BAD = [
    (lambda: onescale.standardize([1, 2]), DataError, "neither a frame"),
    (lambda: onescale.standardize(pl.DataFrame({"a": ["x"]})), DataError, "no column of numbers"),
    (lambda: onescale.standardize(pl.DataFrame({"age": [1]}), "aeg"), DataError, "'age'"),
    (lambda: onescale.standardize(pl.DataFrame({"a": ["x"]}), "a"), DataError, "no number"),
    (
        lambda: onescale.standardize(pl.DataFrame({"a": [1], "b": [1]}), "a", by="a"),
        DataError,
        "group",
    ),
    (lambda: onescale.standardize(pl.DataFrame({"a": [1.0, np.inf]})), DataError, "row 1"),
    (lambda: onescale.standardize(pl.DataFrame({"a": [None, 1.0]}), ddof=2), SpecError, "ddof"),
    (lambda: onescale.minmax(np.arange(3), range=(1, 0)), SpecError, "LO must be below HI"),
    (lambda: onescale.minmax(np.array(["a"])), DataError, "needs numbers"),
    (lambda: onescale.minmax(np.zeros((2, 2, 2))), DataError, "shape"),
    (lambda: onescale.minmax(np.arange(3), 5), DataError, "no column 5"),
    (lambda: onescale.minmax(np.arange(3), by=["a"]), DataError, "a label a row"),
    (lambda: onescale.rank(pl.DataFrame({"a": [1], "a_rank": [1]}), "a"), DataError, "already"),
    (lambda: onescale.minmax(np.arange(3), constant="no"), SpecError, "policy"),
    (lambda: onescale.stand(pl.DataFrame(DATA), "x", label="g"), DataError, "row 0 and row 2 are"),
    (lambda: onescale.stand(pl.DataFrame(DATA), "z"), DataError, "unknown row 'z'"),
    (lambda: onescale.stand(pl.DataFrame(DATA), row=6), DataError, "no row 6: they are 0 to 5"),
    (lambda: onescale.stand(pl.DataFrame(DATA)), SpecError, "which row"),
    (lambda: onescale.stand(np.arange(3), "a"), SpecError, "label=, or row="),
    (lambda: onescale.stand(pl.LazyFrame(DATA), "a"), SpecError, "collect"),
    (
        lambda: onescale.minmax(pl.LazyFrame({"a": [None, float("nan")]}), "a"),
        DataError,
        "no number",
    ),
    (lambda: onescale.minmax(pl.LazyFrame(DATA).limit(0)), DataError, "^no rows"),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_errors(case):
    call, error, says = BAD[case]
    with pytest.raises(error, match=says):
        call()


def test_no_warning_where_all_is_well():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for kind in EAGER:
            onescale.standardize(EAGER[kind](DATA), by="g")
    assert not told


@pytest.mark.parametrize("kind", EAGER)
def test_stand_is_what_the_command_says(kind, onescale, table):
    import onescale as package

    frame = EAGER[kind](DATA)
    path = table(pl.DataFrame(DATA).write_csv())
    for call, options in (
        ({"who": "e"}, ("e",)),
        ({"row": 4, "by": "g"}, ("--row", 5, "--by", "g")),
        ({"who": "x", "label": "g", "where": {"w": 4}}, ("x", "--label", "g", "--where", "w=4")),
        ({"who": "y", "label": "g", "every": True}, ("y", "--label", "g", "--all")),
    ):
        found = package.stand(frame, **call)
        assert type(found) is type(frame)
        said = json.loads(onescale("stand", path, *options, "--format", "json").out)
        assert content(found) == {key: [place[key] for place in said] for key in said[0]}


@pytest.mark.parametrize(
    "cells",
    [
        [Decimal("1.5"), Decimal("2"), None],
        [1, "2", None],
        np.array([1, 2, 4], np.longdouble),
        pd.arrays.SparseArray([0.0, 0.0, 1.0]),
        pa.array([Decimal("1.5"), None, Decimal("2")], pa.decimal256(50, 3)),
    ],
)
def test_numbers_in_a_column_of_no_numbers_are_told_of(cells):
    one = pa.table({"a": cells}) if isinstance(cells, pa.Array) else pd.DataFrame({"a": cells})
    words = "column 'a' holds numbers .* left out: cast it"
    with pytest.warns(UserWarning, match=words) as told, pytest.raises(DataError):
        onescale.standardize(one)
    assert told[0].filename == __file__


def test_other_objects_are_not_told_of():
    days = [date(2024, 1, 1), np.nan, None]
    frame = pd.DataFrame({"day": days, "yes": [True, None, False], "x": [1.0, 2.0, 4.0]})
    assert list(onescale.standardize(frame)) == ["day", "yes", "x", "x_standardized"]


def test_what_frames_cannot_is_one_line():
    frame = pd.DataFrame({"g": ["a", "b"], "h": [1, 1], "x": [1.0, 2.0]})
    for by in (["g", "h"], frame["g"]):
        with pytest.raises(SpecError, match="by names one column of a frame"):
            onescale.standardize(frame, by=by)
    wide = pl.DataFrame({"a": pl.Series([2**100, 5], dtype=pl.Int128)})
    with pytest.raises(DataError, match="column 'a' is of type Int128, which arrow has not"):
        onescale.standardize(wide)

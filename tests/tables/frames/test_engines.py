"""Engines whose rows stay where they are: the bits of a table in memory, and expressions."""

import duckdb
import ibis
import numpy as np
import polars as pl
import pytest

import onescale
from onescale import Scaler
from onescale.core.errors import DataError, SpecError

ROWS = 70_000  # more than a batch
RNG = np.random.default_rng(16)
TABLE = pl.DataFrame(
    {
        "far": 1e9 + 0.01 * RNG.normal(size=ROWS),  # a mean that is large beside the spread
        "wide": RNG.lognormal(size=ROWS) * 10.0 ** RNG.integers(-30, 30, ROWS),
        "few": RNG.integers(0, 9, ROWS),
        "weight": RNG.integers(0, 4, ROWS),
        "g": RNG.choice(["a", "b", "c", None], ROWS).tolist(),
    }
).with_columns(wide=pl.when(pl.col("few") > 0).then(pl.col("wide")))
COLUMNS = ["far", "wide", "few"]
ENGINES = {
    "polars": (pl.DataFrame.lazy, pl.LazyFrame.collect),
    "DuckDB": (lambda frame: duckdb.from_arrow(frame.to_arrow()), lambda back: back.pl()),
    "Ibis": (
        lambda frame: ibis.polars.connect({"t": frame.lazy()}).table("t"),
        lambda back: pl.from_arrow(back.to_pyarrow()),
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("by", [None, "g"])
@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("standardize", {"ddof": 1, "to": (50, 10)}),
        ("standardize", {"weights": "weight"}),
        ("minmax", {"range": (0.1, 0.7)}),
        ("robust", {}),
        ("mad", {}),
        ("maxabs", {}),
        ("rank", {}),
    ],
)
def test_the_bits_are_those_of_a_table_in_memory(engine, by, method, options):
    if engine == "Ibis" and method == "rank":
        pytest.skip("Ibis on polars knows no windows")
    there, back = ENGINES[engine]
    lazily = getattr(onescale, method)(there(TABLE), COLUMNS, by=by, **options)
    in_memory = getattr(onescale, method)(TABLE, COLUMNS, by=by, **options)
    assert back(lazily).equals(in_memory)


@pytest.mark.filterwarnings("ignore:The 'future.infer_string' option")  # Ibis asks pandas for it
@pytest.mark.parametrize("engine", ENGINES)
def test_a_fit_learns_scales_and_describes_where_the_rows_lie(engine):
    there, back = ENGINES[engine]
    for by in (None, "g"):
        scaler = Scaler(columns=COLUMNS, by=by).fit(there(TABLE))
        assert scaler.get_params() == Scaler(columns=COLUMNS, by=by).get_params()
        assert back(scaler.transform(there(TABLE))).equals(scaler.transform(TABLE))
        own = onescale.describe(TABLE, COLUMNS, by=by)
        assert back(onescale.describe(there(TABLE), COLUMNS, by=by)).equals(own)
    with pytest.raises(DataError, match="unknown group 'z'"):
        scaler.transform(there(TABLE.with_columns(g=pl.lit("z"))))
    with pytest.raises(DataError, match=r"'far', row 65999: inf is not a number"):
        odd = np.where(np.arange(ROWS) == 65_999, np.inf, TABLE["far"])
        onescale.standardize(there(TABLE.with_columns(far=odd)), "far")


def test_more_groups_than_an_expression_takes():
    many = pl.DataFrame({"g": np.arange(2002) // 2, "x": np.arange(2002.0)})
    scaled = onescale.minmax(many.lazy(), "x", by="g").collect()
    assert scaled["x_minmax"].to_list() == [0.0, 1.0] * 1001
    with pytest.raises(SpecError, match="1,001 groups by 'g'"):
        onescale.minmax(duckdb.from_arrow(many.to_arrow()), "x", by="g")


def ulps(one: pl.DataFrame, other: pl.DataFrame) -> float:
    """How far columns are apart, in units in the last place."""
    pairs = [(one[name].to_numpy(), other[name].to_numpy()) for name in one.columns]
    return max(np.nanmax(np.abs(a - b) / np.spacing(np.abs(a))) for a, b in pairs)


@pytest.mark.parametrize(
    "method", ["standardize", "minmax", "robust", {"few": "standardize", "wide": "log,mad"}]
)
def test_expressions_of_each_engine(method):
    columns = ["wide", "few"] if isinstance(method, dict) else COLUMNS
    scaler = Scaler(method, columns=None if isinstance(method, dict) else columns).fit(TABLE)
    own = scaler.transform(TABLE).select(columns)
    polars = TABLE.lazy().select(**scaler.expressions(TABLE.lazy())).collect()
    relation = duckdb.from_arrow(TABLE.to_arrow())
    made = [one.alias(name) for name, one in scaler.expressions(relation).items()]
    in_duckdb = relation.select(*made).pl()
    # As for a warehouse: Ibis makes SQL, which the database runs.
    table = ibis.table(ibis.schema({"far": "float64", "wide": "float64", "few": "int64"}), "t")
    sql = ibis.to_sql(table.select(**scaler.expressions(table)), dialect="duckdb")
    database = duckdb.connect()
    database.register("t", TABLE.to_arrow())
    for found in (polars, in_duckdb, database.sql(str(sql)).pl()):
        assert ulps(own, found.select(columns)) <= 4


def test_what_has_no_expression():
    frame = TABLE.lazy()
    for scaler, says in (
        (Scaler("rank", columns=["few"]), "rank of column 'few' has no expression"),
        (Scaler("minmax", columns=["few"], clip=True), "has no expression"),
        (Scaler(columns=["few"], by="g"), "a fit by groups"),
    ):
        with pytest.raises(SpecError, match=says):
            scaler.fit(TABLE).expressions(frame)
    with pytest.raises(SpecError, match="frames of pandas know no expressions"):
        Scaler(columns=["few"]).fit(TABLE).expressions(TABLE.to_pandas())

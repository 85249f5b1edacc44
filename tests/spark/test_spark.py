"""On Spark, if it is asked for (`make test-spark`): the bits of one machine, however many parts."""

import os
import sys
import warnings

import numpy as np
import polars as pl
import pytest

import onescale
from onescale import Scaler
from onescale.core.errors import DataError
from onescale.tables.scaling import fit_file

if "ONESCALE_SPARK" not in os.environ:
    pytest.skip("make test-spark asks for it", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("default")  # of pandas 3, which Spark 4 does not know yet
RNG = np.random.default_rng(16)
ROWS = 20_000
DATA = {
    "row": list(range(ROWS)),
    "far": (1e9 + 0.01 * RNG.normal(size=ROWS)).tolist(),
    "few": [None if k == 3 else float(k) for k in RNG.integers(0, 9, ROWS)],
    "g": RNG.choice(["a", "b"], ROWS).tolist(),
}
TABLE = pl.DataFrame(DATA)


@pytest.fixture(scope="module")
def session():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        session = made.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def collected(frame) -> pl.DataFrame:
    rows = [row.asDict() for row in frame.collect()]
    return pl.DataFrame(rows, infer_schema_length=None).sort("row")


@pytest.mark.parametrize("parts", [1, 4, 16])
def test_the_bits_are_those_of_one_machine(session, parts):
    rows = list(zip(*DATA.values(), strict=True))
    schema = "row long, far double, few double, g string"
    frame = session.createDataFrame(rows, schema).repartition(parts)
    for by in (None, "g"):
        for method in ("standardize", "robust"):
            own = getattr(onescale, method)(TABLE, ["far", "few"], by=by)
            assert collected(getattr(onescale, method)(frame, ["far", "few"], by=by)).equals(own)
    fit = Scaler(columns=["far", "few"]).fit(frame).fit_
    own = Scaler(columns=["far", "few"]).fit(TABLE).fit_
    assert fit_file.text(fit) == fit_file.text(own)
    made = Scaler(columns=["few"]).fit(frame).expressions(frame)["few"]
    scaled = collected(frame.withColumn("few", made))["few"]
    own = onescale.standardize(TABLE, "few", replace=True)["few"]
    assert np.allclose(scaled, own, rtol=1e-15, equal_nan=True)


def test_an_infinity_in_a_partition_is_one_line(session):
    frame = session.createDataFrame([(1.0,), (float("inf"),)], "x double").repartition(2)
    with pytest.raises(DataError, match=r"in a partition.*'x', row \d: inf is not a number"):
        onescale.standardize(frame)

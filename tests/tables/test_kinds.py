"""Formats with types: a column's kind, by either reader; no cell comes back as another."""

import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onescale.tables.kinds import kind_of
from onescale.tables.numbers import NumberFormat
from onescale.tables.reading import arrow_numbers, source
from onescale.tables.reading import table as reader

PLAIN = NumberFormat()
COLUMNS = {  # cells: the arrow type, the values
    "whole": (["1", " 5 ", "+7", "", "NA"], pa.int64(), [1, 5, 7, None, None]),
    "beyond 2^53": (["9007199254740993", "1"], pa.int64(), [9007199254740993, 1]),
    "the last int64": ([str(2**63 - 1), str(-(2**63))], pa.int64(), [2**63 - 1, -(2**63)]),
    "beyond int64": ([str(2**63), "-1"], pa.decimal128(38), [Decimal(2**63), Decimal(-1)]),
    "50 digits": (["1" * 50, ""], pa.decimal256(76), [Decimal("1" * 50), None]),
    "80 digits": (["1" * 80, "2"], pa.string(), ["1" * 80, "2"]),
    "decimals": (["1.50", "2", "1e5", "-0", ".5"], pa.float64(), [1.5, 2.0, 1e5, -0.0, 0.5]),
    "decimals beside long ones": (["1.5", "9007199254740993"], pa.string(), None),
    "codes": (["007", "12"], pa.string(), ["007", "12"]),
    "codes with a point": (["007.5", "12"], pa.string(), ["007.5", "12"]),
    "words": (["1", "x", "", "NA"], pa.string(), ["1", "x", None, "NA"]),
    "currency": (["$1", "2"], pa.string(), ["$1", "2"]),
    "infinity": (["inf", "2"], pa.string(), ["inf", "2"]),
    "beyond float64": (["1e999", "2"], pa.string(), ["1e999", "2"]),
    "nothing": (["", "NA"], pa.string(), [None, "NA"]),
}


@pytest.fixture(params=["exact", "large"])
def either_reader(request, monkeypatch):
    if request.param == "large":
        monkeypatch.setattr(reader, "SMALL", -1)
        monkeypatch.setattr(source, "BLOCK", 40)


@pytest.mark.usefixtures("either_reader")
@pytest.mark.parametrize("name", COLUMNS)
def test_types_and_values(onescale, table, tmp_path, name):
    cells, kind, values = COLUMNS[name]
    values = values or cells
    path = table("n;v\n" + "".join(f"{k};{cell}\n" for k, cell in enumerate(cells)))
    out = tmp_path / "out.parquet"
    options = ("-c", "n", "--delimiter", ";", "--currency", "-o")
    onescale("minmax", path, *options, out)
    column = pq.read_table(out).column("v")
    assert column.type == kind and repr(column.to_pylist()) == repr(values)
    onescale("minmax", path, *options, tmp_path / "out.json")
    got = [row["v"] for row in json.loads((tmp_path / "out.json").read_text())]
    assert repr(got) == repr([int(v) if isinstance(v, Decimal) else v for v in values])


@pytest.mark.usefixtures("either_reader")
def test_numbers_that_mean_missing_stay_in_their_cells(onescale, table, tmp_path):
    path, out = table("v\n1\n-999\nwithheld\n3\n"), tmp_path / "out.arrow"
    onescale("minmax", path, "--missing", "-999.0", "--missing", "withheld", "-o", out)
    read = pa.ipc.open_file(out).read_all().to_pydict()
    assert read == {"v": [1, -999, None, 3], "v_minmax": [0.0, None, None, 1.0]}


@pytest.mark.usefixtures("either_reader")
def test_marks_of_other_languages(onescale, table):
    path = table("v;w\n1.234;1,5\n-2;2.000,25\n")
    marks = ("--decimal", ",", "--thousands", ".", "--format", "json")
    rows = json.loads(onescale("minmax", path, *marks).out)
    assert [(row["v"], row["w"]) for row in rows] == [(1234, 1.5), (-2, 2000.25)]


cells = st.lists(
    st.one_of(
        st.integers(-(10**20), 10**20).map(str),
        st.floats().map(repr),
        st.text(st.sampled_from("0123456789.,+-eE x$"), max_size=5),
        st.sampled_from(["", "NA", "007", "-0", "−5", "1,5"]),
    ),
    max_size=5,
)


@given(cells, st.sampled_from([PLAIN, NumberFormat(","), NumberFormat(missing=("7",))]))
def test_both_readers_agree_on_kinds_and_values(texts, form):
    kind, column = kind_of(texts, form), pa.array(texts, pa.string())
    assert arrow_numbers.kind_of(column, form).name == kind.name
    if kind.name == "whole":
        assert arrow_numbers.kind_of(column, form) == kind
    typed = arrow_numbers.typed(column, kind, form).to_pylist()
    assert repr([int(v) if isinstance(v, Decimal) else v for v in typed]) == repr(
        kind.values(texts, form)
    )


@given(cells)
def test_no_cell_is_altered(texts):
    kind = kind_of(texts, PLAIN)
    for text, value in zip(texts, kind.values(texts, PLAIN), strict=True):
        if value is None:
            assert PLAIN.is_missing(text)
        elif isinstance(value, int):
            assert value == int(text.replace("−", "-"))
        elif isinstance(value, float):
            assert value == PLAIN.parse(text)
        else:
            assert value == text

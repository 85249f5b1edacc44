"""Two readers, one arithmetic: whatever the size of blocks and the reader, the same bytes or error;
and the bytes are those that Python's csv and exact fractions give."""

import csv
import io
import math
import os
import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onescale.core.errors import DataError
from onescale.tables.commands.scale import scale_table
from onescale.tables.commands.selection import Selection
from onescale.tables.numbers import NumberFormat
from onescale.tables.reading import dataset, source
from onescale.tables.reading import table as reader
from onescale.tables.reading.batch import Table
from onescale.tables.reading.csv_batch import CellBatch
from onescale.tables.reading.dialect import Dialect
from onescale.tables.scaling.methods import make
from onescale.tables.writing.output import Output

MODES = {  # size of a block, of a small table; threads
    "whole": (1 << 22, 1 << 20, 1),
    "fast": (1 << 22, -1, 1),
    "fast, in bits": (37, -1, 1),
    "fast, in bits, by threads": (37, -1, 3),
    "bits": (23, 1 << 20, 1),
}


def scaled(
    raw: bytes, dialect: Dialect, mode: str, method="standardize", **settings
) -> bytes | str:
    """The output bytes, or the error's words, of one way of reading."""
    block, small, threads = MODES[mode]
    kept = source.BLOCK, reader.SMALL
    source.BLOCK, reader.SMALL = block, small
    folder = tempfile.mkdtemp()
    path, out = os.path.join(folder, "t.csv"), os.path.join(folder, "out.csv")
    try:
        Path(path).write_bytes(raw)
        table = dataset.open_files([path], dialect)
        table.threads = threads
        chosen = Selection(by=settings.pop("by", ())).of(table)
        scale_table(chosen, make(method), Output(out), **settings)
        return Path(out).read_bytes()
    except DataError as error:
        assert not os.path.exists(out)
        return str(error).replace(path, "t.csv")
    finally:
        source.BLOCK, reader.SMALL = kept
        for file in (path, out):
            if os.path.exists(file):
                os.unlink(file)
        os.rmdir(folder)


def same_in_all_modes(raw: bytes, dialect: Dialect, **settings) -> bytes | str:
    results = {mode: scaled(raw, dialect, mode, **dict(settings)) for mode in MODES}
    assert len(set(results.values())) == 1, results
    return results["whole"]


cell_text = st.text(st.sampled_from("ab7,;\"'\n\r |/#.é한-"), max_size=6)
number_text = st.one_of(
    st.integers(-1000, 1000).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(-100, 100).map(lambda v: f"{v:.2f}"),
    st.sampled_from(
        ["", " 5 ", "+3", "NA", "nan", "1e5", "-0.0", "007", "1.50", " NULL", "5.", ".5"]
    ),
)


@st.composite
def tables(draw):
    """Rows of a table with a column of text and some of numbers, written by Python's csv."""
    columns = draw(st.integers(1, 3))
    rows = draw(st.lists(st.tuples(cell_text, *[number_text] * columns), min_size=1, max_size=12))
    delimiter = draw(st.sampled_from(",;\t|"))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    if any("\r" in row[0] or "\n" in row[0] for row in rows):
        quoting = csv.QUOTE_ALL  # csv does not quote a lone CR by itself
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["who", *(f"x{k}" for k in range(columns))])
    writer.writerows(rows)
    text = stream.getvalue()
    return text.removesuffix(end) if draw(st.booleans()) else text, delimiter, rows


def value_of(text: str) -> float:
    text = text.strip(" \t")
    return math.nan if text.lower() in ("", "na", "n/a", "nan", "null", "none") else float(text)


@given(tables())
@settings(max_examples=150)
@example(('who,x0\n"a\n",1\nb,2', ",", [("a\n", "1"), ("b", "2")]))
def test_output_is_what_csv_and_fractions_give(drawn):
    text, delimiter, rows = drawn
    out = same_in_all_modes(text.encode(), Dialect(delimiter=delimiter, quote='"'))
    numbers = list(zip(*[[value_of(c) for c in row[1:]] for row in rows], strict=True))
    numeric = [k for k, column in enumerate(numbers) if any(v == v for v in column)]
    if not numeric and isinstance(out, str):
        assert "no column of numbers" in out
        return
    if isinstance(out, str):
        assert "beyond" in out
        return
    got = list(csv.reader(io.StringIO(out.decode(), newline="")))
    width = 1 + len(numbers)
    assert [tuple(row[:width]) for row in got[1:]] == [tuple(row) for row in rows]
    names = [name.removesuffix("_standardized") for name in got[0][width:]]
    assert [n for n in names if n != "who"] == [f"x{k}" for k in numeric]
    for name, column in zip(
        names, zip(*[row[width:] for row in got[1:]], strict=True), strict=True
    ):
        if name != "who":
            check_column(numbers[int(name[1:])], column)


def check_column(values, cells) -> None:
    """Cells against z-scores in exact arithmetic, to a few units in the last place."""
    present = [Fraction(v) for v in values if v == v]
    mean = sum(present) / len(present)
    variance = sum((v - mean) ** 2 for v in present) / len(present)
    for value, cell in zip(values, cells, strict=True):
        if value != value:
            assert cell == ""
            continue
        assert repr(float(cell)) == cell
        if not variance:
            assert cell == "0.0"
            continue
        difference = Fraction(value) - mean
        z = Fraction(cell)
        # z² · variance = difference², to a relative 1e-14 (2e-15 of z) and with the right sign
        if abs(difference) > Fraction(2) ** -1000:
            assert abs(z * z * variance - difference**2) <= difference**2 * Fraction(1, 10**14)
            assert (z > 0) == (difference > 0)


pieces = b"a|1|2.5|,|;|\t|\"|'|\n|\r\n|\r| |#|-|e|NA|inf|\xea\xb0\x80|\xb0\xa1|/|\x1f".split(b"|")
junk = st.lists(st.sampled_from([*pieces, b"||"]), max_size=40).map(b"".join)
dialects = st.builds(
    Dialect,
    delimiter=st.sampled_from([None, ",", "||", "\t", "blanks"]),
    quote=st.sampled_from([None, '"', "'", ""]),
    header=st.booleans(),
    skip_lines=st.integers(0, 2),
    comment=st.sampled_from(["", "#", "a"]),
    number_format=st.sampled_from(
        [
            NumberFormat(),
            NumberFormat("#"),
            NumberFormat(","),
            NumberFormat(missing=("1",)),
            NumberFormat(common=True, percent=True, currency=True, parentheses=True),
        ]
    ),
)


@given(junk, dialects)
@settings(max_examples=400)
@example(b"a\n\t", Dialect(delimiter="blanks", header=False))  # a block of which nothing is left
def test_any_bytes_end_in_a_table_or_one_clear_line_whatever_the_reader(raw, dialect):
    out = same_in_all_modes(raw, dialect)
    if isinstance(out, str):
        assert out.startswith("t.csv") and "\n" not in out


@given(tables())
@settings(max_examples=40)
def test_groups_and_replacing_in_every_mode(drawn):
    text, delimiter, _ = drawn
    dialect = Dialect(delimiter=delimiter, quote='"')
    for method in ("minmax", "robust", "rank"):
        out = same_in_all_modes(text.encode(), dialect, method=method, by=["who"], in_place=True)
        assert isinstance(out, bytes) or out.startswith("t.csv")


@pytest.mark.parametrize("mode", MODES)
def test_multi_character_delimiters_inside_quotes(mode):
    raw = b'name||x\n"a||b"||1\n"c\n||"||2\n'
    out = scaled(raw, Dialect(delimiter="||"), mode)
    assert out == b'name,x,x_standardized\na||b,1,-1.0\n"c\n||",2,1.0\n'


@pytest.mark.parametrize(
    "rows",
    [
        '"x",1\n"y",3\n',
        '"x","1"\n"y","3"',
        '"x",1\n"",3\n',
        '"",1\n"","3"\n',
        '"x ""y""",1\n"z",3\n',
        '"""",1\n"z",3\n',
        '"x,y",1\nz,3\n',
        '"x\ny",1\n"z",3\n',
        '"\n",1\n"z",3\n',
        '"x",1\n\n"z",3\n',
        '"x",1\r\n"z",3\r\n',
        '"x,",1\n\n"z",3\n',
        '"x,1"\n"z",3\n',
    ],
)
def test_quotes_that_cells_need_and_do_not_need(rows):
    out = same_in_all_modes(f"name,x\n{rows}".encode(), Dialect(quote='"'))
    if isinstance(out, bytes):
        read = [csv.reader(io.StringIO(text, newline="")) for text in (rows, out.decode())]
        given, written = [[row[:2] for row in one if row] for one in read]
        assert written[1:] == given
    else:
        assert "1 cell" in out


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=12)
def test_blanks_between_and_around_cells_in_quotes(drawn, random):
    _, _, rows = drawn
    may = lambda: random.choice(["", "", " ", "\t", " \t "])  # noqa: E731

    def written(before, between, behind):
        lines = [["who", *(f"x{k}" for k in range(len(rows[0]) - 1))], *rows]
        quoted = [['"' + cell.replace('"', '""') + '"' for cell in line] for line in lines]
        return "\n".join(before() + between().join(line) + behind() for line in quoted).encode()

    plain = written(str, lambda: ",", str)
    expected = same_in_all_modes(plain, Dialect(delimiter=",", quote='"'))
    merged = written(may, lambda: " " + may(), may)
    assert same_in_all_modes(merged, Dialect(delimiter="blanks", quote='"')) == expected
    padded = written(may, lambda: may() + "," + may(), may)
    assert same_in_all_modes(padded, Dialect(delimiter=",", quote='"')) == expected


class Pairs(Table):
    """`a=1 b=2` a line: no more of a reader than CONTRIBUTING.md asks of one."""

    in_memory, notes, header_line = True, (), 0

    def __init__(self, source, dialect, sheet=None):
        self.name, self.dialect = source.name, dialect
        lines = b"".join(source.blocks()).decode().split("\n")[:-1]
        self.rows = [dict(pair.split("=") for pair in line.split(" ")) for line in lines]
        self.names, self.width = list(self.rows[0]), len(self.rows[0])

    def batches(self, numbers=(), texts=()):
        columns = [[row[name] for row in self.rows] for name in self.names]
        yield CellBatch(self, list(range(1, 1 + len(self.rows))), columns)


def test_a_new_reader_scales_explains_and_is_fitted(onescale, tmp_path, monkeypatch):
    monkeypatch.setattr(dataset, "open_source", Pairs)
    path, fit = tmp_path / "t.pairs", tmp_path / "fit.json"
    path.write_text("a=1 b=x\na=2 b=y\na=4 b=z\n")
    assert onescale("minmax", path, "--replace").column("a") == ["0.0", "0.3333333333333333", "1.0"]
    onescale("fit", path, "-o", fit)
    assert onescale("apply", fit, path).raw == onescale("standardize", path).raw
    path.write_text("a=1 b=x\na=1,5 b=y\n")
    ran = onescale("minmax", path, "-c", "a", fails=True)
    assert "t.pairs:2: column 'a': '1,5' is not a number (--decimal , takes it as 1.5" in ran.err

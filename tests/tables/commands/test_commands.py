"""The scaling commands, their options and formats, against NumPy and scikit-learn."""

import csv
import io
import json
import subprocess
import sys
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn import preprocessing

from places import AGES

ROWS = [
    ("a", "x", "1.50", "10", "007"),
    ("b, c", "y", "2.5", "NA", "1e5"),
    ('d "e"', "x", "-3", "30", ""),
    ("f\ng", "y", "8", "-5", "x"),
    ("한", "x", "8", "0", " q "),
]
X = np.array([1.5, 2.5, -3.0, 8.0, 8.0])
SCALERS = {
    "standardize": preprocessing.StandardScaler(),
    "minmax": preprocessing.MinMaxScaler(),
    "robust": preprocessing.RobustScaler(),
    "maxabs": preprocessing.MaxAbsScaler(),
}


@pytest.fixture
def people(table):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([("who", "g", "x", "y", "other"), *ROWS])
    return table(stream.getvalue())


@pytest.mark.parametrize("command", SCALERS)
def test_values_are_those_of_scikit_learn(onescale, people, command):
    suffix = "standardized" if command == "standardize" else command
    got = list(map(float, onescale(command, people).column(f"x_{suffix}")))
    expected = SCALERS[command].fit_transform(X.reshape(-1, 1))[:, 0]
    assert got == pytest.approx(expected.tolist(), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("command", [*SCALERS, "rank"])
def test_other_cells_pass_through_to_the_byte(onescale, people, command):
    rows = onescale(command, people).rows()
    assert [tuple(row[:5]) for row in rows[1:]] == ROWS
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
def test_by_is_each_group_alone(onescale, people, table, command):
    whole = onescale(command, people, "--by", "g", "-c", "x").rows()
    for group in ("x", "y"):
        stream = io.StringIO()
        own = [row for row in ROWS if row[1] == group]
        csv.writer(stream, lineterminator="\n").writerows([("who", "g", "x", "y", "other"), *own])
        alone = onescale(command, table(stream.getvalue(), "own.csv"), "-c", "x").rows()
        assert [row for row in whole[1:] if row[1] == group] == alone[1:]


def test_replace_keeps_places_and_names(onescale, people):
    rows = onescale("minmax", people, "--replace").rows()
    assert rows[0] == ["who", "g", "x", "y", "other"]
    assert rows[3][2:] == ["0.0", "1.0", ""]


def test_labelled(onescale, people):
    rows = onescale("minmax", people, "--labelled").rows()
    assert rows[0] == ["who", "x_minmax", "y_minmax"]
    assert [row[0] for row in rows[1:]] == [row[0] for row in ROWS]
    rows = onescale("minmax", people, "--labelled", "--replace", "--label", "g", "-c", "x").rows()
    assert rows[0] == ["g", "x"]


def test_columns_by_name_and_position(onescale, people):
    assert onescale("minmax", people, "-p", 4).rows()[0][5:] == ["y_minmax"]
    assert onescale("minmax", people, "-c", "y", "-p", 3).rows()[0][5:] == ["x_minmax", "y_minmax"]


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


class TestFormats:
    def test_json_and_jsonl(self, onescale, people):
        records = json.loads(onescale("minmax", people, "--format", "json").out)
        lines = onescale("minmax", people, "--format", "jsonl").out.splitlines()
        assert [json.loads(line) for line in lines] == records
        assert records[0]["other"] == "007" and records[0]["x"] == 1.5
        assert records[0]["y"] == 10 and records[1]["y"] is None
        assert records[1]["y_minmax"] is None and records[2]["x_minmax"] == 0.0

    def test_tsv_and_output_delimiter(self, onescale, people):
        assert onescale("minmax", people, "--format", "tsv").out.startswith("who\tg\tx\ty\tother\t")
        ran = onescale("minmax", people, "--output-delimiter", ";")
        assert [r[:5] for r in csv.reader(io.StringIO(ran.out), delimiter=";")][1:] == [
            list(row) for row in ROWS
        ]

    def test_the_ending_decides_unless_told(self, onescale, people, tmp_path):
        onescale("minmax", people, "-o", tmp_path / "t.jsonl")
        assert json.loads((tmp_path / "t.jsonl").read_text().splitlines()[0])["who"] == "a"
        onescale("minmax", people, "-o", tmp_path / "t.json", "--format", "csv")
        assert (tmp_path / "t.json").read_text().startswith("who,g,")

    def test_parquet_and_arrow(self, onescale, people, tmp_path):
        for name, read in (("t.parquet", pq.read_table), ("t.arrow", _arrow)):
            onescale("minmax", people, "-o", tmp_path / name)
            table = read(tmp_path / name)
            assert (
                table.schema.field("x").type == table.schema.field("x_minmax").type == pa.float64()
            )
            assert table["other"].to_pylist() == [row[4] for row in ROWS]
            assert table["y"].to_pylist() == [10.0, None, 30.0, -5.0, 0.0]

    def test_markdown_and_table_align_wide_characters(self, onescale):
        lines = onescale("minmax", AGES, "--format", "markdown").out.splitlines()
        assert lines[0] == "| name   | age |           age_minmax |"
        assert lines[2] == "| 학생01 |  27 |  0.17647058823529413 |"
        lines = onescale("minmax", AGES, "--format", "table", "--labelled").out.splitlines()
        assert lines[:2] == [f"name    {'age_minmax':>20}", f"학생01  {'0.17647058823529413':>20}"]


def _arrow(path):
    with pa.ipc.open_file(path) as reader:
        return reader.read_all()


class TestDescribe:
    def test_figures_are_those_of_numpy(self, onescale, people):
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

    def test_groups_and_undefined_figures(self, onescale, table):
        path = table("g,x\na,1\nb,\nb,NA\na,3\n")
        ran = onescale("describe", path, "--by", "g", "--format", "json")
        first, second = json.loads(ran.out)
        assert (first["group"], first["mean"], first["rows"]) == ("a", 2.0, 2)
        assert (second["group"], second["count"], second["missing"]) == ("b", 0, 2)
        assert second["mean"] is second["min"] is second["50%"] is None

    def test_many_values_are_spilled(self, onescale, table, monkeypatch):
        from onescale.tables.statistics import spill

        monkeypatch.setattr(spill, "IN_MEMORY", 64)
        values = np.random.default_rng(0).normal(size=500)
        path = table("g,x\n" + "".join(f"{k % 3},{v!r}\n" for k, v in enumerate(values.tolist())))
        (found,) = json.loads(onescale("describe", path, "-c", "x", "--format", "json").out)
        assert found["25%"] == pytest.approx(np.percentile(values, 25), rel=1e-15)
        ranks = onescale("rank", path, "-c", "x", "--by", "g").column("x_rank")
        assert len(ranks) == 500 and float(ranks[np.argmax(values)]) > 99


class TestStand:
    def test_one_of_27(self, onescale):
        out = onescale("stand", AGES, "학생20").out
        assert "1 of 27" in out and "98.148" in out and "100.0" in out

    def test_ties_share_the_best_rank_and_average_percentile(self, onescale, people):
        ran = onescale("stand", people, "한", "-c", "x", "--format", "json")
        (place,) = json.loads(ran.out)
        assert (place["rank"], place["of"], place["percentile"]) == (1, 5, 80.0)

    def test_within_a_group(self, onescale, people):
        ran = onescale("stand", people, "f\ng", "--by", "g", "-c", "x", "--format", "json")
        (place,) = json.loads(ran.out)
        assert (place["group"], place["rank"], place["of"]) == ("y", 1, 2)

    def test_missing_value(self, onescale, people):
        ran = onescale("stand", people, "b, c", "-c", "y", "--format", "json")
        assert json.loads(ran.out)[0]["value"] is None

    def test_nobody_and_two(self, onescale, people, table):
        assert "did you mean '학생20'" in onescale("stand", AGES, "학생200", fails=True).err
        ran = onescale("stand", table("n,x\na,1\na,2\n"), "a", fails=True)
        assert "lines 2 and 3" in ran.err and ran.status == 3

    def test_hangul_in_letters_is_hangul(self, onescale, table):
        path = table(unicodedata.normalize("NFD", "이름,나이\n학생,3\n학교,5\n"))
        assert "1 of 2" in onescale("stand", path, "학교", "-l", "이름", "-c", "나이").out

    def test_picture(self, onescale):
        from onescale.tables.commands.selection import Selection
        from onescale.tables.commands.stand import locate, picture
        from onescale.tables.reading.table import open_table

        table = open_table(str(AGES))
        places, _ = locate(Selection().of(table), "학생20")
        line = picture(places)
        assert line.startswith("age  24.0 ") and line.endswith("[▂] 41.0\n")


def test_help_of_every_command_has_an_example(onescale):
    from onescale.cli import fits, tables

    for command in (*tables.COMMANDS, *fits.COMMANDS):
        assert (
            f"onescale {command.name} " in onescale(command.name, "--help").out.split("Example")[1]
        )


def test_as_a_process(onescale_process, people):
    ran = onescale_process("standardize", "-", stdin=people.read_bytes())
    assert ran.status == 0 and ran.raw == onescale_process("standardize", people).raw
    ran = onescale_process("standardize", "-", stdin=b"a,b\nx,y\n")
    assert ran.status == 3 and ran.raw == b"" and ran.err.startswith("onescale: <stdin>:2: ")


def test_nothing_heavy_is_imported(table):
    """A small table needs NumPy alone; a large one pyarrow, not the pandas that it looks for."""
    small = "who,x\na,1\nb,3\n"
    large = "who,x\n" + "person,1.5\nother,2\n" * 100_000
    program = (
        "import sys; from onescale.cli import cli; cli.main(sys.argv[1:], standalone_mode=False);"
        "heavy = {'pandas', 'polars', 'scipy', 'matplotlib', 'narwhals', 'pyarrow'};"
        "print(*sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    for text, expected in ((small, ""), (large, "pyarrow")):
        path = table(text)
        command = [sys.executable, "-c", program, "standardize", path, "-o", path.with_suffix(".o")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stderr.strip() == expected

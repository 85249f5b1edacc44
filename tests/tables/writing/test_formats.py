"""Each format, read back by a library that we did not write."""

import csv
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq

from places import AGES


def test_json_and_jsonl(onescale, people):
    records = json.loads(onescale("minmax", people, "--format", "json").out)
    lines = onescale("minmax", people, "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == records
    assert records[0]["other"] == "007" and records[0]["x"] == 1.5
    assert records[0]["y"] == 10 and records[1]["y"] is None
    assert records[1]["y_minmax"] is None and records[2]["x_minmax"] == 0.0


def test_tsv_and_output_delimiter(onescale, people, people_rows):
    assert onescale("minmax", people, "--format", "tsv").out.startswith("who\tg\tx\ty\tother\t")
    ran = onescale("minmax", people, "--output-delimiter", ";")
    assert [r[:5] for r in csv.reader(io.StringIO(ran.out), delimiter=";")][1:] == [
        list(row) for row in people_rows
    ]


def test_the_ending_decides_unless_told(onescale, people, tmp_path):
    onescale("minmax", people, "-o", tmp_path / "t.jsonl")
    assert json.loads((tmp_path / "t.jsonl").read_text().splitlines()[0])["who"] == "a"
    onescale("minmax", people, "-o", tmp_path / "t.json", "--format", "csv")
    assert (tmp_path / "t.json").read_text().startswith("who,g,")


def test_parquet_and_arrow(onescale, people, people_rows, tmp_path):
    for name, read in (("t.parquet", pq.read_table), ("t.arrow", _arrow)):
        onescale("minmax", people, "-o", tmp_path / name)
        table = read(tmp_path / name)
        assert table.schema.field("x").type == table.schema.field("x_minmax").type == pa.float64()
        assert table["other"].to_pylist() == [row[4] or None for row in people_rows]
        assert table["y"].to_pylist() == [10.0, None, 30.0, -5.0, 0.0]


def test_markdown_and_table_align_wide_characters(onescale):
    lines = onescale("minmax", AGES, "--format", "markdown").out.splitlines()
    assert lines[0] == "| name   | age |           age_minmax |"
    assert lines[2] == "| 학생01 |  27 |  0.17647058823529413 |"
    lines = onescale("minmax", AGES, "--format", "table", "--labelled").out.splitlines()
    assert lines[:2] == [f"name    {'age_minmax':>20}", f"학생01  {'0.17647058823529413':>20}"]


def _arrow(path):
    with pa.ipc.open_file(path) as reader:
        return reader.read_all()

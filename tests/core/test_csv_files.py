"""Small CSV files read back, and what is told of those that cannot be."""

import csv

import pytest

from onescale.core.csv_files import number_in, read_rows
from onescale.core.errors import DataError


def test_what_the_csv_module_wrote_is_read_back(tmp_path):
    rows = [{"name": "학생01", "age": "24.5"}, {"name": 'a "b", c', "age": ""}]
    path = tmp_path / "t.csv"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["name", "age"])
        writer.writeheader()
        writer.writerows(rows)
    assert read_rows(path, ["age"]) == rows
    assert number_in(path, rows, 1, "age") == 24.5
    with pytest.raises(DataError, match=r"t\.csv: row 2, column 'age': '' is not a number"):
        number_in(path, rows, 2, "age")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "no such file"),
        (b"a,b\n1,2\n", "no column 'c'; it has a, b"),
        (b"", "no column 'c'"),
        (b"b,c\n1,2\n1\n", "row 2 has not as many cells as the first line"),
        ("c\n학생\n".encode("cp949"), "cannot be read as CSV"),
    ],
)
def test_files_that_cannot_be_read_are_named(tmp_path, content, told):
    path = tmp_path / "t.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"t\.csv: .*" + told):
        read_rows(path, ["c"])

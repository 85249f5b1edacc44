"""A file that changes between two readings is refused: its values would stand beside other rows."""

import gzip
import os
import shutil

import pandas as pd
import pytest

from onescale.core.errors import DataError
from onescale.tables.reading.dataset import open_files

LINES = [
    f"row {n},{n},{n / 7}\n" for n in range(60_000)
]  # more than is kept from the first reading


def text(lines):
    return ("name,a,b\n" + "".join(lines)).encode()


def moved(lines):
    """Two labels of one width, exchanged."""
    return [*lines[:50_000], lines[50_001], lines[50_000], *lines[50_002:]]


def same_times(path, change):
    """Change a file so that its size, its time and its inode tell nothing."""
    before = path.stat()
    change(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_ino) == (before.st_size, before.st_ino)


def in_place(path, content):
    with open(path, "r+b") as stream:
        stream.write(content)
        stream.truncate()


def replaced(path):
    shutil.copy(path, path.with_suffix(".new"))
    os.replace(path.with_suffix(".new"), path)


CHANGES = {
    "labels moved, times kept": lambda path: same_times(
        path, lambda path: in_place(path, text(moved(LINES)))
    ),
    "shortened": lambda path: in_place(path, text(LINES[:30_000])),
    "appended": lambda path: in_place(path, text([*LINES, "one more,1,2\n"])),
    "replaced": replaced,
    "gone": os.unlink,
}


def read(table):
    return sum(batch.rows for batch in table.batches())


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_text_that_changes_between_readings(tmp_path, change):
    path = tmp_path / "table.csv"
    path.write_bytes(text(LINES))
    table = open_files([str(path)])
    assert read(table) == read(table) == len(LINES)
    change(path)
    with pytest.raises(DataError, match=r"table\.csv: the file changed while it was read"):
        read(table)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_text_that_changes_while_it_is_read(tmp_path, change):
    path = tmp_path / "table.csv"
    path.write_bytes(text(LINES))
    table = open_files([str(path)])
    read(table)
    batches = table.batches()
    next(batches)
    change(path)
    with pytest.raises(DataError, match=r"table\.csv: the file changed while it was read"):
        list(batches)


def test_a_packed_file_and_a_columnar_one(tmp_path):
    packed, parquet = tmp_path / "table.csv.gz", tmp_path / "table.parquet"
    packed.write_bytes(gzip.compress(text(LINES), 1))
    frame = pd.DataFrame({"a": range(100_000)})
    frame.to_parquet(parquet)
    tables = [open_files([str(path)]) for path in (packed, parquet)]
    assert [read(table) for table in tables] == [len(LINES), 100_000]
    packed.write_bytes(gzip.compress(text(moved(LINES)), 1))
    frame.iloc[::-1].to_parquet(parquet)
    for table in tables:
        with pytest.raises(DataError, match="the file changed while it was read"):
            read(table)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_of_several_files_none_is_written_if_the_last_changes(
    onescale, tmp_path, monkeypatch, change
):
    """The first files are read and written by the time that it does."""
    from onescale.tables.commands import scale

    paths, into = [tmp_path / "in" / f"{k}.csv" for k in range(3)], tmp_path / "into"
    paths[0].parent.mkdir()
    into.mkdir()
    for path in paths:
        path.write_bytes(text(LINES))
    old = into / "0.csv"
    old.write_text("old")
    in_turn = scale.behind

    def then_change(*arguments):
        in_turn(*arguments)
        if paths:
            change(paths.pop())

    monkeypatch.setattr(scale, "behind", then_change)
    ran = onescale("standardize", tmp_path / "in", "-o", f"{into}/", fails=True)
    assert (ran.status, ran.err.count("2.csv: the file changed while it was read")) == (3, 1)
    assert [*into.iterdir()] == [old] and old.read_text() == "old"

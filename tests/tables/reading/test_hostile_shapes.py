"""Input without end, and tables of more columns than memory is for: one line, and no full disk."""

import io
import shutil
from types import SimpleNamespace

import pytest

from onescale.core.errors import DataError
from onescale.tables.reading import table
from onescale.tables.reading.dataset import open_files
from onescale.tables.reading.source import Source


def test_too_many_columns(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{n}" for n in range(table.WIDEST + 1)) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"wide\.csv:1: 100,001 columns, and onescale"):
        open_files([str(path)])


def test_a_device_is_no_table():
    with pytest.raises(DataError, match="/dev/zero: is a device, not a table"):
        Source("/dev/zero")
    with pytest.raises(DataError, match="/dev/null: an empty file holds no table"):
        open_files(["/dev/null"])


class Endless(io.RawIOBase):
    """What `yes` writes."""

    def read(self, size=-1):
        return b"y\n" * (size // 2)


def test_standard_input_without_end(monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=Endless()))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10_000_000))
    with pytest.raises(DataError, match="<stdin>: does not end within 9,000,000 bytes"):
        Source("-")

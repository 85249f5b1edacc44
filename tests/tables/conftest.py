"""What the tests of tables share: running a command in this process, and reading its output."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AGES = ROOT / "data" / "class_ages.csv"


class Run:
    """What a command did: `status`, `out` and `err` as text, `raw` output bytes."""

    def __init__(self, arguments, status: int, raw: bytes, err: bytes):
        self.arguments, self.status, self.raw = arguments, status, raw
        self.err = err.decode()

    @property
    def out(self) -> str:
        return self.raw.decode()

    def rows(self) -> list[list[str]]:
        """The output as csv."""
        return list(csv.reader(io.StringIO(self.out, newline="")))

    def column(self, name: str) -> list[str]:
        head, *rows = self.rows()
        return [row[head.index(name)] for row in rows]


@pytest.fixture
def onescale(monkeypatch, capfdbinary):
    """Run the command line in this process, as `main` would, exit status included."""
    from onescale import cli

    def run(*arguments, stdin: bytes = b"", fails: bool = False) -> Run:
        arguments = [str(argument) for argument in arguments]
        monkeypatch.setattr(sys, "argv", ["onescale", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfdbinary.readouterr()
        status = 0
        try:
            cli.main()
        except SystemExit as exit:
            status = exit.code or 0
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        ran = Run(arguments, status, out, err)
        assert fails == bool(status), f"{arguments} ended with {status}: {ran.err}"
        if status:
            assert out == b"", "output although it failed"
        return ran

    return run


@pytest.fixture
def onescale_process():
    """Run the command line in a process of its own."""

    def run(*arguments, stdin: bytes = b"") -> Run:
        program = "from onescale.cli import main; main()"
        command = [sys.executable, "-c", program, *map(str, arguments)]
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=120)
        return Run(arguments, done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def table(tmp_path):
    """Write a table's text (or bytes) to a file and return its path."""

    def write(content, name: str = "table.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def people_rows():
    """Quotes, a line end in a cell, Hangul, groups, a gap, and text that looks like numbers."""
    return [
        ("a", "x", "1.50", "10", "007"),
        ("b, c", "y", "2.5", "NA", "1e5"),
        ('d "e"', "x", "-3", "30", ""),
        ("f\ng", "y", "8", "-5", "x"),
        ("한", "x", "8", "0", " q "),
    ]


@pytest.fixture
def people(table, people_rows):
    """Those rows as a file."""
    stream = io.StringIO()
    rows = [("who", "g", "x", "y", "other"), *people_rows]
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return table(stream.getvalue())

"""Whatever a file holds or is called, it cannot speak to the terminal of who reads about it."""

import re
import sys

import pytest

from onescale import cli
from onescale.core.text import brief, visible

RED = "\x1b[31m\x9b5n\x07\u202e"
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
TABLE = f"who{RED},group{RED},age{RED},odd{RED}\n" + "".join(
    f"{name}{RED},{group}{RED},{age},{odd}\n"
    for name, group, age, odd in [("a", "x", 1, "1"), ("b", "y", 2, f"{RED}?"), ("c", "y", 4, "3")]
)


@pytest.fixture
def run(tmp_path, monkeypatch, capsysbinary):
    path = tmp_path / f"table{RED}.csv"
    path.write_text(TABLE, encoding="utf-8")

    def run(*arguments):
        given = [str(path) if one == "TABLE" else one for one in arguments]
        monkeypatch.setattr(sys, "argv", ["onescale", *given])
        try:
            cli.main()
            status = 0
        except SystemExit as ended:
            status = ended.code or 0
        out, err = capsysbinary.readouterr()
        return status, out.decode(), err.decode()

    return run


READ = [  # what a person reads, and the status it ends with
    (0, "standardize", "TABLE", "-v", "--format", "table"),
    (0, "standardize", "TABLE", "--format", "markdown", "--by", f"group{RED}"),
    (0, "describe", "TABLE", "--by", f"group{RED}", "--format", "table"),
    (0, "overview", "TABLE", "--format", "table"),
    (0, "stand", "TABLE", f"a{RED}", "--format", "table"),
    (3, "stand", "TABLE", f"nobody{RED}"),
    (3, "standardize", "TABLE", "-c", f"aged{RED}"),
    (3, "standardize", "TABLE", "-c", f"odd{RED}"),
    (3, "standardize", f"nowhere{RED}.csv"),
    (2, "standardize", "TABLE", f"--colour{RED}"),
    (2, f"standardise{RED}", "TABLE"),
    (2, "scale", "TABLE", "--method", f"std{RED}"),
    (3, "apply", "TABLE", "TABLE"),
    (3, "compare", f"run{RED}.json"),
    (2, "train", "--spec", '{"name": "' + RED.replace("\x1b", "\\u001b") + '"}', "-o", "x"),
]


@pytest.mark.parametrize(("status", "arguments"), [(one[0], one[1:]) for one in READ])
def test_what_a_person_reads_holds_no_control_character(run, status, arguments):
    ended, out, err = run(*arguments)
    assert (ended, "this is a bug" in err) == (status, False), err
    assert not CONTROLS.findall(out + err)
    assert len(err.splitlines()) <= (8 if "-v" in arguments else 5)


def test_what_a_program_reads_holds_them_all(run):
    status, out, _ = run("standardize", "TABLE")
    assert status == 0 and out.count(RED) == TABLE.count(RED) + 1  # with the new column's name
    assert run("standardize", "TABLE", "--format", "json")[1].count("\\u001b") > 5


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "jsonl"])
@pytest.mark.parametrize("small", [1 << 20, 0])  # the small reader, the large one
def test_a_terminal_is_shown_them_as_such_in_formats_of_data(run, monkeypatch, format, small):
    monkeypatch.setattr("onescale.tables.reading.table.SMALL", small)
    raw = run("standardize", "TABLE", "--digits", "6", "--format", format)[1]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = run("standardize", "TABLE", "--digits", "6", "--format", format)[1]
    assert CONTROLS.findall(raw) and not CONTROLS.findall(shown.replace("\t", ""))
    lines = zip(raw.splitlines(), shown.splitlines(), strict=True)
    for before, after in lines if format in ("csv", "jsonl") else ():
        assert after == visible(before)
    assert len(raw.split("\t")) == len(shown.split("\t"))


def test_a_terminal_is_shown_no_bytes_that_are_not_text(run, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run("standardize", "TABLE", "--format", "parquet")[::2] == (
        2, "onescale: parquet is no text for a terminal; name a file with -o\n",
    )  # fmt: skip


def test_what_is_no_character_is_one_line(run, tmp_path):
    """A byte of an option that is no UTF-8, half a pair in JSON: onto pages they cannot go."""
    other = str(tmp_path / "m.json")
    for words, what in [
        (("standardize", "TABLE", "--delimiter", "\udcff"), "'\\udcff'"),
        (("manifest", "TABLE", "--configuration", '{"a": "\\ud800"}', "-o", other), "'\\ud800'"),
    ]:
        status, _, err = run(*words)
        assert status == 3 and len(err.splitlines()) == 1
        assert err.startswith(f"onescale: {what}, in a name, an option or a text, cannot be")
    assert [path.suffix for path in tmp_path.iterdir()] == [".csv"]


def test_messages_stay_short_whatever_a_cell_holds(run, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(f"{'n' * 5000},b\n{'x' * 5000},1\n1,2\n3,4\n", encoding="utf-8")
    for arguments in (["-c", "b", "-c", "n" * 5000], [], ["-c", "m" * 5000]):
        assert max(map(len, run("standardize", str(path), *arguments)[2].splitlines())) < 700


def test_each_kind_of_control_character_is_shown():
    assert visible("a\tb\x00\x7f\x9b\u202eé 한글") == "a␉b␀␡\\x9b\\u202eé 한글"
    assert brief("x" * 600) != "x" * 600 and brief("short") == "short"

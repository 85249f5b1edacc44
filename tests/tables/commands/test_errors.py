"""Bad input: exit status, file and line, what was found, what to do; nothing written."""

import bz2
import gzip
import lzma
import shlex
import subprocess
import sys

import pytest

from places import AGES

BAD = {
    "ragged, short": ("a,b\n1,2\n3\n", (), ":3:", "1 cell where the header (line 1) has 2"),
    "ragged, long": ("a,b\n1,2\n3,4,5\n", (), ":3:", "3 cells"),
    "line after quoted newlines": (
        'a,b\n"x\ny\nz",1\nw,q\n',
        ("-c", "b"),
        ":5:",
        "'q' is not a number",
    ),
    "text among numbers": ("a,age\nx,1\ny,abc\n", ("-c", "age"), ":3:", "column 'age': 'abc'"),
    "infinity": ("a,b\nx,1\ny,inf\n", ("-c", "b"), ":3:", "infinity"),
    "overflow": ("a,b\nx,1\ny,1e400\n", ("-c", "b"), ":3:", "beyond the range"),
    "decimal comma": ("a;b\nx;1,5\n", ("-c", "b"), ":2:", "--decimal ,"),
    "misplaced thousands": ("a;b\nx;1,23\n", ("-c", "b", "--thousands", ","), ":2:", "misplaced"),
    "mixed decimals": ("a;b\nx;1,5\ny;1.5\n", ("-c", "b", "--decimal", ","), ":3:", "'1.5'"),
    "NUL": ("a,b\nx,1\0\n", (), ":2:", "NUL"),
    "unclosed quote": ('a,b\nx,1\n"y,2\nz,3\n', (), ":3:", "never closed"),
    "text after a quote": ('a,b\n"x"y,2\n', (), ":2:", "follows a closing quote"),
    "duplicate names": ("a,a\n1,2\n", (), ":", "2 columns are named 'a' (positions 1, 2)"),
    "names of text too": ("a,a\nx,y\n", (), ":", "2 columns are named 'a' (positions 1, 2)"),
    "a name of numbers and text": ("a,a,b\n1,y,2\n", (), ":", "named 'a' (positions 1, 2)"),
    "empty": ("", (), ":", "empty file"),
    "blank": ("\n\n", (), ":", "empty file"),
    "comments alone": ("#a\n", ("--comment", "#"), ":", "comment"),
    "header alone": ("a,b\n", (), ":", "no rows"),
    "no numbers": ("a,b\nx,y\n", (), ":2:", "no column of numbers is left"),
    "missing alone": ("a\n\n\n", (), ":", "only missing cells"),
    "missing alone, by name": ("a,b\nx,\n", ("-c", "b"), ":", "holds no number"),
    "unknown column": ("a,age\nx,1\n", ("-c", "aeg"), ":", "did you mean 'age'?"),
    "unknown label": ("a,age\nx,1\n", ("--label", "b"), ":", "unknown column 'b'"),
    "unknown group": ("a,age\nx,1\n", ("--by", "ag"), ":", "did you mean 'age'?"),
    "position": ("a,b\nx,1\n", ("-p", "3"), ":", "no column at position 3"),
    "label to scale": ("a,b\nx,1\n", ("--label", "b", "-c", "b"), ":", "label column"),
    "group to scale": ("a,b\nx,1\n", ("--by", "b", "-c", "b"), ":", "group column"),
    "no glob": ("a,b\nx,1\n", ("-c", "c*"), ":", "no column matches c*; there are a, b"),
    "all excluded": ("a,b\nx,1\n", ("-c", "b", "--exclude", "/b/"), ":", "is excluded"),
    "names of numbers twice": ("1,1\n1,2\n", (), ":", "if that line is data: --no-header"),
    "strict": ("a,b\n1,1\nx,2\n", ("--strict",), ":3:", "'x' is not a number"),
    "no label": ("a,b\n1,2\n3,4\n", ("--labelled",), ":", "--label"),
    "no label but the groups": (
        "a,b\nx,1\n",
        ("--labelled", "--by", "a"),
        ":",
        "but 'a', of the groups, is numeric",
    ),
    "name taken": ("a,a_standardized\n1,x\n2,y\n", ("-c", "a"), ":", "--replace"),
    "no spread": ("a,b\nx,1\ny,1\n", ("--constant", "error"), ":", "no spread"),
    "no other column": ("a\n1\n", ("--label", "a"), ":", "besides those of the label"),
    "a name twice in JSON": (
        "a,a\n1,2\n3,4\n",
        ("-p", "1", "--format", "json"),
        "",
        "JSON holds one",
    ),
    "a name twice in parquet": ("t,t,a\nx,y,1\n", ("--format", "parquet"), "", "few programs read"),
    "another delimiter behind a quote": ('"a"::"b"\n', (), ":1:", "--delimiter"),
    "few lines": ("a,b\n1,2\n", ("--skip-lines", "5"), ":", "too few"),
    "std beyond float64": (
        "a\n1.7e308\n-1.7e308\n",
        ("--ddof", "1"),
        ":",
        "beyond float64's range",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_tables(onescale, table, tmp_path, name):
    text, options, where, says = BAD[name]
    path, out = table(text), tmp_path / "out.csv"
    out.write_text("as it was")
    ran = onescale("standardize", path, *options, "-o", out, fails=True)
    assert ran.status == 3
    assert ran.err.startswith(f"onescale: {path}{where}" if where else "onescale: ")
    assert says in ran.err
    assert ran.err.count("\n") == 1
    assert out.read_text() == "as it was"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "table.csv"]


USAGE = {
    "unknown encoding": (("--encoding", "utf-88"), "did you mean"),
    "no encoding of text": (("--encoding", "base64"), "no encoding of text"),
    "equal marks": (("--decimal", ",", "--thousands", ","), "both"),
    "empty delimiter": (("--delimiter", ""), "--delimiter"),
    "long quote": (("--quote", "ab"), "--quote"),
    "negative skip": (("--skip-lines", "-1"), "--skip-lines"),
    "json with a delimiter": (
        ("--format", "json", "--output-delimiter", ";"),
        "--output-delimiter",
    ),
    "long output delimiter": (("--output-delimiter", "ab"), "--output-delimiter"),
    "unknown option": (("--nope",), "No such option"),
    "an ending it cannot write": (("-o", "out.xlsx"), ".xlsx"),
    "unknown format": (("--format", "xml"), "xml"),
    "an option twice": (("--ddof", "0", "--ddof", "1"), "--ddof was given 2 times"),
    "an option twice, by either name": (("-l", "a", "--label", "a"), "--label was given 2 times"),
    "no regular expression": (("-c", "/(/"), "not a regular expression"),
}


@pytest.mark.parametrize("name", USAGE)
def test_wrong_usage(onescale, table, name):
    options, says = USAGE[name]
    ran = onescale("standardize", table("a,b\nx,1\ny,2\n"), *options, fails=True)
    assert ran.status == 2 and says in ran.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("minmax", "--range", "5", "1"), "LO must be below HI"),
        (("minmax", "--range", "-inf", "1"), "finite"),
        (("minmax", "--ddof", "1"), "No such option"),
        (("fit", "--method", "minmax", "--ddof", "1"), "minmax takes no ddof"),
        (("scale", "--method", "robust", "--epsilon", "1"), "robust takes no epsilon"),
        (("scale", "--method", "standardize", "--range", "0", "1"), "takes no range"),
        (("scale", "--method", "rank", "--constant", "missing"), "--constant"),
        (("rank", "--constant", "error"), "No such option"),
        (("scale", "--method", "batch_norm", "--epsilon", "-1"), "epsilon is 0 or more"),
        (("scale", "--method", "batch_norm", "--epsilon", "nan"), "epsilon is 0 or more"),
        (("fit", "--method", "batch_norm", "--gamma", "inf"), "gamma is a number"),
        (("fit", "--method", "batch_norm", "--gamma", "0"), "gamma is a number other than 0"),
    ],
)
def test_options_that_a_method_does_not_have(onescale, table, arguments, says):
    command, *options = arguments
    ran = onescale(command, table("a,b\nx,1\ny,2\n"), *options, fails=True)
    assert ran.status == 2 and says in ran.err


def test_output_over_input(onescale, table):
    path = table("a,b\nx,1\ny,2\n")
    for command in ("standardize", "describe", "fit", "overview"):
        ran = onescale(command, path, "-o", path, fails=True)
        assert ran.status == 3 and "is the input" in ran.err
    assert path.read_text() == "a,b\nx,1\ny,2\n"


def test_output_over_what_standard_input_reads(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\nx,1\ny,2\n")
    ran = shell(f"onescale standardize - -o {path} < {path}")
    assert ran.returncode == 3 and "is the input" in ran.stderr
    assert path.read_text() == "a,b\nx,1\ny,2\n"


def test_readers_that_go_away_and_closed_streams(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "x,1\ny,2\n" * 50_000)
    for format in ("csv", "jsonl", "parquet"):
        ran = shell(f"(onescale minmax {path} -q --format {format}; echo $? >&2) | head -c 1")
        assert ran.stderr == "0\n"
    for command in (f"minmax {path} >&-", f"describe {path} --format parquet >&-", "minmax - <&-"):
        ran = shell(f"onescale {command}")
        assert ran.returncode == 3 and "closed" in ran.stderr


def shell(command: str):
    onescale = f"{shlex.quote(sys.executable)} -c 'from onescale.cli import main; main()'"
    return subprocess.run(
        ["bash", "-c", f'onescale() {{ {onescale} "$@"; }}; {command}'],
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"PK\x03\x04\x14\0\x06\0", "workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "no workbook that can be read"),
        (lzma.compress(b"a,b\n1,2\n"), "xz"),
        (bz2.compress(b"a,b\n1,2\n"), "bzip2"),
        (gzip.compress(gzip.compress(b"a,b\n1,2\n", mtime=0), mtime=0), "packed twice"),
        ("이름,가\n山,1\n".encode("utf-16-le"), "--encoding utf-16-le"),
    ],
)
def test_files_that_are_no_text(onescale, table, raw, says):
    ran = onescale("describe", table(raw), fails=True)
    assert ran.status == 3 and says in ran.err and "name its encoding" not in ran.err


def test_no_such_file_and_folders(onescale, tmp_path):
    assert "no such file" in onescale("describe", tmp_path / "no.csv", fails=True).err
    assert "folder" in onescale("describe", tmp_path, fails=True).err
    ran = onescale("describe", AGES, "-o", tmp_path / "no" / "out.csv", fails=True)
    assert ran.status == 3 and f"there is no folder {tmp_path / 'no'}" in ran.err
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "no" / "out.csv")
    assert "there is no folder" in onescale("describe", AGES, "-o", link, fails=True).err
    assert list(tmp_path.iterdir()) == [link]


def test_errors_in_a_large_table_name_the_true_line(onescale, table):
    lines = [f"row {k},{k},{k % 7}" for k in range(200_000)]
    lines[150_000] = '"row\n150000",oops,3'
    path = table("who,a,b\n" + "\n".join(lines) + "\nlast,1,x\n")
    ran = onescale("standardize", path, "-c", "a", fails=True)
    assert f"{path}:150002: column 'a': 'oops'" in ran.err
    ran = onescale("standardize", path, "-c", "b", fails=True)
    assert f"{path}:200003: column 'b': 'x'" in ran.err
    path = table("who,a\n" + "row,1\n" * 300_000 + "short\n")
    assert f"{path}:300002: 1 cell" in onescale("standardize", path, fails=True).err


def test_unnamed_columns_without_numbers_pass(onescale, table):
    ran = onescale("standardize", table("a,,\n1,x,\n3,y,\n"))
    assert ran.out.splitlines() == ["a,,,a_standardized", "1,x,,-1.0", "3,y,,1.0"]

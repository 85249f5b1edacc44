"""Delimiters, quotes, junk, comments, encodings: what is detected, what is told."""

import gzip
import sys

import pyarrow as pa
import pytest

from onescale.tables.reading import source
from onescale.tables.reading import table as reader

EXPECTED = b"who,x,x_standardized\na,1,-1.0\nb,3,1.0\n"


def same(onescale, path, *options):
    return onescale("standardize", path, "-c", "x", *options).raw


@pytest.mark.parametrize("mark", [",", "\t", ";", "|", "/", " "])
def test_delimiters_are_detected(onescale, table, mark):
    assert same(onescale, table(f"who{mark}x\na{mark}1\nb{mark}3\n")) == EXPECTED


@pytest.mark.parametrize("mark", ["::", "||", ", ", "§", "#", "한"])
def test_any_other_delimiter_can_be_named(onescale, table, mark):
    path = table(f"who{mark}x\na{mark}1\nb{mark}3\n")
    assert same(onescale, path, "--delimiter", mark) == EXPECTED


@pytest.mark.parametrize(("name", "mark"), [("tab", "\t"), ("\\t", "\t"), ("blank", " ")])
def test_delimiters_have_names(onescale, table, name, mark):
    path = table(f"who{mark}x\na{mark}1\nb{mark}3\n")
    assert same(onescale, path, "--delimiter", name) == EXPECTED


BLANKS = {
    "aligned": "who   x\n a    1\n b    3 \n",
    "tabs and blanks": "who\t x\n\na \t1\nb  3\n",
    "in quotes": '"who"  "x"\n  a   1\n"b"  3',
    "before quotes": 'who, "x"\n"a" ,1\n "b",  "3" \n',
    "sep=": "sep=;\nwho;x\na;1\nb;3\n",
    "sep= in quotes": '"SEP=|"\r\nwho|x\r\na|1\r\nb|3\r\n',
}


@pytest.mark.parametrize("name", BLANKS)
def test_blanks_and_lines_for_spreadsheets_are_detected(onescale, table, name):
    assert same(onescale, table(BLANKS[name])) == EXPECTED


def test_blanks_by_name_and_as_thousands_mark(onescale, table):
    path = table("who  x\na  1\nb  3\n")
    assert same(onescale, path, "--delimiter", "blanks") == EXPECTED
    path = table("x\n1 234 567\n12 000\n")
    ran = onescale("minmax", path, "--thousands", " ")
    assert ran.out == "x,x_minmax\n1 234 567,1.0\n12 000,0.0\n"


def test_row_names_without_a_header_of_their_own(onescale, table):
    path = table('"who" "x"\n"1" "a" 1\n"2" "b" 3\n')  # R: write.table(data)
    ran = onescale("standardize", path, fails=True)
    assert "3 cells where the header (line 1) has 2" in ran.err and "--row-names" in ran.err
    ran = onescale("standardize", path, "--row-names", "-c", "x")
    assert ran.out == "row_names,who,x,x_standardized\n1,a,1,-1.0\n2,b,3,1.0\n"
    assert "--no-header" in onescale("describe", path, "--row-names", "--no-header", fails=True).err


def test_row_names_are_asked_for_by_the_first_row_alone(onescale, table):
    ran = onescale("standardize", table("a,b\n1,2\n1,2,3\n"), fails=True)
    assert ":3: 3 cells" in ran.err and "--row-names" not in ran.err


def test_rows_that_end_in_a_delimiter_are_not_taken_for_row_names(onescale, table):
    path = table("note\nwho,x\na,1,\nb,3,\n")
    ran = onescale("standardize", path, "--skip-lines", 1, fails=True)
    assert "--row-names" not in ran.err and "--no-header --skip-lines 2 -p" in ran.err
    ran = onescale("minmax", path, "--no-header", "--skip-lines", 2, "-p", 2)
    assert ran.out.splitlines() == ["a,1,,0.0", "b,3,,1.0"]


def test_cells_in_quotes_hold_delimiters_behind_blanks(onescale, table):
    path = table('who, x\n "a, b", "1"\n"c, ""d"" ",3\n')
    ran = onescale("minmax", path, "-c", "x", "-v")
    assert ran.out == 'who, x, x_minmax\n"a, b",1,0.0\n"c, ""d"" ",3,1.0\n'
    assert "blanks around cells in quotes" in ran.err


def test_dates_in_a_comma_file_are_not_split(onescale, table):
    path = table("day,x\n2024/01/02,1\n2024/01/03,3\n")
    ran = onescale("standardize", path, "-v")
    assert ran.out.startswith("day,x,x_standardized\n2024/01/02,1,-1.0")
    assert "delimiter comma" in ran.err


def test_a_semicolon_file_with_decimal_commas(onescale, table):
    path = table("who;x\na;1,5\nb;2,5\n")
    ran = onescale("standardize", path, "--decimal", ",")
    assert ran.out == 'who,x,x_standardized\na,"1,5","-1,0"\nb,"2,5","1,0"\n'
    again = onescale("minmax", table(ran.out, "again.csv"), "--decimal", ",")
    assert again.rows()[1][3:] == ["0,0", "0,0"]
    ran = onescale("standardize", path, "--decimal", ",", "--output-delimiter", ";")
    assert ran.out == "who;x;x_standardized\na;1,5;-1,0\nb;2,5;1,0\n"


def test_thousands(onescale, table):
    path = table("who;x\na;1.234,5\nb;2,5\n")
    ran = onescale("describe", path, "--decimal", ",", "--thousands", ".", "--format", "json")
    assert '"max": 1234.5' in ran.out


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(onescale, table, end):
    assert same(onescale, table(f"who,x{end}a,1{end}b,3")) == EXPECTED


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("Report\nof today\nwho,x\na,1\nb,3\n", ("--skip-lines", 2)),
        ("# no 'data\nwho,x\na,1\n#b,2\nb,3\n", ("--comment", "#")),
        ("// no data\nwho,x\na,1\nb,3\n", ("--comment", "//")),
        ("\nwho,x\n\na,1\n   \nb,3\n\n", ()),
        ("who,x\n'a',1\n'b',3\n", ()),
        ("who,x\n~a~,1\n~b~,3\n", ("--quote", "~")),
        ('"who","x"\n"a","1"\n"b","3"\n', ()),
        ("\ufeffwho,x\na,1\nb,3\n", ()),
    ],
)
def test_what_is_no_data_is_left_out(onescale, table, text, options):
    assert same(onescale, table(text), *options) == EXPECTED


def test_quotes_as_ordinary_characters(onescale, table):
    path = table('who,x\n"a,1\nb",3\n')
    assert onescale("standardize", path, "--quote", "").out.startswith(
        'who,x,x_standardized\n"""a",1,-1.0\n"b""",3,1.0\n'
    )


def test_an_apostrophe_is_no_quote(onescale, table):
    path = table("who,x\nO'Neil,1\n'tis,3\n")
    assert onescale("standardize", path).rows()[2] == ["'tis", "3", "1.0"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "cp949", "euc-kr", "johab"]
)
def test_encodings(onescale, table, encoding):
    path = table("이름,x\n가,1\n나,3\n", encoding=encoding)
    marked = encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32")
    options = () if marked else ("--encoding", encoding)
    assert onescale("standardize", path, *options).out == (
        "이름,x,x_standardized\n가,1,-1.0\n나,3,1.0\n"
    )


@pytest.mark.parametrize(
    ("text", "encoding", "hint"),
    [
        ("이름,x\n가나다,1\n", "cp949", "cp949"),
        ("名前,x\nさくら,1\n", "shift_jis", "shift_jis"),
        ("名前,x\nさくら,1\n", "euc-jp", "euc-jp"),
        ("姓名,x\n张伟,1\n", "gbk", "gb18030"),
        ("prénom,x\nZoë,1\n", "cp1252", "cp1252"),
        ("имя,x\nМария,1\n", "cp1251", "cp1251"),
        ("prénom,x\nZoë,1\n", "mac_roman", "mac_roman"),
        ("é,x\nà,1\n", "mac_roman", "mac_roman"),
        ("it’s a café – “here”…,x\na,1\n", "cp1252", "cp1252"),
    ],
)
def test_bytes_that_do_not_decode_are_never_guessed(onescale, table, text, encoding, hint):
    path = table(text, encoding=encoding)
    ran = onescale("standardize", path, fails=True)
    assert ran.status == 3
    assert f"{path}:1:" in ran.err and "offset" in ran.err and f"--encoding {hint}" in ran.err
    assert onescale("describe", path, "--encoding", hint).status == 0


def test_the_wrong_encoding_is_told_too(onescale, table):
    ran = onescale("describe", table("이름,x\n가,1\n"), "--encoding", "euc-kr", fails=True)
    assert "utf-8" in ran.err


def test_packed_files_pipes_and_endings(onescale, table, tmp_path):
    raw = b"who,x\na,1\nb,3\n"
    assert same(onescale, table(gzip.compress(raw), "t.csv.gz")) == EXPECTED
    assert same(onescale, table(pa.compress(raw, "zstd", asbytes=True), "t.zst")) == EXPECTED
    assert onescale("standardize", "-", stdin=raw).raw == EXPECTED
    assert onescale("standardize", "-", stdin=gzip.compress(raw)).raw == EXPECTED
    for name in ("out.csv.gz", "out.csv.zst"):
        onescale("standardize", table(raw), "-o", tmp_path / name)
        assert onescale("minmax", tmp_path / name, "-c", "x", "--labelled").out == (
            "who,x_minmax\na,0.0\nb,1.0\n"
        )


@pytest.mark.parametrize("kind", ["gz", "gz of the standard library", "zst"])
def test_packed_files_that_are_broken(onescale, table, kind, monkeypatch):
    raw = b"who,x\n" + b"".join(b"%d,%d\n" % (k, k * k) for k in range(2000))
    packed = pa.compress(raw, "zstd", asbytes=True) if kind == "zst" else gzip.compress(raw)
    if " " in kind:
        monkeypatch.setitem(sys.modules, "isal", None)
    whole = onescale("standardize", table(raw)).raw
    assert onescale("standardize", table(packed, "t")).raw == whole
    middle = len(packed) // 2
    turned = packed[:middle] + bytes([packed[middle] ^ 1]) + packed[middle + 1 :]
    for broken in (packed[:middle], *[turned] * (kind != "zst"), packed[:-3]):
        ran = onescale("standardize", table(broken, "t"), fails=True)
        assert ran.status == 3 and ran.err.count("\n") == 1, ran.err
        assert "the packed file is broken" in ran.err


def test_one_column(onescale, table):
    ran = onescale("standardize", table("x\n1\n\n3\n"))
    assert ran.out == "x,x_standardized\n1,-1.0\n,\n3,1.0\n"
    assert onescale("standardize", table("x\n1\n\n3\n"), "--replace").out == 'x\n-1.0\n""\n1.0\n'


def test_a_first_row_of_numbers_brings_a_warning(onescale, table):
    ran = onescale("standardize", table("1,2\n3,4\n5,6\n"))
    assert "--no-header" in ran.err
    assert onescale("standardize", table("1,2\n3,4\n"), "--no-header", "-q").err == ""


def test_headerless_in_headerless_out(onescale, table):
    ran = onescale("minmax", table("a,1\nb,3\n"), "--no-header", "-c", "column_2")
    assert ran.out == "a,1,0.0\nb,3,1.0\n"
    ran = onescale("minmax", table("a,1\nb,3\n"), "--no-header", "--format", "jsonl")
    assert ran.out.splitlines()[0] == '{"column_1": "a", "column_2": 1, "column_2_minmax": 0.0}'


def test_verbose_says_what_was_taken(onescale, table):
    err = onescale("describe", table("who|x\na|1\n"), "-v").err
    assert (
        "encoding utf-8" in err and "pipe '|'" in err and "column 2 'x': numbers: 1 of them" in err
    )


def test_one_mark_for_cells_and_decimals_where_numbers_are_quoted(onescale, table):
    path = table('who,x\na,"1,5"\nb,"2,5"\n')
    expected = 'who,x,x_standardized\na,"1,5","-1,0"\nb,"2,5","1,0"\n'
    assert onescale("standardize", path, "--decimal", ",").out == expected
    assert onescale("standardize", path, "--decimal", ",", "--delimiter", ",").out == expected
    ran = onescale("minmax", table("1,5;2\n3,5;4\n"), "--decimal", ",", "--no-header")
    assert ran.out == '"1,5",2,"0,0","0,0"\n"3,5",4,"1,0","1,0"\n'
    ran = onescale("minmax", table("x\n1,5\n2,5\n"), "--decimal", ",", "--replace")
    assert ran.out == 'x\n"0,0"\n"1,0"\n'


def test_pipes_by_name_and_devices(onescale, table, tmp_path):
    import os
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writing = threading.Thread(target=pipe.write_bytes, args=(b"who,x\na,1\nb,3\n",))
    writing.start()
    assert onescale("standardize", pipe).raw == EXPECTED
    writing.join()
    onescale("standardize", table("who,x\na,1\nb,3\n"), "-o", "/dev/null")
    assert not os.path.isfile("/dev/null")


def test_output_goes_through_a_link(onescale, table, tmp_path):
    target, link = tmp_path / "real.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    onescale("standardize", table("who,x\na,1\nb,3\n"), "-o", link)
    assert link.is_symlink() and target.read_bytes() == EXPECTED


def test_a_header_longer_than_what_is_looked_at_first(onescale, table, monkeypatch):
    monkeypatch.setattr(source, "BLOCK", 16)
    monkeypatch.setattr(reader, "HEAD", 8)
    names = [f"name {k}" for k in range(20)]
    path = table("\n".join(",".join(line) for line in (names, ["1"] * 20, ["2"] * 20)))
    assert onescale("minmax", path).rows()[0][:20] == names


def test_the_names_tell_the_delimiter_where_a_footer_fits_none(onescale, table):
    rows = "".join(f"{who}\tthis, at current prices\t{k}\n" for k, who in enumerate("abcdef"))
    ran = onescale("standardize", table(f"who\twhat\tx\n{rows}Source: a bank\n"), fails=True)
    assert ":8: 1 cell where the header (line 1) has 3" in ran.err
    expected = onescale("standardize", table(f"who\twhat\tx\n{rows}")).raw
    path = table(f"who\twhat\tx\n{rows}Source: a bank\n")
    assert onescale("standardize", path, "--comment", "Source").raw == expected


@pytest.mark.parametrize(
    "text",
    [
        'day of it,visits\n1. 7. 16.,"1,034"\n2. 7. 16.,766\n',
        'day,visits,note\n1. 7.,"1,034","a\nb c"\n2. 7.,766,x\n',
    ],
)
def test_what_a_message_advises_keeps_the_delimiter(onescale, table, text):
    path = table(text)
    assert "(--thousands , takes it as 1034)" in onescale("minmax", path, fails=True).err
    assert onescale("minmax", path, "--thousands", ",").column("visits_minmax") == ["1.0", "0.0"]


def test_lines_that_may_be_comments(onescale, table):
    for rows in ("# of a clinic\n# in May\nx\n1\n3\n", "x\n1\n# in May\n3\n"):
        ran = onescale("standardize", table(rows), fails=True)
        assert "is not a number (if lines that begin with # are no data: --comment '#')" in ran.err
        ran = onescale("standardize", table(rows), "--comment", "#")
        assert ran.out == "x,x_standardized\n1,-1.0\n3,1.0\n"
    ran = onescale("rank", table("# of a clinic\n# in May, 2024\nwho,x\na,1\n"), fails=True)
    assert ":2: 2 cells" in ran.err and "(if lines that begin with # are no data" in ran.err
    ran = onescale("standardize", table("x\n1\n#N/A\n3\n"), fails=True)
    assert "--missing-like common takes it as missing" in ran.err

"""Nothing is lost in silence: what is said of every column, before a byte of output."""

import shlex

import pytest

HEAD = "onescale: {path}: "


def said(onescale, table, text: str, *options) -> str:
    path = table(text)
    first, *_ = onescale("standardize", path, *options).err.splitlines()
    return first.removeprefix(HEAD.format(path=path))


def test_one_line_names_what_was_taken_passed_and_left_out(onescale, table):
    text = 'name,city,age,Amount\nKim,Seoul,20,"$4,000 "\nLee,Busan,30,"$3,100"\n'
    assert said(onescale, table, text) == (
        "scaled 1 column (age); passed 2 of text (name, city); left out Amount: '$4,000 ' at line "
        "2 is not a number (--currency --thousands , takes it as 4000)"
    )
    assert said(onescale, table, text, "-c", "age") == "scaled 1 column (age); passed 3 others"


LEFT_OUT = {  # cells of a column beside one of numbers: the cell that is named
    "a number among words": (["x", "y", "7"], "'x' at line 2"),
    "a per cent sign among words": (["x", "y", "7%"], "'7%' at line 4"),
    "currencies": (["$1", "$2", "USD 3"], "'$1' at line 2"),
    "codes of currencies": (["USD 1", "USD 2", "USD 3"], "'USD 1' at line 2"),
    "a unit": (["5 kg", "6 kg", "x"], "'5 kg' at line 2"),
    "footnotes": (["1*", "2", "3"], "'1*' at line 2"),
    "references": (["1[2]", "x", "y"], "'1[2]' at line 2"),
    "thousands": (["1,234", "2,345", "x"], "'1,234' at line 2"),
    "a lone dash": (["-", "2", "3"], "'-' at line 2"),
    "digits of another script": (["3", "x", "３"], "'x' at line 3"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_column_with_anything_like_a_number_is_named(onescale, table, name):
    cells, shown = LEFT_OUT[name]
    rows = "".join(f'{k},"{cell}"\n' for k, cell in enumerate(cells))
    for end in ("", "0,x\n" * 300_000):  # by either reader
        assert f"left out v: {shown} is not a number" in said(onescale, table, "n,v\n" + rows + end)


def test_words_codes_and_dates_are_text(onescale, table):
    head, rows = "n,who,code,date,row\n", "1,Kim,A12,2024-01-02,학생01\n2,Lee,B7,2024-01-03,é2\n"
    for many in (1, 100_000):  # by either reader
        told = said(onescale, table, head + rows * many)
        assert told.endswith("passed 4 of text (who, code, date, row)")


FOLLOWED = {  # cells whose hint, when followed, makes a column of numbers of them: the values
    "currency": (["$4,000 ", "$ 3", ""], ["4000", "3", ""]),
    "a dash for nothing": (["$1.50", "$ -   ", "-"], ["1.5", "", ""]),
    "per cent": (["12%", "7.5 %", "?"], ["12", "7.5", ""]),
    "parentheses": (["(1.5)", "2"], ["-1.5", "2"]),
    "all of it": (["$(1,000)", "$5", "($7)"], ["-1000", "5", "-7"]),
    "decimal comma": (["1,5", "22,75"], ["1.5", "22.75"]),
    "points of thousands": (["1.234,5 €", "2,5 €"], ["1234.5", "2.5"]),
    "thousands rather than decimals": (["1,234", "17"], ["1234", "17"]),
    "decimals rather than thousands": (["1,234", "17,5"], ["1.234", "17.5"]),
    "blanks of thousands": (["1 234", "12 345"], ["1234", "12345"]),
    "tokens": (["5", "-", "?", "n.a."], ["5", "", "", ""]),
    "a word": (["5", "withheld", "7"], ["5", "", "7"]),
    "a word and signs": (["5%", "withheld", "."], ["5", "", ""]),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_the_hint_keeps_every_number_when_it_is_followed(onescale, table, name):
    cells, values = FOLLOWED[name]
    path = table("n,v\n" + "".join(f'{k},"{cell}"\n' for k, cell in enumerate(cells)))
    hint = onescale("standardize", path).err.rpartition(" (")[2].split(" takes")[0]
    ran = onescale("maxabs", path, *shlex.split(hint))
    largest = max(abs(float(value)) for value in values if value)
    expected = [repr(float(value) / largest) if value else "" for value in values]
    assert [cell.replace(",", ".") for cell in ran.column("v_maxabs")] == expected


def test_coerce_takes_text_as_missing_and_counts_it(onescale, table):
    text = "n,v,w\n1,2,x\n2,x,y\n3,4,z\n4,?,5\n5,9,u\n"
    line = said(onescale, table, text, "--coerce")
    assert line.startswith("scaled 2 columns (n, v); took 2 cells of v as missing ('x' at line 3)")
    assert "left out w: 'x' at line 2 is not a number, 1 of 5 cells are" in line
    ran = onescale("minmax", table(text), "--coerce", "-c", "w", "--labelled", "-l", "n")
    assert ran.column("w_minmax") == ["", "", "", "0.0", ""]


def test_coerced_cells_are_written_as_they_were(onescale, table):
    text = "n,v\n1,2\n2,x\n3,4\n"
    ran = onescale("minmax", table(text), "--coerce")
    assert ran.column("v") == ["2", "x", "4"] and ran.column("v_minmax") == ["0.0", "", "1.0"]


def test_quiet_and_strict(onescale, table):
    path = table("n,v\n1,$2\n2,$3\n")
    assert onescale("standardize", path, "--quiet").err == ""
    ran = onescale("standardize", path, "--strict", fails=True)
    assert ran.status == 3 and "--currency takes it as 2" in ran.err
    onescale("standardize", path, "--strict", "--exclude", "v")


def test_verbose_says_what_every_column_was_taken_for_and_why(onescale, table):
    path = table("id,who,g,x,v,e,y\n1,a,p,1,$2,,1\n2,b,q,,$3,,2\n")
    err = onescale("minmax", path, "-v", "--by", "g", "-l", "id", "--exclude", "y").err
    for line in (
        "column 1 'id': names the rows",
        "column 2 'who': text: 'a' at line 2 is not a number",
        "column 3 'g': makes the groups",
        "column 4 'x': numbers: 1 of them, 1 missing cell",
        "column 5 'v': left out, 0 of 2 cells are numbers: '$2' at line 2 is not (--currency takes",
        "column 6 'e': only missing cells",
        "column 7 'y': excluded",
    ):
        assert HEAD.format(path=path) + line in err


def test_the_line_comes_before_the_output(onescale_process, table):
    path = table("n,v\n" + "1,2\n" * 50_000)
    ran = onescale_process("standardize", path, "-o", "/dev/stderr", "--no-header", "--coerce")
    assert ran.err.startswith(f"onescale: {path}: scaled") and ran.err.count("\n") > 50_000


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("id", "1 2 3", "an identifier"),
        ("customerID", "7 5 9", "an identifier"),
        ("zip", "90210 10001 60601", "an identifier"),
        ("", "1 2 3", "an identifier"),
        ("Year", "1999 2000 2001", "a year"),
        ("birth_year", "1999 2000 2001", "a year"),
        ("years", "3 4 5", "a year"),
        ("연도", "1999 2000 2001", "a year"),
        ("2013년도 이전", "1292 369 388", None),
        ("full_time_year_round", "1849 51233 708", None),
        ("idea", "1 2 3", None),
        ("grid", "1 2 3", None),
        ("id", "1.5 2 3", None),
        ("age", "1 2 3", None),
    ],
)
def test_identifiers_and_years_bring_a_warning(onescale, table, name, cells, kind):
    path = table(f"{name},x\n" + "".join(f"{cell},0.5\n" for cell in cells.split()))
    err = onescale("rank", path).err
    assert ("looks like" in err) == (kind is not None)
    if kind:
        assert f"column {name!r} looks like {kind}; --exclude " in err
        hint = shlex.split(err.split("; ")[-1].split(" leaves")[0])
        assert "looks like" not in onescale("rank", path, *hint).err
        assert "looks like" not in onescale("rank", path, "-c", name).err


def test_columns_without_a_name_are_told_by_their_place(onescale, table):
    err = onescale("standardize", table("a,,b,\n1,,3,\n2,,5,\n")).err
    assert "only missing cells: column 2 (no name), column 4 (no name)" in err


def test_no_token_is_offered_that_would_make_words_missing(onescale, table):
    err = onescale("standardize", table("x,y\n1,foo\n2,bar\n"), "-c", "y", fails=True).err
    assert "--missing" not in err and "is it one of words?" in err
    err = onescale("standardize", table("film,x\nWayne's World,1\nOn 2,2\n1984,3\n")).err
    assert 'film: "Wayne\'s World" at line 2 is not a number, 1 of 3 cells are (nor are most' in err
    assert "--missing" not in err


@pytest.mark.parametrize(
    ("cells", "words"),
    [("1:9 ELM ROAD N.W.:B 4:C 5", True), ("1 cup:2 tbsp:3", False), ("<5:7:8", False)],
)
def test_cells_are_to_be_mended_where_they_are_like_numbers(onescale, table, cells, words):
    rows = "".join(f"{k},{cell}\n" for k, cell in enumerate(cells.split(":")))
    err = onescale("standardize", table(f"x,y\n{rows}")).err
    assert ("is it one of words?" in err) == words and ("mend the cell" in err) != words

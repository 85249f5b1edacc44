"""Files that are no table from their first line on (titles, JSON), and lines too short for theirs:
each message names the way through."""

import pytest


@pytest.mark.parametrize(
    "title", ["Population of towns", "Of towns, 2019", "Report\nmade on 2020-01-01\n", '"By, town"']
)
def test_a_title_above_a_table_is_told_how_to_skip(onescale, tmp_path, title):
    path = tmp_path / "table.csv"
    path.write_text(f"{title}\nname,x,y\nA,1,3\nB,2,4\n")
    lines = title.count("\n") + 1
    assert f"--skip-lines {lines};" in onescale("standardize", path, fails=True).err
    assert "x_standardized" in onescale("standardize", path, "--skip-lines", str(lines)).out


@pytest.mark.parametrize("text", ['{"x": 1}\n{"x": 2}\n', '[{"x": 1},\n {"x": 2}]\n', "[\n{\n"])
def test_json_is_told_to_be_no_table(onescale, tmp_path, text):
    path = tmp_path / "table.json"
    path.write_text(text)
    err = onescale("standardize", path, fails=True).err
    assert ("JSON" in err) == ("x" in text)


@pytest.mark.parametrize(
    ("above", "skip"),
    [
        ("Water,,\n", 1),  # as spreadsheets write a title: with the empty cells beside it
        ("Water,,\n,,\nof 2020,,\n", 3),
        (",2020,\n", 1),
        ("Lots of,,\n,people write,notes\nabove,,\n", 3),
        ("Made by X, on Y, Monday, 11\n", 1),  # wider than the table
    ],
)
@pytest.mark.parametrize("rows", ["A,1,\nB,2,4\n", "A,$1,\nB,$2,$4\n", "A,1,3\nB,-,*\n"])
def test_where_a_table_begins_below_its_titles_is_told(onescale, table, above, skip, rows):
    path = table(f"{above}name,used (m3),2019\n{rows}")
    ran = onescale("standardize", path, fails=True)
    assert f"--skip-lines {skip}" in ran.err and "the table" in ran.err
    options = ("--skip-lines", skip, "--currency", "--missing-like", "common")
    assert "used (m3)_standardized" in onescale("standardize", path, *options).out


def test_names_that_are_years_are_not_summed_below_a_title(onescale, table):
    path = table("Water,\nname,2019\nA,3\nB,5\n")
    err = onescale("standardize", path, fails=True).err
    assert ":2: the table seems to begin on this line (--skip-lines 1)" in err
    assert onescale("minmax", path, "-p", 2, "--skip-lines", 1).column("2019_minmax") == [
        "0.0",
        "1.0",
    ]
    frame = table(",a\n0,1\n1,3\n")  # as pandas writes its index
    assert onescale("minmax", frame).column("a_minmax") == ["0.0", "1.0"]


def test_what_is_no_title_is_not_taken_for_one(onescale, table):
    path = table("name,price,,\na,$1,,\nb,$3,,\n")
    err = onescale("standardize", path, fails=True).err
    assert "column 'price': '$1' is not a number (--currency takes it as 1)" in err
    assert "seems to begin" not in err


def test_the_column_that_an_option_would_save_is_told_of_first(onescale, table):
    path = table('id,value\n1,"5,000"\nDD,"1,200"\n2,"7,000"\n')
    err = onescale("standardize", path, fails=True).err
    assert "column 'value': '5,000' is not a number (--thousands , takes it as 5000)" in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a,b\n1,2\n3\n",
            "cells are separated by ',': complete the line (or delete it if it is a note), name",
        ),
        ("a,b\n#made up\n3,4\n", "if lines that begin with # are no data: --comment '#'; else"),
        ("a,b,\n1,2\n3,4\n", "the header ends in a delimiter and rows do not: end it without"),
    ],
)
def test_a_line_that_is_too_short_is_told_what_lacks(onescale, table, text, message):
    path = table(text)
    assert message in onescale("minmax", path, fails=True).err


def test_a_header_that_ends_in_a_delimiter_is_passed_by_position(onescale, table):
    path = table("a,b,\n1,2\n3,4\n")
    ran = onescale("minmax", path, "--no-header", "--skip-lines", 1, "-p", 2)
    assert ran.out.splitlines() == ["1,2,0.0", "3,4,1.0"]

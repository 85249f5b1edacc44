"""Text tables and numbers, held to lines written by hand."""

import numpy as np
import pandas as pd
import pytest

from onescale.core import text

ROWS = [["학생01", "0.97"], ["Ａ|b", "−0.5"], ["two\nlines", text.DASH]]


def columns(line):
    """The places at which a line's cells end, counted by hand: Hangul and fullwidth are two."""
    wide = "학생Ａ"
    places, at = [], 0
    for character in line.replace("\\|", "xx"):
        at += 2 if character in wide else 1
        places += [at] if character == "|" else []
    return places


def test_markdown_is_aligned_as_plain_text():
    lines = text.table(["name", "test"], ROWS).split("\n")
    assert lines == [
        "| name         | test |",
        "| ------------ | ---: |",
        "| 학생01       | 0.97 |",
        "| Ａ\\|b        | −0.5 |",
        "| two<br>lines |    – |",
    ]
    assert len({tuple(columns(line)) for line in lines}) == 1


def test_a_page_holds_no_control_character():
    page = text.page("# A\x1b[2J\u202e", "one\ttwo\n", text.table(["x\x9b"], [["\r\nb"]]))
    assert page.splitlines()[0] == "# A␛[2J\\u202e" and "one\ttwo\n\n" in page
    assert page.splitlines()[-1] == "| <br>b |" and "| x\\x9b |" in page


def test_a_terminal_table_has_no_rule_and_no_trailing_blanks():
    assert text.aligned(["name", "x"], ROWS, [False, False], markdown=False) == [
        "name       x",
        "학생01     0.97",
        "Ａ|b       −0.5",
        "two↵lines  –",
    ]


@pytest.mark.parametrize(
    ("characters", "columns"),
    [("abc", 3), ("학생01", 6), ("ｗ", 2), ("e\u0301", 1), ("×−–µ…“", 6), ("\u200b", 0), ("", 0)],
)
def test_width(characters, columns):
    assert text.width(characters) == columns
    assert text.width(text.pad(characters, 9)) == text.width(text.pad(characters, 9, True)) == 9


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_what_is_undefined_is_a_dash(value):
    shown = [text.percent(value), text.points(value), text.probability(value)]
    assert shown == [text.DASH] * 3 and text.interval(value, value) == text.DASH


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (text.number(-1.5, 1), "−1.5"),
        (text.number(-0.0004, 2), "0.00"),
        (text.number(0.0004, 2, sign=True), "0.00"),
        (text.percent(0.97125), "97.12"),
        (text.points(0.002), "+0.20"),
        (text.interval(-0.01, 0.01, text.points), "−1.00 to +1.00"),
        (text.probability(0.00004), "< 0.0001"),
        (text.probability(0.000423), "0.000423"),
        (text.probability(0.04), "0.0400"),
    ],
)
def test_numbers(shown, expected):
    assert shown == expected

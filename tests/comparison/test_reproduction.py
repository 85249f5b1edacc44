"""The chapter's numbers beside ours: which update, which interval, which digits."""

import csv
from pathlib import Path

import numpy as np
import pytest

from made_up_runs import run_entry
from onescale.comparison import reproduction
from onescale.comparison.spec import Spec
from onescale.core.errors import DataError
from onescale.runs import record as records

NUMBERS = Path(__file__).parents[2] / "data" / "chapter_numbers.csv"
# fmt: off
AGES = 24.0 + np.array([
    3, 4, 4, 4, 3, 4, 5, 8, 5, 4, 2, 3, 0, 3, 3, 2, 1, 3, 8, 17, 5, 7, 10, 4, 9, 4, 3,
])
# fmt: on
GROUPS = {"g": {"variants": ["chapter_adam"]}}
STEPS = (1, 9001, 9601, 10000)


def entry(seed, at_9601):
    """Lower after the last update, so that a figure taken there would show."""
    return run_entry(seed, 0.5, steps=STEPS, curve=[0.1, 0.2, at_9601, 0.5], train=0.6)


def judged(write_run, values, test, **reported):
    row = {"row": "Adam", "test": test, "as_written": "chapter_adam"} | reported
    read = records.read_all(
        [write_run("chapter_adam", [entry(s, v) for s, v in enumerate(values)])]
    )
    spec = Spec.from_mapping({"comparisons": GROUPS, "reported": [row]})
    return reproduction.accuracies(read, spec)


def test_where_it_matters_how_a_figure_was_shortened_the_page_says_so(write_run):
    (row,) = judged(write_run, [0.9871, 0.9873, 0.9872], "0.99")
    assert (row.inside, row.rounded) == (False, True)
    spec = Spec.from_mapping({"comparisons": GROUPS})
    assert "**no** (if rounded: yes)" in reproduction.reproduction_page([row], [], spec)


def test_ours_are_taken_after_the_update_that_the_chapter_prints(write_run):
    (row,) = judged(write_run, [0.967, 0.968, 0.969], "0.9676")
    assert row.ours.mean == pytest.approx(0.968)
    # mean ± t₀.₉₇₅(2)·sd·√(1 + 1/3) = 0.968 ± 4.302653·0.001·1.154701
    assert row.interval == pytest.approx((0.963032, 0.972968), abs=1e-6)
    assert row.inside is True


@pytest.mark.parametrize(
    ("printed", "inside"),
    [
        ("0.9629", False),
        ("0.9631", True),
        ("0.9729", True),
        ("0.9731", False),
        # Two digits: all from 0.96 to below 0.97 is cut to 0.96, and some of it lies inside.
        ("0.96", True),
        ("0.97", True),
        ("0.95", False),
        ("0.98", False),
    ],
)
def test_inside_or_not(write_run, printed, inside):
    (row,) = judged(write_run, [0.967, 0.968, 0.969], printed)
    assert row.inside is inside


@pytest.mark.parametrize(("values", "words"), [([0.967], "one seed"), ([], "no run as written")])
def test_what_cannot_be_judged_says_why(write_run, values, words):
    if values:
        (row,) = judged(write_run, values, "0.9676")
    else:
        (row,) = judged(write_run, [0.9, 0.9], "0.9676", as_written="chapter_sgd")
    assert row.inside is None and words in row.note


def test_runs_that_stop_earlier_are_not_compared(write_run):
    read = records.read_all([write_run("chapter_adam", {0: 0.96, 1: 0.97})])
    spec = Spec.from_mapping(
        {
            "comparisons": GROUPS,
            "reported": [{"row": "A", "test": "0.9", "as_written": "chapter_adam"}],
        }
    )
    (row,) = reproduction.accuracies(read, spec)
    assert row.inside is None and "9,601" in row.note
    assert "none can be judged" in reproduction.reproduction_page([row], [], spec)
    assert "not evaluated after update 9,601" in reproduction.reproduction_page([row], [], spec)


def write_tables(folder, **columns):
    folder.mkdir(exist_ok=True)
    for name, (column, values) in columns.items():
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(["name", column])
            rows.writerows([f"학생{k:02}", repr(float(v))] for k, v in enumerate(values, 1))
    return folder


def test_every_printed_digit_of_the_table(tmp_path):
    """The formulas in NumPy, as the chapter has them, against the digits it prints."""
    z = (AGES - AGES.mean()) / AGES.std()
    tables = write_tables(
        tmp_path / "t",
        minmax=("age_minmax", (AGES - AGES.min()) / np.ptp(AGES)),
        chapter=("age_chapter", z * (AGES - AGES.mean())),
        batch_norm=("age_batch_norm", (AGES - AGES.mean()) / np.sqrt(AGES.var() + 0.01)),
    )
    figures = reproduction.printed_numbers(NUMBERS, tables)
    assert len(figures) == 81
    assert [f for f in figures if not f.agrees] == []
    page = reproduction.reproduction_page([], figures, Spec.of(["x"]))
    assert "81 agree" in page and "학생20" in page and "45.1481853" in page


@pytest.mark.parametrize(
    ("printed", "ours", "agrees"),
    [
        ("0.17647059", 0.1764705882352941, True),
        ("0.17647059", 0.17647060, False),
        ("1.", 1.0, True),
        ("1.", 0.99999, False),  # NumPy prints eight decimals and trims zeros: 1. is 1.00000000
        ("0.", 2e-8, False),
        ("45.1481853", 45.14818528, True),
        ("-1.4235154", -1.42351539, True),
        ("-1.4235154", 1.4235154, False),
    ],
)
def test_to_every_digit_printed(printed, ours, agrees):
    figure = reproduction.PrintedNumber("t", 1, "x", printed, ours)
    assert figure.agrees is agrees
    page = reproduction.reproduction_page([], [figure], Spec.of(["x"]))
    assert ("All agree" if agrees else "1 differ") in page


def test_tables_that_are_not_there(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        reproduction.printed_numbers(NUMBERS, tmp_path)
    tables = write_tables(tmp_path / "t", minmax=("other", AGES))
    with pytest.raises(DataError, match="no column 'age_minmax'"):
        reproduction.printed_numbers(NUMBERS, tables)
    columns = {"chapter": ("age_chapter", AGES), "batch_norm": ("age_batch_norm", AGES)}
    tables = write_tables(tmp_path / "t", minmax=("age_minmax", AGES[:5]), **columns)
    with pytest.raises(DataError, match="has 5 rows"):
        reproduction.printed_numbers(NUMBERS, tables)

"""Verdicts side by side: which rows belong together, which agree, what the pages say of them."""

import csv

import pytest
from click.testing import CliRunner

from onescale.claims.beside import DEGREE, TURNED, UNSURE, Pair, carry_over_page, paired, read
from onescale.claims.table import COLUMNS
from onescale.cli.beside import carry_over, confirmation
from onescale.core.errors import DataError

ADAM = {
    "claim": 1, "name": "adam", "words": "Adam is better.", "setting": "tuned",
    "measure": "test_accuracy", "test": "better", "unit": "points", "estimate": 0.004,
    "verdict": "holds", "seeds": 20, "rules": "2-abc",
}  # fmt: skip
STEPS = {"claim": 2, "name": "fast", "words": "Adam is faster.", "measure": "steps"}
STEPS = ADAM | STEPS | {"unit": "ratio", "estimate": 0.5}
SECONDS = STEPS | {"measure": "seconds", "verdict": "open", "estimate": None}


@pytest.fixture
def table(tmp_path):
    """table(name, rows) → path of a claims.csv."""

    def write(name, rows):
        path = tmp_path / f"{name}.csv"
        with open(path, "w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return str(path)

    return write


def page(command, *arguments):
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("second", "agree"),
    [
        ([ADAM, STEPS, SECONDS], [True, True, True]),
        ([SECONDS, STEPS, ADAM], [True, True, True]),  # in whatever order
        ([ADAM, STEPS | {"verdict": "open"}, SECONDS], [True, False, True]),
        ([ADAM | {"measure": "train_accuracy"}, STEPS, SECONDS], [True, True, True]),  # as one
    ],
)
def test_rows_of_the_same_claim_stand_side_by_side(second, agree, table):
    tables = {"a": read(table("a", [ADAM, STEPS, SECONDS])), "b": read(table("b", second))}
    pairs = paired(tables)
    assert [pair.first["measure"] for pair in pairs] == ["test_accuracy", "steps", "seconds"]
    assert [pair.agrees for pair in pairs] == agree and all(pair.shared for pair in pairs)


def test_confirmation_counts_what_agrees_and_lists_what_does_not(table):
    unasked = ADAM | {"setting": "as_written", "verdict": "not asked"}
    first = table("first", [ADAM, STEPS, SECONDS, unasked])
    changed = ADAM | {"verdict": "no difference that matters", "estimate": 0.001}
    fresh = table("fresh", [changed, STEPS, SECONDS, unasked])
    told = page(confirmation, first, fresh, "--seeds", "7,8")
    assert "by seeds 7 to 8" in told and "rules 2-abc" in told
    assert "**2 of 3 verdicts are the same by both.**" in told
    assert "In 1 the degree differs: holds → no difference that matters (1)." in told
    differ, everything = told.split("## Where they differ")[1].split("## All")
    assert differ.count("claims.md#claim-") == 1 and everything.count("claims.md#claim-") == 3
    assert "holds (+0.40 points)" in differ
    assert "no difference that matters (+0.10 points)" in differ
    assert "holds (×0.5)" in everything and "may be another part by other seeds" in told


def test_estimates_of_other_nets_are_not_set_side_by_side_unsaid(table):
    """+9.25 and +3.01 points once stood in one row, the first over SGD, the other over AdaGrad."""
    part = ADAM | {"of": "adagrad", "than": "sgd", "estimate": 0.0925}
    other = ADAM | {"of": "momentum", "than": "adagrad", "estimate": 0.0301}
    first, fresh = table("first", [part, STEPS]), table("fresh", [other, STEPS])
    told = page(confirmation, first, fresh, "--seeds", "7")
    assert "holds (+9.25 points)" in told and "holds (+3.01 points, another part)" in told
    assert told.count("another part)") == 1


def test_all_that_agrees_has_no_list_of_differences(table):
    both = table("both", [ADAM])
    told = page(confirmation, both, both, "--seeds", "7")
    assert "**1 of 1 verdicts" in told and "Where they differ" not in told


def test_it_is_told_what_could_hardly_differ_and_where_other_parts_are_true(table):
    exact = ADAM | {"setting": "as_written", "low": 0.004, "high": 0.004}
    printed = exact | {"measure": "gap", "low": 0.003}
    part = STEPS | {"verdict": "holds in part", "p": 0.01, "parts": 4, "parts_supported": 3}
    first = table("first", [ADAM | {"p": 0.01}, part, exact, printed])
    fresh = table("fresh", [ADAM | {"p": 0.02}, part | {"parts_supported": 1}, exact, printed])
    told = page(confirmation, first, fresh, "--seeds", "7")
    assert "Of these 1 rest on no chance and could hardly differ. In 1 both hold in part" in told


def test_a_verdict_on_what_was_asked_says_so(table):
    asked = ADAM | {"parts": 2, "parts_supported": 1, "parts_not_asked": 1}
    told = page(confirmation, *[table("both", [asked])] * 2, "--seeds", "7")
    assert told.count("holds, of what was asked (+0.40 points)") == 2


@pytest.mark.parametrize(
    ("verdicts", "change"),
    [
        (("holds in part", "the reverse holds"), TURNED),
        (("open", "the reverse holds"), UNSURE),
        (("no difference that matters", "the reverse holds"), DEGREE),
    ],
)
def test_a_difference_is_of_direction_of_surety_or_of_degree(verdicts, change):
    assert Pair(tuple(ADAM | {"verdict": verdict} for verdict in verdicts)).change == change


def test_other_rules_cannot_be_set_side_by_side(table):
    with pytest.raises(DataError, match="judged by rules 2-abc first and by 3-def then"):
        page(
            confirmation,
            table("first", [ADAM]),
            table("fresh", [ADAM | {"rules": "3-def"}]),
            *("--seeds", "7"),
        )


def test_what_carries_over_is_told_of_the_settings_that_all_have(table):
    fashion = [
        ADAM | {"verdict": "the reverse holds", "estimate": -0.01},
        STEPS,
        SECONDS | {"verdict": "not asked"},
        ADAM | {"setting": "as_written"},
    ]
    fashion = [row | {"seeds": 5} for row in fashion]
    given = (f"mnist={table('a', [ADAM, STEPS, SECONDS])}", f"fashion={table('b', fashion)}")
    told = page(carry_over, *given)
    assert "judged on mnist and fashion (by 20 and 5 seeds;" in told
    assert (
        "**1 of 2 verdicts are the same on all.**" in told
        and "In 1 the direction is turned" in told
    )
    assert "2 that not all of them are asked are left out" in told
    assert "the reverse holds (−1.00 points)" in told


def test_the_levels_of_each_data_set_are_told(table):
    tables = {name: read(table(name, [STEPS])) for name in ("mnist", "fashion")}
    told = carry_over_page(tables, {"mnist": [0.95, 0.97], "fashion": [0.85, 0.87]})
    assert "those of each data set: 95 and 97 % on mnist, 85 and 87 % on fashion." in told


def test_a_table_that_is_none(tmp_path, table):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="no column 'claim'"):
        read(path)
    with pytest.raises(DataError, match="no claims"):
        read(table("empty", []))

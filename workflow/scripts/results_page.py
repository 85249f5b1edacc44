"""The tables of docs/results.md, from the published run: `publish.py` writes them, a test
compares them."""

from pathlib import Path

import yaml

from onescale.claims.page import BY_HOLM, overview
from onescale.claims.summary import verdict_words
from onescale.claims.words import OF_ASKED
from onescale.comparison.reproduction import PRINTED_AFTER, is_cut
from onescale.core import text
from onescale.core.csv_files import read_rows
from onescale.core.text import DASH

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "results/published"
PAGE = ROOT / "docs/results.md"
LINKED = "../results/published"
MARKS = ("<!-- written by make publish -->\n", "<!-- end of what make publish writes -->")
Row = dict[str, str]


def write(check: bool) -> int:
    """Write the tables between their marks, or only say whether they are in step."""
    before, rest = PAGE.read_text(encoding="utf-8").split(MARKS[0])
    old, after = rest.split(MARKS[1])
    new = section()
    if check and old != new:
        print("docs/results.md is not in step with results/published/; run: make publish")
        return 1
    if not check:
        PAGE.write_text(before + MARKS[0] + new + MARKS[1] + after, encoding="utf-8")
    return 0


def section() -> str:
    """All that stands between the marks."""
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    groups: dict[str, dict[str, Row]] = {}
    for row in read_rows(PUBLISHED / "comparison.csv"):
        groups.setdefault(row["group"], {})[row["variant"]] = row
    seeds = groups["chapter"]["chapter_sgd"]["seeds"]
    last = config["defaults"]["steps"]
    return text.page(
        "![What helped, by how much: every technique in points of test accuracy and in steps saved]"
        f"({LINKED}/figures/effects.png)",
        *claims(),
        f"**The chapter's runs**: accuracy in per cent. What the chapter prints is one run, after "
        f"update {PRINTED_AFTER:,}, with its code as written (99…: taken as cut); ours are after "
        f"the last update, {last:,}, the mean of {seeds} seeds ± half of the 95 % interval. At the "
        f"same update they stand in [the reproduction]({LINKED}/reproduction.md).",
        chapter(config["reported"], groups),
    )


def claims() -> list[str]:
    """The chapter's claims with their verdicts: a line a measure and case, a column a setting."""
    rows = read_rows(PUBLISHED / "claims.csv")
    head = f"**The chapter's claims** ([the evidence]({LINKED}/claims.md))."
    return [
        f"{head} {verdict_words()}",
        overview(rows, lambda row: row["words"]),
        f"{BY_HOLM}: another verdict, mostly *open*, if all parts of the page are corrected as one "
        f"family (Holm). *{OF_ASKED.removeprefix(', ').capitalize()}*: some parts could not be "
        "asked, and the verdict says nothing about those.",
    ]


def percent(fraction: str) -> str:
    """A fraction in per cent with two decimals, or with as many as it was printed with."""
    decimals = max(min(len(fraction.partition(".")[2]) - 2, 2), 0)
    return text.percent(float(fraction), decimals) if fraction else DASH


def printed(fraction: str | None) -> str:
    """What the chapter prints in per cent; of two digits with the cut shown, as in the
    reproduction."""
    return percent(fraction) + "…" * is_cut(fraction) if fraction else DASH


def measured(row: Row) -> str:
    """Mean test accuracy with half the width of its interval."""
    mean, low, high = (row[f"test_accuracy_{key}"] for key in ("mean", "low", "high"))
    half = f" ± {50 * (float(high) - float(low)):.2f}" if low else ""
    return percent(mean) + half


def chapter(reported: list[dict], groups: dict[str, dict[str, Row]]) -> str:
    """What the chapter prints beside ours."""

    def ours(which: str):
        key = {"chapter": "as_written", "corrected": "put_right"}[which]
        return lambda row: groups[which][row[key]]

    shown = [
        ("the chapter's row", lambda row: row["row"]),
        ("printed: training", lambda row: printed(row.get("train"))),
        ("test", lambda row: printed(row.get("test"))),
        ("as written: test", lambda row: measured(ours("chapter")(row))),
        ("put right: test", lambda row: measured(ours("corrected")(row))),
        ("put right: training − test", lambda row: percent(ours("corrected")(row)["gap_mean"])),
    ]
    return text.columns(reported, shown)

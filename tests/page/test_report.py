"""What the report says of outputs, held to the patterns by which Snakemake finds them."""

import re

import pytest
from snakemake.io import regex_from_filepattern

from onescale.page.report import CATEGORIES, Report, _pattern

PATHS = ["out (1)/comparison.md", "out/tables/{table}/{table}.md", "out/tuning/{tuned}_repeats.md"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["a", "two words", "a/b", "again_repeats", ""])
def test_a_path_fits_what_it_fits_in_snakemake(path, name):
    for page in {path.format(table=name, tuned=name), f"out/tables/{name}/other.md", "out.md"}:
        ours, theirs = (
            re.fullmatch(_pattern(path), page),
            re.match(regex_from_filepattern(path), page),
        )
        assert (ours and ours.groupdict()) == (theirs and theirs.groupdict())


def report() -> Report:
    """One that marks a path with what is told of it as a pair."""
    return Report("out", lambda path, **about: (path, about))


def test_a_page_is_shown_by_the_longest_path_with_its_names():
    ours = report()
    ours.shown("{tuned}.md", "Tuning", "trials", group="{tuned}", form="choices")
    shown = ours.shown("{tuned}_repeats.md", "Tuning", "repeats", group="{tuned}", form="repeated")
    assert shown == "out/{tuned}_repeats.md"
    made = ["out/fast_repeats.md", "out/fast.csv", "out/fast.md"]
    repeats, choices = ours.rendered(made)
    assert repeats == (
        "out/fast_repeats.html",
        {
            "caption": "../report/repeats.rst",
            "category": "7 Tuning",
            "subcategory": None,
            "labels": {"group": "fast", "form": "repeated"},
        },
    )
    assert choices[0] == "out/fast.html" and choices[1]["labels"]["form"] == "choices"
    with pytest.raises(KeyError, match="other"):
        ours.rendered(["other.md"])


def test_a_caption_is_that_of_the_file_unless_another_is_named():
    path, table = report().shown("claims.csv", "Claims", result="as CSV")
    assert path == "out/claims.csv" and table["caption"] == "../report/claims.rst"
    assert sorted(f"{k} {name}" for k, name in enumerate(CATEGORIES, 1))[4] == table["category"]


def test_of_a_figure_the_picture_of_points_is_shown():
    files = report().figure("curves_{group}", caption="curves", subcategory="Curves")
    assert files["svg"] == "out/figures/curves_{group}.svg"
    path, about = files["png"]
    assert path == "out/figures/curves_{group}.png" and about["caption"] == "../report/curves.rst"

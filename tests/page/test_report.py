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


def test_a_page_is_shown_by_the_longest_path_with_its_names():
    report = Report()
    report.about("out/{tuned}.md", "Tuning", "trials", group="{tuned}", form="choices")
    report.about("out/{tuned}_repeats.md", "Tuning", "repeats", group="{tuned}", form="repeated")
    assert report.of_page("out/fast_repeats.md") == {
        "caption": "../report/repeats.rst",
        "category": "7 Tuning",
        "subcategory": None,
        "labels": {"group": "fast", "form": "repeated"},
    }
    assert report.of_page("out/fast.md")["labels"] == {"group": "fast", "form": "choices"}
    with pytest.raises(KeyError, match="other"):
        report.of_page("other.md")


def test_a_caption_is_that_of_the_file_unless_another_is_named():
    report = Report()
    table = report.about("out/claims.csv", "Claims", result="as CSV")
    assert table["caption"] == "../report/claims.rst" and not report.pages
    assert sorted(f"{k} {name}" for k, name in enumerate(CATEGORIES, 1))[4] == table["category"]

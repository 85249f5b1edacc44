"""README and the chapter's pages: their commands run, their links lead somewhere, and the Korean
ones have the commands and tables of the English."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT

TWINS = [("README.md", "README.ko.md"), ("docs/chapter.md", "docs/chapter.ko.md")]
PAGES = [*(page for pair in TWINS for page in pair), "docs/tables.md", "docs/results.md"]


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[str]:
    return re.findall(r"^```\w+\n.*?^```$", text(page), re.DOTALL | re.MULTILINE)


def numbers(page: str) -> list[list[str]]:
    """The rows of its tables, without the cells that are words."""
    rows = re.findall(r"^\| (?!-).*\|$", text(page), re.MULTILINE)
    cells = ([cell.strip() for cell in row.split("|")[1:-1]] for row in rows)
    return [[cell for cell in row if not re.search(r"[A-Za-z가-힣]{2}", cell)] for row in cells]


@pytest.mark.parametrize(("english", "korean"), TWINS)
def test_both_languages_have_the_same_commands_tables_and_links(english, korean):
    def links(page: str) -> list[str]:
        found = re.findall(r"\]\(([^)]+)\)", text(page))
        return sorted(link.replace(".ko.", ".") for link in found if "README" not in link)

    def commands(page: str) -> list[str]:
        return [re.sub(" +# .*", "", block) for block in blocks(page)]

    assert commands(english) == commands(korean)
    assert numbers(english) == numbers(korean)
    assert links(english) == links(korean)


@pytest.mark.parametrize("page", ["docs/chapter.md", "docs/chapter.ko.md"])
def test_every_table_says_after_which_update_each_side_is(page):
    heads = re.findall(r"<!-- runs: .*? -->\n(.*)\n", text(page))
    assert len(heads) == 7
    for head in heads:
        assert (head.count("9,601"), head.count("10,000")) == (2, 2), head


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text(page)):
        assert "://" in link or (ROOT / page).parent.joinpath(link).exists(), link


@pytest.mark.parametrize("page", ["README.md", "docs/tables.md"])
def test_every_command_that_is_shown_with_its_output_gives_that_output(page, tmp_path):
    (tmp_path / "data").symlink_to(ROOT / "data")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for block in blocks(page):
        if not block.startswith("```console"):
            continue
        lines = block.split("\n")[1:-1]
        commands = "\n".join(line[2:] for line in lines if line.startswith("$ "))
        shown = [line for line in lines if not line.startswith("$ ")]
        ran = subprocess.run(
            ["bash", "-c", commands],
            cwd=tmp_path,
            env=os.environ | {"PATH": path, "COLUMNS": "80"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert ran.stdout.rstrip("\n").split("\n") == shown, commands

"""Every command and every piece of configuration that a page shows is one that there is."""

import re
import shlex

import click
import pytest
import yaml

from onescale import cli
from onescale.training.configuration import checked
from places import ROOT, shipped
from workflow_project import snakemake

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("*/README.md"))]
PAGES += sorted((ROOT / "docs").glob("*.md"))
GENERATED = {"commands.md"}
# Snakemake's options and how many words each takes.
TAKES = {"--cores": 1, "-n": 0, "-R": 1, "--configfile": 1, "--config": 1, "--unlock": 0, "-s": 1}
TAKES |= {"--directory": 1, "--profile": 1, "--workflow-profile": 1}


def blocks(*kinds: str) -> list[tuple[str, str]]:
    """(page, block) of those kinds, over all pages."""
    found = []
    for page in PAGES:
        if page.name not in GENERATED:
            text = page.read_text(encoding="utf-8")
            every = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
            found += [(page.name, block) for kind, block in every if kind in kinds]
    return found


def commands(name: str) -> list[list[str]]:
    """The words behind every such command of every block of shell."""
    found = []
    for _, block in blocks("sh", "console"):
        for line in block.replace("\\\n", " ").split("\n"):
            for part in re.split(r"&&|\||;|[()]", re.sub(r"^\$ ", "", line)):
                if re.match(rf" *{name}( |$)", part):
                    found.append(shlex.split(part, comments=True)[1:])
    return found


def test_every_onescale_command_is_one():
    shown = commands("onescale")
    assert len(shown) > 30
    for words in shown:
        command, words = cli.cli, [word for word in words if not re.match(r"[12]?>", word)]
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            command = command.commands[words.pop(0)]
        command.make_parser(click.Context(command)).parse_args(args=words)


def test_every_target_is_one():
    targets = set()
    for words in commands("snakemake"):
        while words:
            word = words.pop(0)
            if word.startswith("-"):
                del words[: TAKES[word]]
            else:
                targets.add(word)
    assert {"train_adam", "tables", "evidence"} <= targets
    assert targets <= set(snakemake(ROOT, "--list-rules").stdout.split())
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    made = {word for words in commands("make") for word in words if "=" not in word}
    assert made <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize(("page", "block"), blocks("yaml"))
def test_every_configuration_is_one(page, block):
    given = yaml.safe_load(block)
    if "emnist-digits" in given:  # a part of `datasets`, whose hashes the page leaves out
        given["emnist-digits"]["sha256"] = dict.fromkeys(given["emnist-digits"]["sha256"], "0" * 64)
        given = {"datasets": given}
    checked(given, shipped)

"""The list of commands, the words that people type for them, and what a shell completes."""

import pytest
from click.shell_completion import ShellComplete

from onescale.cli import ALSO, GROUPS, cli
from places import AGES


def test_every_command_stands_under_a_heading(onescale):
    names = [command.name for commands in GROUPS.values() for command in commands]
    assert sorted(names) == sorted(cli.commands)
    out = onescale("--help").out
    assert all(f"{title}:\n" in out for title in GROUPS)


@pytest.mark.parametrize("typed, meant", [*ALSO.items(), ("standardiz", "standardize")])
def test_other_words_find_their_command(onescale, typed, meant):
    assert f"did you mean {meant!r}?" in onescale(typed, "x.csv", fails=True).err


def test_columns_of_the_file_are_completed(monkeypatch):
    monkeypatch.setenv("COMP_WORDS", f"onescale standardize {AGES} -c a")
    complete = ShellComplete(cli, {}, "onescale", "_ONESCALE_COMPLETE").get_completions
    assert [i.value for i in complete(["standardize", str(AGES), "-c"], "a")] == ["age"]
    assert [i.type for i in complete(["standardize"], "da")] == ["file"]

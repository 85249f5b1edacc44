"""A page of many variants: no command outgrows what one argument of a process may hold."""

import re
import shlex

import pytest

from workflow_project import project, small_config, snakemake

MOST = 131_071  # bytes of one argument on Linux; a rule's command is one of bash
COUNT = 600


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """The commands of a plan of 600 variants with long names, in `folder`."""
    config = small_config()
    names = [
        f"one_of_the_many_variants_with_quite_a_long_name_that_says_what_it_is_{n:04}"
        for n in range(COUNT)
    ]
    sgd = config["variants"]["sgd"]
    config["variants"] |= {name: {**sgd, "steps": 20 + n} for n, name in enumerate(names)}
    config["comparisons"]["techniques"]["variants"] += names
    folder = project(tmp_path_factory.mktemp("many") / "project", config)
    wanted = ["manifest", "results/figures/comparison_techniques.png"]
    result = snakemake(folder, "-n", "-p", "--quiet", "reason", "--", *wanted)
    assert result.returncode == 0, result.stdout + result.stderr
    told = re.findall(
        r"^Shell command: (onescale .*)$", result.stdout + result.stderr, re.MULTILINE
    )
    return folder, told


def of(commands, name):
    return [shlex.split(one) for one in commands[1] if one.startswith(f"onescale {name}")]


def test_every_command_fits_into_one_argument(commands):
    assert len(commands[1]) > COUNT
    assert max(len(one.encode()) for one in commands[1]) < MOST


def test_long_lists_stand_in_files_with_a_line_each(commands):
    folder = commands[0]
    ((_, _, listed, *_),) = of(commands, "compare")
    runs = (folder / listed.removeprefix("@")).read_text().splitlines()
    assert listed[0] == "@" and len(runs) == COUNT + 3 and len(set(runs)) == COUNT + 3


def test_step_times_of_many_are_measured_in_parts_that_share_one(commands):
    measured = of(commands, "step-time")
    merging = [one for one in measured if "--merge" in one]
    parts = [one[2 : one.index("--data")] for one in measured if "--merge" not in one]
    assert len(merging) == 1 and sum(".part" in word for word in merging[0]) == len(parts) == 3
    assert set.intersection(*map(set, parts)) == {"results/runs/sgd.json"}
    assert len(set().union(*parts)) == COUNT + 3

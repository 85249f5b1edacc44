"""Every value in the records of runs, step times, searches and manifests replaced by others: what
reads them works or ends in one line, and is never a bug."""

import copy
import json
import os
import random
from pathlib import Path

import numpy as np
import pytest

from onescale import cli
from onescale.core.errors import OnescaleError
from places import values_in

ODD = (None, True, -1, 0, 1e308, 10**30, "", "x", "0.5", [], [1], {}, {"a": 1}, "\x1b[2J")
SPEC = {"hidden": [8], "steps": 4, "evaluate_every": 2, "batch_size": 10, "levels": [0.2]}
SEARCH = {
    "name": "tuned", "held_out": 50, "seeds": [3], "base": SPEC | {"optimizer": {"name": "sgd"}},
    "vary": {"optimizer.rate": [0.01, 0.1]}, "objective": "accuracy",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two runs, their step times, a search and a manifest, of a small net."""
    folder = tmp_path_factory.mktemp("made")
    rng = np.random.default_rng(0)
    arrays = {f"x_{part}": rng.integers(0, 255, (n, 5, 5), np.uint8) for part, n in PARTS}
    np.savez(folder / "own.npz", **arrays, **{f"y_{part}": np.arange(n) % 3 for part, n in PARTS})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        command("dataset", "add", "own", "own.npz", "--folder", "own", "-o", "own.json")
        import yaml

        spec = yaml.safe_load(Path("own.json").read_text())["datasets"]["own"]
        fetch = ["mnist", "fetch", "--dataset", "own", "--spec", json.dumps(spec), "-o", "cache"]
        command(*fetch)
        for name in ("one", "two"):
            given = json.dumps(SPEC | {"name": name})
            command(
                "train", "--spec", given, "--seeds", "0,1", "--data", "cache", "-o", f"{name}.json"
            )
        command("step-time", "one.json", "two.json", "--data", "cache", "-o", "times.json")
        command("tune", "--spec", json.dumps(SEARCH), "--data", "cache", "-o", "tuned.json")
        command("manifest", "one.json", "--configuration", "{}", "-o", "manifest.json")
    return folder


PARTS = (("train", 300), ("test", 90))
READ = {
    "one.json": ["compare", "one.json", "two.json", "--reference", "two", "--csv", "c.csv"],
    "one.timing.json": ["compare", "one.json", "two.json", "--reference", "two", "--csv", "c.csv"],
    "times.json": ["compare", "one.json", "two.json", "--reference", "two", "--csv", "c.csv",
                   "--step-times", "times.json"],
    "tuned.json": ["trials", "tuned.json", "--csv", "c.csv", "--markdown", "c.md"],
    "tuned.timing.json": ["trials", "tuned.json", "--csv", "c.csv", "--markdown", "c.md"],
    "manifest.json": ["verify", "manifest.json"],
}  # fmt: skip


def command(*words: str) -> None:
    cli.cli.main([*words], standalone_mode=False)


@pytest.mark.parametrize("name", READ)
def test_an_edited_value_is_one_line_or_harmless(name, made, monkeypatch, capsys):
    monkeypatch.chdir(made)
    whole = (made / name).read_text(encoding="utf-8")
    content, bugs = json.loads(whole), []
    try:
        for place in values_in(content):
            few = random.Random(str(place)).sample(ODD, 2)
            for odd in ODD if "ONESCALE_FAULTS" in os.environ else few:  # make faults
                edited = inner = copy.deepcopy(content)
                for key in place[:-1]:
                    inner = inner[key]
                inner[place[-1]] = odd
                (made / name).write_text(json.dumps(edited), encoding="utf-8")
                try:
                    command(*READ[name])
                except OnescaleError as error:
                    if "\n" in str(error) and name != "manifest.json":
                        bugs.append(f"{place} = {odd!r}: several lines")
                except Exception as error:
                    bugs.append(f"{place} = {odd!r}: {type(error).__name__}: {error}")
    finally:
        (made / name).write_text(whole, encoding="utf-8")
    assert not bugs, f"{len(bugs)}: " + "\n".join(bugs[:20])

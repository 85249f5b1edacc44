"""What tuning tried and chose, as table and page: budgets, edges, scores, and repeats."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from made_up_searches import made_up_search, made_up_trial
from onescale.cli.compare import repeats as repeats_command
from onescale.cli.compare import trials as trials_command
from onescale.comparison import trials
from onescale.comparison.repeats import repeats_page, repeats_table
from onescale.core.errors import DataError
from onescale.runs import tuning
from onescale.runs.record import read_all


def search(name="tuned_a", seeds=2, diverged=False, **other):
    """Two given rates, the second chosen, at its edge."""
    tried = [
        made_up_trial(
            {"optimizer.rate": rate}, [a + 0.001 * s for s in range(seeds)], None, diverged
        )
        for rate, a in ((0.1, 0.9), (0.2, 0.95))
    ]
    found = made_up_search(name, tried, **other)
    found["choice"]["edge"] = ["optimizer.rate"]
    return found


def cells(page, start):
    row = next(line for line in page.splitlines() if line.startswith(f"| {start}"))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_budget_choice_and_edge_stand_in_the_page():
    page = trials.trials_page("Tuned", [search(), search("tuned_b", diverged=12)])
    assert "10,000 images held out" in page and "The budget in runs is the same for all" in page
    shown = ["tuned_b", "optimizer.rate 0.2", "optimizer.rate", "2", "4", "8", "4", "95.05 ± 0.05"]
    assert cells(page, "tuned_b") == shown
    frame = pd.DataFrame(trials.trials_table([search()]))
    assert list(frame["chosen"]) == [False, True] and list(frame["cpu_seconds"]) == [4, 4]
    assert frame["held_out_accuracy_sd"][0] == pytest.approx(np.std([0.9, 0.901], ddof=1))


def test_trials_that_took_no_further_seeds_are_left_to_the_csv_file():
    page, table = trials.trials_page("Fast", [fast()]), trials.trials_table([fast()])
    assert "| 0.2 " in page and "| 9.0 " not in page and "The other 1 took no further" in page
    assert [row["seeds"] for row in table] == [2, 2, 1]
    page = trials.trials_page("Tuned", [search()])  # all with as many
    assert "| 0.1 " in page and "| 0.2 " in page and "no further" not in page


def test_an_unequal_budget_is_said():
    page = trials.trials_page("Tuned", [search(), search("tuned_b", seeds=1)])
    assert "**not** the same for all" in page


def fast():
    """Three trials for speed, the default first and never there."""
    tried = [
        made_up_trial({"optimizer.rate": 0.01}, [None, 3900.0], [0.96, 0.97]),
        made_up_trial({"optimizer.rate": 0.2}, [1500.0, 1700.0], [0.97, 0.97]),
        made_up_trial({"optimizer.rate": 9.0}, [None], [0.1], diverged=40),
    ]
    return made_up_search("fast_a", tried, chosen=1, level=0.97, draws=2)


def test_a_search_for_speed_tells_updates_and_what_never_got_there():
    page = trials.trials_page("Fast", [fast()])
    shown = cells(page, "fast_a")
    assert shown[-2:] == ["not reached", "1,600 ± 100"]  # the default, and the choice
    assert "read 97 % of 10,000 images" in page and "in at most 4,000" in page
    assert "fewest updates to that, the mean plus its standard error" in page
    assert "minus its standard error" in trials.trials_page("Tuned", [search()])


def test_seconds_that_are_not_known_are_a_dash():
    one = search()
    one["trials"][0]["runs"][0]["seconds"] = None
    assert cells(trials.trials_page("Tuned", [one]), "tuned_a")[5] == "–"


def test_the_command_reads_what_tune_wrote(tmp_path):
    path = tmp_path / "tuned_a.json"
    written = json.loads(json.dumps(search()))
    seconds = [[run.pop("seconds") for run in t["runs"]] for t in written["trials"]]
    tuning.write(path, written, seconds)
    result = CliRunner().invoke(trials_command, [str(path), "--title", "Tuned"])
    assert result.output.startswith("# Tuned") and cells(result.output, "tuned_a")[5] == "8"
    with pytest.raises(DataError, match="no such file"):
        CliRunner().invoke(trials_command, [str(tmp_path / "x.json")], catch_exceptions=False)


REPEATS = {"tuned_a": ["tuned_a_again1"]}


def test_repeats_tell_how_far_their_outcomes_lie_apart(write_run):
    searches = {name: search(name) for name in ("tuned_a", "tuned_a_again1")}
    first, again = {0: 0.97, 1: 0.972}, {0: 0.973, 1: 0.975}
    records = read_all([write_run("tuned_a", first), write_run("tuned_a_again1", again)])
    rows = repeats_table(REPEATS, searches, records)
    frame = pd.DataFrame(rows)
    assert frame["variant"].tolist() == ["tuned_a"] * 2 and frame["tuning"].tolist() == [0, 1]
    assert frame["test_mean"].tolist() == pytest.approx([0.971, 0.974])
    page = repeats_page("Tuned", rows, searches)
    assert cells(page, "tuned_a") == ["tuned_a", "2", "97.10", "97.40", "0.30"]
    assert "Each tuning has seeds of its own" in page  # at given values, which are the same


def test_repeats_for_speed_are_told_in_updates(write_run):
    searches = {name: fast() | {"name": name} for name in ("fast_a", "fast_a_again1")}
    runs = {"steps": (1, 1000, 2000, 3000), "curve": [0.1, 0.96, 0.98, 0.98]}
    never = {"steps": (1, 1000), "curve": [0.1, 0.9]}
    records = read_all(
        [write_run("fast_a", {0: 0.98}, **runs), write_run("fast_a_again1", {0: 0.9}, **never)]
    )
    rows = repeats_table({"fast_a": ["fast_a_again1"]}, searches, records)
    frame = pd.DataFrame(rows)
    crossing = records["fast_a"].runs[0].crossing(0.97).step
    assert frame["test_mean"][0] == pytest.approx(crossing) and pd.isna(frame["test_mean"][1])
    page = repeats_page("Fast", rows, searches)
    assert cells(page, "fast_a") == ["fast_a", "2", "–", "–", "–"]
    assert "Each tuning has draws and seeds of its own" in page
    assert f"{crossing:.0f}" in page


def test_a_repeat_that_is_missing_is_named(write_run):
    records = read_all([write_run("tuned_a", {0: 0.97})])
    with pytest.raises(DataError, match="tuned_a_again1"):
        repeats_table(REPEATS, {"tuned_a": search()}, records)


def test_the_command_of_repeats(tmp_path, write_run):
    files = []
    for name in ("tuned_a", "tuned_a_again1"):
        write_run(name, {0: 0.97, 1: 0.98})
        written = json.loads(json.dumps(search(name)))
        seconds = [[run.pop("seconds") for run in t["runs"]] for t in written["trials"]]
        files.append(tmp_path / "tuned" / f"{name}.json")
        tuning.write(files[-1], written, seconds)
    arguments = [*map(str, files), "--runs", str(tmp_path), "--repeats", json.dumps(REPEATS)]
    result = CliRunner().invoke(repeats_command, [*arguments, "--title", "All"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("# All: the tuning repeated")

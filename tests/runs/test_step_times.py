"""Files of step times: what is written comes back, and counts in the place of a run's own hour."""

import json
from pathlib import Path

import pytest

from onescale.core.errors import DataError
from onescale.runs import step_times
from onescale.runs.record import read_all
from onescale.runs.step_times import StepTimes
from places import ROOT


def measured(path, *runs, **costs):
    """Write step times for these runs to path; costs of seed 0, 1 … by variant."""
    variants = [json.loads(run.read_text())["variant"] for run in runs]
    variants = {variant["name"]: variant for variant in variants if variant["name"] in costs}
    times = StepTimes(path, variants, {name: dict(enumerate(c)) for name, c in costs.items()})
    step_times.write(times)
    return times


def test_step_times_come_back_as_they_were_written(write_run, tmp_path):
    path = tmp_path / "deep" / "step_times.json"
    times = measured(path, write_run("adam", {0: 0.96}), adam=[200, 210.5])
    assert step_times.read(path) == times
    assert times.machine["cores"] > 0


def test_seconds_are_steps_times_the_cost_in_the_seeds_round(write_run, tmp_path):
    paths = [write_run("adam", {0: 0.96, 1: 0.97}), write_run("sgd", {0: 0.95, 1: 0.94})]
    for path in paths:  # of no account
        path.with_suffix(".timing.json").write_text("{")
    measured(tmp_path / "times.json", *paths, adam=[200, 210.5])
    records = read_all(paths, tmp_path / "times.json")
    for seed, cost in enumerate([200, 210.5]):
        run = records["adam"].runs[seed]
        assert run.us_per_step == cost
        assert run.seconds(601) == pytest.approx(601 * cost * 1e-6)
    for run in records["sgd"].runs.values():  # not measured: none, rather than those of its hour
        assert run.us_per_step is None and run.seconds(1) is None


@pytest.mark.parametrize(
    "times",
    [
        None,
        [],
        {"adam": []},
        {"adam": {"variant": {}, "us_per_step": {"0": "210"}}},
        {"adam": {"variant": {}, "us_per_step": {"0": 0}}},
        {"adam": {"variant": {}, "us_per_step": {"zero": 210}}},
    ],
)
def test_a_file_of_another_kind(tmp_path, times):
    path = tmp_path / "times.json"
    path.write_text(json.dumps({"machine": {}, "step_times": times}))
    with pytest.raises(DataError, match=r"times\.json: not what 'onescale step-time' writes"):
        step_times.read(path)


def test_what_was_measured_must_be_what_was_trained(write_run, tmp_path):
    path, times = write_run("adam", {0: 0.96}), tmp_path / "times.json"
    measured(times, path, adam=[200])
    times.write_text(times.read_text().replace('"name": "adam"\n    }', '"name": "sgd"\n    }'))
    with pytest.raises(DataError, match="measured another 'adam'"):
        read_all([path], times)
    with pytest.raises(DataError, match="no such file; 'onescale step-time"):
        read_all([path], tmp_path / "none.json")


def test_parts_that_share_a_variant_are_brought_to_one_speed(write_run, tmp_path):
    true = {"sgd": 100.0, "adam": 200.0, "dropout": 300.0, "augment": 450.0}
    runs = {name: write_run(name, {0: 0.9, 1: 0.9}) for name in true}
    shared_by = {0: ("sgd", "adam"), 1: ("sgd", "dropout"), 2: ("sgd", "augment")}
    parts = [
        measured(
            tmp_path / f"{part}.json",
            *(runs[name] for name in names),
            **{name: [speed * true[name], 1.1 * speed * true[name]] for name in names},
        )
        for (part, names), speed in zip(shared_by.items(), (1.0, 2.0, 0.5), strict=True)
    ]
    merged = step_times.merge(tmp_path / "all.json", parts)
    assert set(merged.variants) == set(true)
    for name, cost in true.items():  # at the speed of the median part, which is the first
        assert merged.costs[name] == pytest.approx({0: cost, 1: 1.1 * cost})
    with pytest.raises(DataError, match=r"1.json: shares no variant with .*only.json"):
        only = measured(tmp_path / "only.json", runs["adam"], adam=[1.0])
        step_times.merge(tmp_path / "all.json", [only, parts[1]])


def test_method_says_how_restless_the_machine_of_the_published_run_was():
    told = (ROOT / "docs/method.md").read_text(encoding="utf-8")
    shares = []
    for name in ("comparison", "claims", "confirm/claims"):
        folder, page = (ROOT / "results/published" / name).parent, Path(name).name
        found = step_times.read(folder / f"step_times/{page}.json")
        shares.append(f"{100 * step_times.scatter(found.costs):.0f} %")
    words = (
        "it moves by {} where comparison.md was measured, by {} where claims.md was, and by {} in"
    )
    assert words.format(*shares) in told

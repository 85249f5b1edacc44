"""`onescale step-time`: what a step costs, measured in turn, and what is made of it."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

import onescale
from onescale.cli import cli
from onescale.core.errors import DataError
from onescale.data.fetch import load
from onescale.training import step_time
from onescale.training.trainer import Trainer
from onescale.training.variant import Variant

SMALL = {"name": "small", "hidden": [8], "batch_size": 10, "steps": 4000}
LARGE = SMALL | {"name": "large", "hidden": [20, 20]}
PAIR = [(Variant.from_mapping(SMALL), [0, 1, 2]), (Variant.from_mapping(LARGE), [0, 1, 2])]


@pytest.fixture
def clock(monkeypatch):
    """A machine on which a step of `small` takes 1 ms and any other 2, at a speed of its own."""

    class Clock:
        def __init__(self):
            self.now, self.turns, self.speed = 0.0, [], lambda turns: 1.0

        def advance(self, trainer, steps):
            name = trainer.variant.name
            self.turns.append((name, steps))
            cost = 0.001 if name == "small" else 0.002
            self.now += steps * cost / self.speed(len(self.turns))

    clock = Clock()
    monkeypatch.setattr(step_time.time, "process_time", lambda: clock.now)
    monkeypatch.setattr(Trainer, "advance", lambda self, steps: clock.advance(self, steps))
    return clock


def test_bursts_of_60_ms_in_turn_there_and_back(clock, cache):
    told = []
    found = step_time.measure(PAIR, load(cache), lambda *where: told.append(where))
    assert told == [(1, 3), (2, 3), (3, 3)]
    order = ["large", "small", "small", "large", "large", "small"]
    assert [name for name, _ in clock.turns[-6:]] == order
    assert dict(clock.turns[-6:]) == {"small": 60, "large": 30}
    assert found["small"] == pytest.approx({0: 1000, 1: 1000, 2: 1000})
    assert found["large"] == pytest.approx({0: 2000, 1: 2000, 2: 2000})


def test_a_slow_hour_is_no_difference(clock, cache):
    """The machine becomes three times slower between two rounds: costs and ratios stay."""
    step_time.measure(PAIR, load(cache))
    first_round = len(clock.turns) - 4
    clock.turns.clear()
    clock.speed = lambda turns: 1 if turns <= first_round else 1 / 3
    found = step_time.measure(PAIR, load(cache))
    assert found["small"] == pytest.approx({0: 3000, 1: 3000, 2: 3000})
    assert found["large"] == pytest.approx({0: 6000, 1: 6000, 2: 6000})


def test_each_variant_takes_part_in_the_rounds_of_its_seeds(clock, cache):
    other = Variant.from_mapping(LARGE | {"name": "other"})
    found = step_time.measure([*PAIR, (other, [1, 7])], load(cache))
    assert {name: set(costs) for name, costs in found.items()} == {
        "small": {0, 1, 2},
        "large": {0, 1, 2},
        "other": {1, 7},
    }


def test_variants_of_other_images_augmentation_and_schedule(cache):
    others = [
        {"name": "few", "train_images": 30, "precision": "float64"},
        {"name": "turned", "augment": {"rotation": 10}},
        {"name": "tuned", "held_out": 20, "schedule": {"name": "cosine"}},
        {"name": "wild", "optimizer": {"name": "sgd", "rate": 1e9}},
        {"name": "once", "steps": 1},
    ]
    variants = [Variant.from_mapping(SMALL | other) for other in others]
    found = step_time.measure([(variant, [0, 1]) for variant in variants], load(cache))
    assert list(found) == [other["name"] for other in others]
    assert all(0 < cost < np.inf for costs in found.values() for cost in costs.values())


def test_measuring_leaves_training_as_it_was(cache):
    """A run's bits do not depend on what was measured before it in the same process."""
    data, variant = load(cache), Variant.from_mapping(SMALL | {"steps": 40})
    before = onescale.train(variant, data, [0])[0].network.arrays()
    step_time.measure([(variant, [0])], data)
    after = onescale.train(variant, data, [0])[0].network.arrays()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_the_commands(cache, tmp_path):
    def run(*arguments):
        return CliRunner().invoke(cli, [str(one) for one in arguments])

    specs = [spec | {"steps": 30, "evaluate_every": 10} for spec in (SMALL, LARGE)]
    paths = [tmp_path / f"{spec['name']}.json" for spec in specs]
    for path, spec in zip(paths, specs, strict=True):
        trained = run(
            "train", "--spec", json.dumps(spec), "--seeds", "0,1", "--data", cache, "-o", path
        )
        assert trained.exit_code == 0, trained.output
    result = run(
        "step-time", *tmp_path.glob("*.json"), "--data", cache, "-o", tmp_path / "step_times"
    )
    assert result.exit_code == 0 and "round 2 of 2: 2 variants" in result.output
    costs = json.loads((tmp_path / "step_times").read_text())["step_times"]
    page = tmp_path / "page.csv"
    result = run("compare", *paths, "--step-times", tmp_path / "step_times", "--csv", page)
    assert result.exit_code == 0, result.output
    header, first, _ = (line.split(",") for line in page.read_text().splitlines())
    median = np.median(list(costs[first[1]]["us_per_step"].values()))
    assert float(first[header.index("us_per_step")]) == pytest.approx(median)


def test_other_data_are_refused(cache, write_run, tmp_path):
    path = write_run("adam", {0: 0.96})
    result = CliRunner().invoke(
        cli, ["step-time", str(path), "--data", str(cache), "-o", str(tmp_path / "step_times.json")]
    )
    assert isinstance(result.exception, DataError) and "--data" in str(result.exception)
    assert not (tmp_path / "step_times.json").exists()


def test_a_machine_that_is_not_quiet_is_told(cache, write_run, tmp_path, monkeypatch):
    """The seconds of a page once rested on rounds that moved by 11 %, and nothing said so."""
    moved = {"small": {0: 100.0, 1: 120.0, 2: 100.0}, "large": {0: 200.0, 1: 199.0, 2: 230.0}}
    quiet = {"small": {0: 100.0, 1: 104.0, 2: 100.0}, "large": {0: 200.0, 1: 199.0, 2: 230.0}}
    spec = [json.dumps(one | {"steps": 3}) for one in (SMALL, LARGE)]
    paths = []
    for one in spec:
        paths.append(str(tmp_path / f"{json.loads(one)['name']}.json"))
        words = ["--spec", one, "--seeds", "0,1,2", "--data", str(cache), "-o", paths[-1]]
        assert CliRunner().invoke(cli, ["train", *words]).exit_code == 0
    for costs, told in ((moved, "moves by 9 %"), (quiet, "")):
        monkeypatch.setattr(step_time, "measure", lambda *_, costs=costs: costs)
        words = ["step-time", *paths, "--data", str(cache), "-o", str(tmp_path / "times.json")]
        result = CliRunner().invoke(cli, words)
        assert result.exit_code == 0 and ("warning: the cost" in result.stderr) == bool(told)
        assert told in result.stderr

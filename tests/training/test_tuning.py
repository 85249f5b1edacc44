"""Equal tuning: chosen on held-out images alone, with the same budget, and edges marked."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from onescale.cli.train import train as train_command
from onescale.cli.tune import tune as tune_command
from onescale.core.errors import DataError, SpecError
from onescale.data.dataset import Dataset
from onescale.training import tuning
from onescale.training.grid import GridPoint
from onescale.training.search import Search
from onescale.training.trainer import train
from onescale.training.tuning import edges, standing, tune

BASE = {
    "hidden": [8],
    "batch_size": 20,
    "steps": 60,
    "evaluate_every": 30,
    "optimizer": {"name": "sgd"},
}
SEARCH = {
    "name": "tuned_sgd",
    "base": BASE,
    "vary": {"optimizer.rate": [0.001, 0.1, 1e30]},
    "held_out": 100,
    "seeds": [7, 8],
}


def made(seed=3, n=500):
    """Two overlapping clouds in eight dimensions."""
    random = np.random.default_rng(seed)
    labels = random.integers(2, size=n)
    images = 0.7 * random.normal(size=(n, 8)) + labels[:, None]
    return Dataset(images[:400], labels[:400], images[400:], labels[400:], "made")


def test_permuting_the_test_labels_changes_no_choice():
    data = made()
    for shift in (1, 13):
        other = Dataset(
            data.train_images, data.train_labels, data.test_images[::-1].copy(),
            np.roll(data.test_labels, shift), "made",
        )  # fmt: skip
        assert json.dumps(tune(SEARCH, other)) == json.dumps(tune(SEARCH, data))


def test_a_trial_is_that_training_run_on_what_is_left():
    found = tune(SEARCH, data := made())
    images, labels = data.train_images, data.train_labels
    cut = Dataset(images[:300], labels[:300], images[300:], labels[300:])
    runs = train(BASE | {"optimizer": {"name": "sgd", "rate": 0.1}}, cut, [7, 8])
    trial = found["trials"][1]
    assert [run["accuracy"] for run in trial["runs"]] == [run.test_accuracy for run in runs]
    assert trial["accuracy"] == pytest.approx(np.mean([run.test_accuracy for run in runs]))
    assert [len(trial["runs"]) for trial in found["trials"]] == [2, 2, 2]


def test_trials_may_be_evaluated_less_often_than_the_variant():
    seldom, often = (tune(SEARCH | {"trial": {"evaluate_every": n}}, made()) for n in (60, 20))
    for one, other in zip(seldom["trials"][:2], often["trials"][:2], strict=True):
        assert one["accuracy"] == other["accuracy"]
        assert len(one["runs"][0]["history"]["step"]) < len(other["runs"][0]["history"]["step"])
    assert seldom["choice"] == often["choice"]
    assert seldom["choice"]["variant"]["evaluate_every"] == 30


def test_diverged_trials_count_as_guessing_and_are_not_chosen():
    found = tune(SEARCH, made())
    assert all(run["diverged"] for run in found["trials"][2]["runs"])
    assert found["trials"][2]["accuracy"] < 0.7
    assert found["choice"]["values"] == {"optimizer.rate": 0.1}
    assert found["choice"]["edge"] == []


def test_where_all_diverge_there_is_still_a_choice():
    found = tune(SEARCH | {"vary": {"optimizer.rate": [1e30, 1e31]}}, made())
    assert found["choice"]["trial"] == 0
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    ("values", "best", "edge"),
    [
        ([3, 1, 2], 0, True), ([3, 1, 2], 2, False), ([None, 0.5], 1, True),
        ([None, 0.5], 0, False), (["a", "b"], 0, False), ([1], 0, False),
    ],
)  # fmt: skip
def test_the_ends_of_given_values_are_edges(values, best, edge):
    tried = [GridPoint({"axis": value}, {}, "") for value in values]
    assert edges(Search(**SEARCH | {"seeds": (1,)}), tried, best) == ["axis"] * edge


def entry(score, accuracy=0.9):
    return {"score": score, "accuracy": accuracy}


@pytest.mark.parametrize(
    ("better", "worse", "objective"),
    [
        ([0.9, 0.9], [0.9, 0.8], "accuracy"),
        ([700.0], [800.0], "speed"),
        ([900.0, 900.0], [100.0, None], "speed"),  # never reached is worse than any
        ([100.0, None], [None, None], "speed"),
    ],
)
def test_what_is_better(better, worse, objective):
    one, other = (standing(list(map(entry, scores)), objective) for scores in (better, worse))
    assert one > other


def test_of_trials_that_never_reach_the_level_the_more_accurate_goes_on():
    assert standing([entry(None, 0.96)], "speed") > standing([entry(None, 0.95)], "speed")
    assert standing([entry(9000.0, 0.1)], "speed") > standing([entry(None, 0.96)], "speed")


def test_a_steady_trial_beats_a_lucky_one_by_its_standard_error():
    steady, lucky = ([entry(s) for s in scores] for scores in ((0.95, 0.951), (0.9, 1.003)))
    assert standing(lucky, "accuracy") > standing(steady, "accuracy")
    assert standing(lucky, "accuracy", errors=1) < standing(steady, "accuracy", errors=1)
    _, value, _ = standing(lucky, "accuracy", errors=1)
    assert value == pytest.approx(0.9515 - stats.sem([0.9, 1.003]))


DRAWN = SEARCH | {
    "vary": {"optimizer.rate": {"log_uniform": [1e-6, 1.0]}},
    "draws": 8,
    "seeds": [7, 8, 9],
    "rungs": [{"keep": 9, "seeds": 1}, {"keep": 4, "seeds": 2}, {"keep": 2, "seeds": 3}],
}


def test_the_better_trials_take_more_seeds_and_the_default_takes_all():
    found = tune(DRAWN, made())
    seeds = [len(trial["runs"]) for trial in found["trials"]]
    assert sorted(seeds) == [1] * 5 + [2] * 2 + [3] * 2
    assert seeds[0] == 3 and found["trials"][0]["values"] == {"optimizer.rate": 0.01}
    first = [trial["runs"][0]["accuracy"] for trial in found["trials"]]
    dropped = [first[i] for i, count in enumerate(seeds) if count == 1]
    assert max(dropped) <= min(first[i] for i, count in enumerate(seeds) if count > 1 and i)
    assert len(found["trials"][found["choice"]["trial"]]["runs"]) == 3
    search = Search.from_mapping(DRAWN)
    assert sum(seeds) == search.trainings and search.trials == 9


def test_a_poor_default_is_kept_but_not_chosen():
    poor = BASE | {"optimizer": {"name": "sgd", "rate": 1e-9}}
    found = tune(DRAWN | {"base": poor}, made())
    assert len(found["trials"][0]["runs"]) == 3
    assert found["choice"]["trial"] != 0 and found["choice"]["variant"]["optimizer"]["rate"] > 1e-6


def test_a_rate_at_the_edge_of_its_range_is_marked():
    narrow = {"optimizer.rate": {"log_uniform": [1e-6, 1e-5]}}
    found = tune(DRAWN | {"vary": narrow, "base": BASE}, made())
    assert found["choice"]["edge"] == ["optimizer.rate"]  # the default, 0.01, is beyond


def test_speed_is_the_updates_to_the_highest_level_and_ends_the_trial():
    speed = {"objective": "speed", "trial": {"levels": [0.7, 0.8], "stop_settled": True}}
    base = BASE | {"steps": 3000, "evaluate_every": 3000, "optimizer": {"name": "sgd", "rate": 0.1}}
    data = made()
    found = tune(DRAWN | speed | {"base": base}, data)
    trial = found["trials"][0]
    cut = data.hold_out(100)
    whole = train(base | {"levels": [0.7, 0.8]}, cut, [7, 8, 9])
    assert [run["score"] for run in trial["runs"]] == [run.crossing(0.8).step for run in whole]
    assert trial["score"] == pytest.approx(np.mean([run["score"] for run in trial["runs"]]))
    assert trial["runs"][0]["history"]["step"][-1] < 3000 == whole[0].history["step"][-1]
    assert found["choice"]["score"] == min(
        t["score"] for t in found["trials"] if len(t["runs"]) == 3
    )
    slow = [t for t in found["trials"] if t["score"] is None]
    assert slow and all(t["runs"][0]["history"]["step"][-1] == 3000 for t in slow)
    assert "stop_settled" not in found["choice"]["variant"]
    json.dumps(found, allow_nan=False)


def test_momentum_is_drawn_by_its_distance_from_one():
    vary = {"optimizer.momentum": {"one_minus_log_uniform": [0.01, 0.9]}}
    base = BASE | {"optimizer": {"name": "momentum"}}
    points = Search.from_mapping(DRAWN | {"vary": vary, "base": base}).points()
    assert points[0].values == {"optimizer.momentum": 0.9} and points[0].suffix == "default"
    assert all(0.1 <= p.values["optimizer.momentum"] <= 0.99 for p in points)


def test_draws_follow_from_the_seed_and_do_not_depend_on_how_many():
    def drawn(draws=40, seed=0):
        change = {"draws": draws, "draw_seed": seed, "rungs": []}
        points = Search.from_mapping(DRAWN | change).points()
        return [point.values["optimizer.rate"] for point in points]

    assert drawn() == drawn() != drawn(seed=1)
    assert drawn()[:11] == drawn(draws=10)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sedes": [1]}, "sedes"),
        ({"vary": {"optimizer.rat": [1]}}, "rat"),
        ({"vary": {"optimizer.rate": [-1]}}, "rate"),
        ({"draws": 5}, "log_uniform"),
        ({"draws": 5, "vary": {"optimizer.rate": {"log_uniform": [1, 0.1]}}}, "log_uniform"),
        ({"draws": 5, "vary": {"dropout.ratio": {"log_uniform": [0.1, 1]}}}, "ratio"),
        ({"rungs": [{"keep": 2, "seeds": 2}]}, "the first keeps all 3 trials"),
        ({"rungs": [{"keep": 3, "seeds": 1}]}, "the last takes all 2"),
        ({"rungs": [{"keep": 3, "seeds": 2}, {"keep": 1, "seeds": 1}]}, "more seeds"),
        ({"rungs": [{"keep": 3, "seeds": 1}, {"keep": 4, "seeds": 2}]}, "no more"),
        ({"rungs": [{"keep": 3}]}, "rungs.seeds"),
        ({"rungs": [{"kep": 3}]}, "kep"),
        ({"objective": "sped"}, "did you mean 'speed'"),
        ({"objective": "speed", "trial": {"levels": []}}, "levels"),
        ({"held_out": 400}, "held_out"),
        ({"held_out": 0}, "held_out"),
        ({"seeds": []}, "seeds"),
    ],
)
def test_searches_that_cannot_be_meant(change, told):
    with pytest.raises(SpecError, match=told):
        tune(SEARCH | change, made())


def test_a_search_needs_all_its_parts():
    with pytest.raises(SpecError, match="'vary' is missing"):
        tune({key: value for key, value in SEARCH.items() if key != "vary"}, made())


def test_the_choice_is_trained_and_recorded_in_full(tmp_path, monkeypatch):
    monkeypatch.setattr("onescale.data.fetch.load", lambda folder: made())
    chosen, run = tmp_path / "tuned.json", tmp_path / "tuned_sgd.json"
    invoke = CliRunner().invoke
    arguments = ["--spec", json.dumps(SEARCH), "-o", str(chosen)]
    result = invoke(tune_command, arguments, catch_exceptions=False)
    assert "run 4 of 6" in result.output and "chosen optimizer.rate 0.1" in result.output
    arguments = ["--spec", '{"name": "tuned_sgd"}', "--chosen", str(chosen), "-o", str(run)]
    invoke(train_command, arguments, catch_exceptions=False)
    variant = json.loads(run.read_text())["variant"]
    assert variant["optimizer"] == {"name": "sgd", "rate": 0.1}
    assert variant["held_out"] is None and variant["hidden"] == [8]
    assert variant["name"] == "tuned_sgd"


@pytest.mark.parametrize("content", ["{}", "[]", "{", '{"choice": 3}'])
def test_a_choice_that_is_none(tmp_path, monkeypatch, content):
    monkeypatch.setattr("onescale.data.fetch.load", lambda folder: made())
    (tmp_path / "tuned.json").write_text(content)
    arguments = ["--spec", "{}", "--chosen", str(tmp_path / "tuned.json"), "-o", "x.json"]
    with pytest.raises(DataError, match="onescale tune"):
        CliRunner().invoke(train_command, arguments, catch_exceptions=False)


def test_a_search_leaves_nothing_but_its_result(tmp_path):
    path = tmp_path / "deep" / "tuned.json"
    found = tuning.tune(SEARCH, made(), output=path)
    assert json.loads(path.read_text()) == found
    assert sorted(p.name for p in path.parent.iterdir()) == ["tuned.json", "tuned.timing.json"]
    seconds = json.loads((path.parent / "tuned.timing.json").read_text())["seconds"]
    assert [len(of_trial) for of_trial in seconds] == [2, 2, 2] and min(map(min, seconds)) > 0

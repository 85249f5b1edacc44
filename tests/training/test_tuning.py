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
from onescale.training.trainer import train
from onescale.training.tuning import Search, choose, tune

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
    seldom, often = (tune(SEARCH | {"evaluate_every": n}, made()) for n in (60, 20))
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


def tried(values, accuracies):
    return [
        {"values": v, "accuracy": a, "runs": []} for v, a in zip(values, accuracies, strict=True)
    ]


def test_the_first_of_equals_is_chosen_and_edges_are_marked():
    rates = [{"rate": r} for r in (3, 1, 2)]
    assert choose(tried(rates, [0.9, 0.9, 0.8]))["trial"] == 0
    assert choose(tried(rates, [0.9, 0.9, 0.8]))["edge"] == ["rate"]
    assert choose(tried(rates, [0.1, 0.2, 0.9]))["edge"] == []
    assert choose(tried([{"ratio": None}, {"ratio": 0.5}], [0.1, 0.9]))["edge"] == ["ratio"]
    assert choose(tried([{"ratio": None}, {"ratio": 0.5}], [0.9, 0.1]))["edge"] == []
    assert choose(tried([{"kind": "a"}, {"kind": "b"}], [0.9, 0.1]))["edge"] == []
    assert choose(tried([{"rate": 1}], [0.9]))["edge"] == []
    both = [{"rate": r, "epsilon": e} for r in (1, 2, 3) for e in (1, 2)]
    assert choose(tried(both, [0, 0, 0, 1, 0, 0]))["edge"] == ["epsilon"]


def drawn(seed=0, trials=400):
    vary = {"optimizer.rate": {"log_uniform": [1e-4, 1.0]}}
    search = Search.from_mapping(SEARCH | {"vary": vary, "trials": trials, "draw_seed": seed})
    return [point.values["optimizer.rate"] for point in search.points()]


def test_draws_are_log_uniform_and_follow_from_the_seed():
    assert drawn() == drawn() != drawn(seed=1)
    assert drawn()[:10] == drawn(trials=10)
    assert stats.kstest(drawn(), stats.loguniform(1e-4, 1).cdf).pvalue > 0.01


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sedes": [1]}, "sedes"),
        ({"vary": {"optimizer.rat": [1]}}, "rat"),
        ({"vary": {"optimizer.rate": [-1]}}, "rate"),
        ({"trials": 5}, "log_uniform"),
        ({"trials": 5, "vary": {"optimizer.rate": {"log_uniform": [1, 0.1]}}}, "log_uniform"),
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
    assert "trial 2 of 3" in result.output and "chosen optimizer.rate 0.1" in result.output
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
    assert [p.name for p in path.parent.iterdir()] == ["tuned.json"]

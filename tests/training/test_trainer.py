"""Training as a whole: against PyTorch's nets, the chapter's quirks, divergence, data, records."""

import json
from pathlib import Path

import numpy as np
import pytest

from made_up_data import pictures, stream
from onescale.core.errors import DataError, SpecError
from onescale.data.dataset import Dataset
from onescale.training import trainer
from onescale.training.batches import TrainingData
from onescale.training.trainer import Trainer, train
from onescale.training.variant import Variant

NETS = dict(np.load(Path(__file__).parents[1] / "oracles" / "nets.npz"))
SMALL = {"hidden": [12, 9], "batch_size": 10, "steps": 40, "evaluate_every": 15}


def result(run):
    """All that must be the same of two equal runs, to the bit."""
    arrays = {name: array.tobytes() for name, array in run.network.arrays().items()}
    history = {name: series for name, series in run.history.items() if name != "seconds"}
    return arrays, history, run.test_predictions.tobytes(), run.diverged


def accuracy(network, images, labels):
    return np.mean(network.predict(images) == labels)


# Against PyTorch


@pytest.mark.parametrize("name", sorted(key[:-5] for key in NETS if key.endswith(".case")))
@pytest.mark.parametrize(("precision", "tolerance"), [("float64", 1e-10), ("float32", 1e-4)])
def test_nets_of_torch(name, precision, tolerance):
    activation, optimizer, rate, decay, norm = json.loads(str(NETS[f"{name}.case"]))
    variant = Variant(
        hidden=(8, 7),
        activation=activation,
        optimizer={"name": optimizer, "rate": rate},
        weight_decay={"rate": decay} if decay else None,
        batch_norm={} if norm else None,
        batch_size=10,
        steps=30,
        evaluate_every=1,
        precision=precision,
    )
    images, labels = NETS["images"].astype(precision), NETS["labels"]
    trainer = Trainer(
        variant, TrainingData(variant, Dataset(images, labels, images, labels)), seed=0
    )
    network = trainer.network
    start = {key[6:]: array for key, array in NETS.items() if key.startswith("start.")}
    network.set_arrays(network.arrays() | start)
    batches = iter(NETS["batches"])
    trainer.batches.draw = lambda steps: np.array([next(batches) for _ in range(steps)])
    for _ in trainer.evaluations():
        pass
    for key, found in network.arrays().items():
        if key.startswith("running_mean"):
            continue  # torch's holds the biases under the norm, which cancel; we have none
        expected = NETS[f"{name}.end.{key}"]
        change = np.abs(expected - start.get(key, 0)).max()
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * change)
    if not decay:
        losses = trainer.run.history["loss"]
        np.testing.assert_allclose(losses, NETS[f"{name}.losses"], rtol=max(tolerance, 1e-10))


# Runs


@pytest.mark.parametrize(
    ("steps", "every", "expected"),
    [
        (40, 15, [1, 16, 31, 40]),
        (31, 15, [1, 16, 31]),
        (3, 1, [1, 2, 3]),
        (5, 600, [1, 5]),
        (1, 600, [1]),
    ],
)
def test_evaluations_after_1_and_every_so_many_and_the_last(steps, every, expected):
    (run,) = train(SMALL | {"steps": steps, "evaluate_every": every}, pictures(), [0])
    assert run.history["step"] == expected


EVERYTHING = {"batch_norm": {}, "dropout": {}, "weight_decay": {}}


@pytest.mark.parametrize("more", [{}, EVERYTHING, {"optimizer": {"name": "adamw"}}])
def test_a_run_is_a_function_of_variant_data_and_seed(more):
    data = pictures()
    once = train(SMALL | more, data, [3, 5])
    again = train(SMALL | more, data, [5])
    assert result(once[1]) == result(again[0])
    assert result(once[0]) != result(once[1])


def test_it_learns_and_says_the_truth_about_it():
    data = pictures()
    (run,) = train(SMALL | {"steps": 300}, data, [0])
    assert run.test_accuracy > 0.95
    assert run.test_accuracy == accuracy(run.network, data.test_images, data.test_labels)
    assert run.train_accuracy == accuracy(run.network, data.train_images, data.train_labels)
    assert (run.test_predictions == run.network.predict(data.test_images)).all()


def test_variants_of_a_seed_start_alike_and_see_the_same_batches():
    data = pictures()
    trainers = []
    for more in ({"init": "he"}, {"init": {"normal": 1.0}, **EVERYTHING}):
        variant = Variant.from_mapping(SMALL | more)
        trainers.append(Trainer(variant, TrainingData(variant, data), seed=7))
    he, unit = (trainer.network.arrays() for trainer in trainers)
    np.testing.assert_allclose(he["W1"], unit["W1"] * np.sqrt(2 / 40), rtol=1e-6)
    np.testing.assert_allclose(he["W2"], unit["W2"] * np.sqrt(2 / 12), rtol=1e-6)
    assert (trainers[0].batches.draw(9) == trainers[1].batches.draw(9)).all()


def test_pixels_that_are_dark_in_training_keep_their_weights_but_count_in_tests():
    data = pictures()
    variant = Variant.from_mapping(SMALL)
    before = Trainer(variant, TrainingData(variant, data), seed=0).network.arrays()["W1"]
    (run,) = train(variant, data, [0])
    after = run.network.arrays()["W1"]
    assert (after[:12] == before[:12]).all() and (after[12:] != before[12:]).any(axis=1).all()
    dark = data.test_images.copy()
    dark[:, :12] = 0
    differ = run.network.predict_proba(dark) != run.network.predict_proba(data.test_images)
    assert differ.any()
    np.testing.assert_array_equal(run.test_predictions, run.network.predict(data.test_images))


@pytest.mark.parametrize(
    "more", [{"weight_decay": {"rate": 0.1}}, {"optimizer": {"name": "adamw"}}]
)
def test_decay_reaches_the_weights_of_dark_pixels(more):
    data = pictures()
    variant = Variant.from_mapping(SMALL | more)
    before = Trainer(variant, TrainingData(variant, data), seed=0).network.arrays()["W1"]
    (run,) = train(variant, data, [0])
    after = run.network.arrays()["W1"][:12]
    assert (np.abs(after).sum() < np.abs(before[:12]).sum()) and (after != before[:12]).all()


def test_dark_pixels_left_out_and_sparse_ones_change_nothing_but_rounding():
    data = pictures()
    data.train_images[:, 26:] *= data.train_images[:, 26:] > 57  # now seldom lit
    full = Variant.from_mapping(SMALL | {"precision": "float64", "steps": 5})
    training = TrainingData(full, data)
    assert (training.always_zero, training.images.split) == (8, 24)  # 28 and 4 more, 14 and 2 more
    (one,) = train(full, data, [0])
    training.images, training.test_images = data.train_images, data.test_images
    training.order, training.always_zero = None, 0
    trainer = Trainer(full, training, seed=0)
    list(trainer.evaluations())
    for measure in ("train_accuracy", "test_accuracy"):
        assert one.history[measure] == trainer.run.history[measure]
    np.testing.assert_array_equal(one.test_predictions, trainer.run.test_predictions)
    for name, array in one.network.arrays().items():
        np.testing.assert_allclose(array, trainer.network.arrays()[name], rtol=1e-9, atol=1e-12)


def test_schedule_and_rate_are_in_the_history():
    variant = SMALL | {"schedule": {"name": "step", "every": 10, "factor": 0.5}}
    (run,) = train(variant | {"optimizer": {"name": "sgd", "rate": 0.4}}, pictures(), [0])
    assert run.history["learning_rate"] == [0.4, 0.2, 0.05, 0.05]


# The quirks of the chapter's code


def test_dropout_left_on_makes_accuracy_a_draw():
    data = pictures()
    quirk = {"ratio": 0.4, "inverted": False, "active_in_evaluation": True}
    net, right = SMALL | {"steps": 200}, quirk | {"active_in_evaluation": False}
    (on,) = train(net | {"dropout": quirk}, data, [0])
    (off,) = train(net | {"dropout": right}, data, [0])
    assert result(on)[0] == result(off)[0]  # the same is learnt
    assert on.test_accuracy < off.test_accuracy
    draws = {on.network.predict(data.test_images, stream(s)).tobytes() for s in range(5)}
    assert len(draws) == 5


def test_dropout_at_rest_is_x_times_one_minus_ratio_in_the_chapters_form():
    data = pictures()
    net = SMALL | {"hidden": [12], "precision": "float64"}
    (run,) = train(net | {"dropout": {"ratio": 0.4, "inverted": False}}, data, [0])
    w = run.network.arrays()
    x = data.test_images / 255
    logits = np.maximum(x @ w["W1"] + w["b1"], 0) * 0.6 @ w["W2"] + w["b2"]
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(run.network.predict_proba(data.test_images), expected, rtol=1e-9)


def test_decay_in_the_loss_only_leaves_the_weights_to_the_bit():
    data = pictures()
    (plain,) = train(SMALL, data, [0])
    (quirk,) = train(SMALL | {"weight_decay": {"rate": 0.1, "in": "loss"}}, data, [0])
    (right,) = train(SMALL | {"weight_decay": {"rate": 0.1}}, data, [0])
    assert result(quirk)[0] == result(plain)[0]
    assert result(right)[0] != result(plain)[0]
    variant = Variant.from_mapping(SMALL)
    start = Trainer(variant, TrainingData(variant, data), seed=0).network.arrays()
    penalty = 0.1 / 2 * sum((w.astype(float) ** 2).sum() for n, w in start.items() if n[0] == "W")
    for run in (quirk, right):
        assert run.history["loss"][0] - plain.history["loss"][0] == pytest.approx(penalty, rel=1e-6)


def test_a_penalty_that_is_only_printed_ends_no_run():
    data = pictures()
    net = SMALL | {"steps": 400, "evaluate_every": 100, "init": {"normal": 0.01}}
    (plain,) = train(net, data, [0])
    (quirk,) = train(net | {"weight_decay": {"rate": 9.0, "in": "loss"}}, data, [0])
    assert quirk.history["loss"][-1] > 10 * quirk.history["loss"][0]
    assert quirk.diverged is None and result(quirk)[0] == result(plain)[0]


@pytest.mark.parametrize("rate", [0.01, 1e30])
def test_seconds_are_those_of_the_steps_that_count(rate, monkeypatch):
    """By a clock that goes 1 ms a step: steps of a block taken after divergence cost nothing."""
    now, step = [0.0], Trainer._step

    def ticking(self, *arguments):
        now[0] += 0.001
        return step(self, *arguments)

    monkeypatch.setattr(trainer.time, "process_time", lambda: now[0])
    monkeypatch.setattr(Trainer, "_step", ticking)
    net = SMALL | {"steps": 900, "evaluate_every": 900}
    (run,) = train(net | {"optimizer": {"name": "sgd", "rate": rate}}, pictures(), [0])
    assert now[0] == pytest.approx(0.9 if rate < 1 else 0.041)  # a block ends where the clock looks
    assert (run.diverged or 900) == run.updates
    assert (run.updates < 10) == (rate > 1)
    assert run.us_per_step == pytest.approx(1000)
    assert run.seconds(run.updates) == pytest.approx(run.updates / 1000)


def test_batch_norm_of_constants_evaluates_with_the_statistics_of_the_whole_set():
    data = pictures(test=1203)  # more than a block
    norm = {"trainable": False, "running_statistics": False, "epsilon": 1e-6}
    net = SMALL | {"batch_norm": norm, "precision": "float64"}
    (run,) = train(net, data, [0])
    w = run.network.arrays()
    assert sorted(w) == ["W1", "W2", "W3", "b3"]
    x = data.test_images / 255
    for i in (1, 2):
        x = x @ w[f"W{i}"]
        x = np.maximum((x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-6), 0)
    expected = (x @ w["W3"] + w["b3"]).argmax(axis=1)
    assert (run.test_predictions == expected).all()
    assert (run.network.predict(data.test_images) == expected).all()


def test_the_same_spread_for_every_layer():
    data = pictures()
    variant = Variant.from_mapping(SMALL | {"hidden": [500, 400], "init": {"normal": 0.2}})
    arrays = Trainer(variant, TrainingData(variant, data), seed=0).network.arrays()
    for name in ("W1", "W2", "W3"):
        assert arrays[name].std() == pytest.approx(0.2, rel=0.05)  # √(2/50), whatever fan_in


@pytest.mark.parametrize("steps", [1, 8])
def test_loss_after_the_update_is_that_of_the_new_weights(steps):
    data = pictures()
    net = SMALL | {"steps": steps, "evaluate_every": 3, "precision": "float64"}
    (before,) = train(net, data, [0])
    (after,) = train(net | {"loss_taken": "after_update"}, data, [0])
    assert result(before)[0] == result(after)[0]
    variant = Variant.from_mapping(net)
    indices = Trainer(variant, TrainingData(variant, data), seed=0).batches.draw(steps)[-1]
    chance = after.network.predict_proba(data.train_images[indices])
    expected = -np.log(chance[np.arange(10), data.train_labels[indices]]).mean()
    assert after.history["loss"][-1] == pytest.approx(expected, rel=1e-12)
    assert before.history["loss"][-1] != pytest.approx(expected, rel=1e-3)


# Divergence


@pytest.mark.parametrize("rate", [100, 1e30])
def test_divergence_is_a_result(rate):
    data = pictures()
    sgd = {"optimizer": {"name": "sgd", "rate": rate}}
    (run,) = train(SMALL | sgd, data, [0])
    commonest = np.bincount(data.train_labels).argmax()
    assert run.diverged == run.history["step"][-1] <= 40
    assert run.train_accuracy == np.mean(data.train_labels == commonest)
    assert run.test_accuracy == np.mean(data.test_labels == commonest)
    assert (run.test_predictions == commonest).all()
    assert len({len(series) for series in run.history.values()}) == 1


def test_a_hard_start_is_not_divergence():
    (run,) = train(SMALL | {"init": {"normal": 3.0}, "steps": 200}, pictures(), [0])
    assert run.history["loss"][0] > 10 and run.diverged is None


# Data and seeds that cannot be meant


def test_what_does_not_fit_is_said_before_the_first_step():
    data = pictures()
    for more, words in [
        ({"batch_size": 201}, "batch_size: 201 of 200 training images; use at most 200"),
        ({"train_images": 5}, "batch_size: 10 of 5 training images; use at most 5"),
        ({"train_images": 999}, "train_images: 999 of 200; use at most 200"),
    ]:
        with pytest.raises(SpecError) as error:
            train(SMALL | more, data, [0])
        assert words in str(error.value)
    with pytest.raises(DataError, match="square images of uint8; found 40 values of uint8"):
        train(SMALL | {"augment": {}}, data, [0])
    for seeds in ([], [0, 0], [-1], [0.5], [True]):
        with pytest.raises(SpecError, match="seeds"):
            train(SMALL, data, seeds)


def test_lists_will_do_for_data():
    data = Dataset([[0.0, 1.0], [1.0, 0.0]], [1, 0], [[0.0, 1.0]], [1])
    (run,) = train({"hidden": [], "batch_size": 2, "steps": 50}, data, [0])
    assert run.test_accuracy == 1


def test_the_clock_changes_nothing_but_itself():
    data, net = pictures(), SMALL | {"steps": 300, "evaluate_every": 100, "dropout": {}}
    (often,) = train(net | {"levels": [0.5]}, data, [3])
    (never,) = train(net | {"levels": []}, data, [3])
    assert result(often)[0] == result(never)[0] and often.history == never.history
    assert never.clock["step"] == [101, 201, 300] and len(often.clock["step"]) > 3
    whole = dict(zip(often.clock["step"], often.clock["test_accuracy"], strict=True))
    pairs = zip(often.history["step"], often.history["test_accuracy"], strict=True)
    for step, accuracy in list(pairs)[1:]:
        assert whole[step] == accuracy


def test_the_chapters_second_forward_pass_is_timed_at_every_update(monkeypatch):
    passes, forward = [], trainer.forward
    monkeypatch.setattr(trainer, "forward", lambda *given: passes.append(1) or forward(*given))
    variant = Variant.from_mapping(SMALL | {"loss_taken": "after_update"})
    made = Trainer(variant, TrainingData(variant, pictures()), 0)
    for timed, expected in ((False, 11), (True, 20)):
        made.timed = timed
        passes.clear()
        made.advance(10)
        assert len(passes) == expected

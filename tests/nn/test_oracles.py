"""Against PyTorch's own answers, recorded by tests/oracles/record_training.py.

In float64 to 1e-10; in float32 to 1e-4 of the change.
"""

from pathlib import Path

import numpy as np
import pytest

from onescale.nn import layers
from onescale.nn.initializers import INITIALIZERS, draw
from onescale.nn.losses import SoftmaxCrossEntropy, mean_losses, softmax
from onescale.nn.optimizers import OPTIMIZERS
from onescale.nn.schedules import SCHEDULES, Cosine, Step, Warmup

ORACLES = Path(__file__).parents[1] / "oracles"


class Recorded(dict):
    def __missing__(self, key):
        pytest.fail(
            f"{key}: not recorded; give it a line in {ORACLES.name}/record_training.py, run it"
        )


@pytest.fixture(scope="module")
def paths():
    return Recorded(np.load(ORACLES / "optimizers.npz"))


@pytest.fixture(scope="module")
def parts():
    return Recorded(np.load(ORACLES / "parts.npz"))


def assert_close(found, expected, tolerance=1e-10):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1])
@pytest.mark.parametrize("name", OPTIMIZERS)
class TestOptimizers:
    def follow(self, name, rate, start, gradients, dtype):
        optimizer = OPTIMIZERS[name](rate=rate).allocate(len(start), dtype)
        p, path = start.astype(dtype), []
        for gradient in gradients.astype(dtype):
            optimizer.step(p, gradient)
            path.append(p.copy())
        assert p.dtype == dtype
        return np.array(path)

    def test_path_of_torch(self, name, rate, paths):
        found = self.follow(name, rate, paths["start"], paths["gradients"], "float64")
        assert_close(found, paths[f"path.{name}.{rate}"])

    def test_path_of_torch_in_float32(self, name, rate, paths):
        expected = paths[f"path.{name}.{rate}"]
        found = self.follow(name, rate, paths["start"], paths["gradients"], "float32")
        change = np.abs(expected - paths["start"]).max(axis=0)
        rounding = 30 * np.spacing(np.abs(expected).max(axis=0).astype("float32"))
        assert (np.abs(found - expected).max(axis=0) <= 1e-4 * change + rounding).all()

    def test_same_again(self, name, rate, paths):
        once, again = (
            self.follow(name, rate, paths["start"], paths["gradients"], "float32") for _ in "ab"
        )
        assert once.tobytes() == again.tobytes()

    def test_goes_on_from_its_state(self, name, rate, paths):
        start, gradients = paths["start"], paths["gradients"]
        whole = self.follow(name, rate, start, gradients, "float64")
        first = OPTIMIZERS[name](rate=rate).allocate(len(start))
        p = start.copy()
        for gradient in gradients[:12]:
            first.step(p, gradient)
        second = OPTIMIZERS[name](rate=rate).allocate(len(start))
        second.restore(first.state())
        for gradient in gradients[12:]:
            second.step(p, gradient)
        assert p.tobytes() == whole[-1].tobytes()

    def test_leaves_the_gradient_alone(self, name, rate, paths):
        gradient = paths["gradients"][0].copy()
        OPTIMIZERS[name](rate=rate).allocate(len(gradient)).step(paths["start"].copy(), gradient)
        assert gradient.tobytes() == paths["gradients"][0].tobytes()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_descends_on_a_bowl(name):
    optimizer = OPTIMIZERS[name]().allocate(2)
    p, scale = np.array([3.0, -2.0]), np.array([1.0, 0.3])
    height = [float(scale @ p**2)]
    for _ in range(300):
        optimizer.step(p, 2 * scale * p)
        height.append(float(scale @ p**2))
    assert height[-1] < height[150] < height[0]


@pytest.mark.parametrize("name", [n for n in OPTIMIZERS if n != "adamw"])
def test_zero_gradients_move_nothing(name, paths):
    p = paths["start"].copy()
    optimizer = OPTIMIZERS[name]().allocate(len(p))
    for _ in range(5):
        optimizer.step(p, np.zeros_like(p))
    assert p.tobytes() == paths["start"].tobytes()


def test_adamw_decays_weights_alone():
    p = np.ones(4)
    optimizer = OPTIMIZERS["adamw"](rate=0.1, weight_decay=0.5).allocate(4, weight_count=3)
    optimizer.step(p, np.zeros(4))
    assert_close(p, [0.95, 0.95, 0.95, 1.0])


def test_batch_norm(parts):
    gradients, running = (np.empty(5), np.empty(5)), np.array([np.zeros(5), np.ones(5)])
    gamma, beta = parts["norm.gamma"], parts["norm.beta"]
    layer = layers.BatchNorm(7, running, 0.1, 0.01, (gamma, beta, *gradients))
    assert_close(layer.forward(parts["norm.x"].copy()), parts["norm.y"])
    assert_close(layer.backward(parts["norm.d"].copy()), parts["norm.dx"])
    assert_close(gradients, [parts["norm.dgamma"], parts["norm.dbeta"]])
    assert_close(running, [parts["norm.mean"], parts["norm.variance"]])
    unbiased = np.array([running[0], (running[1] - 0.9) * 7 / 6 + 0.9])  # torch's own
    inference = layers.BatchNormInference(unbiased, 0.01, gamma, beta)
    assert_close(inference.forward(parts["norm.x"].copy()), parts["norm.evaluated"])


def test_moments_of_the_whole_set():
    x = np.random.default_rng(1).normal(1e4, 1, size=(2503, 3)).astype("float32")
    mean, variance = layers.column_moments(x)
    assert_close(mean, x.mean(axis=0, dtype="float64"), 1e-12)
    assert_close(variance, x.var(axis=0, dtype="float64"), 1e-9)


@pytest.mark.parametrize("inverted", [True, False])
def test_dropout_with_the_mask_of_torch(inverted, parts):
    layer = layers.Dropout(0.15, inverted, (6, 9), "float64", np.random.default_rng(0))
    layer.draw = lambda on: np.copyto(on, parts["dropout.y"] != 0)
    factor = 1 if inverted else 0.85  # torch's is the inverted form
    assert_close(layer.forward(parts["dropout.x"].copy()), parts["dropout.y"] * factor)
    assert_close(layer.backward(parts["dropout.d"].copy()), parts["dropout.dx"] * factor)


@pytest.mark.parametrize("ratio", [0.0, 0.15, 0.5, 0.9])
def test_dropout_keeps_its_ratio(ratio):
    random = np.random.Generator(np.random.SFC64(1))
    layer = layers.Dropout(ratio, True, (1000, 1000), "float32", random)
    layer.forward(np.ones((1000, 1000), "float32"))
    off = 1 - layer.on.mean()
    assert abs(off - ratio) <= 5 * np.sqrt(ratio * (1 - ratio) / 1e6)


def test_loss_at_extreme_logits(parts):
    logits = np.ascontiguousarray(parts["loss.logits"].T)
    rows = logits.shape[1]
    loss = SoftmaxCrossEntropy(4, rows, "float64")
    targets = parts["loss.labels"] * rows + np.arange(rows)
    sums, scores = np.empty(rows), np.empty(rows)
    loss.forward(logits, targets, sums, scores)
    assert_close(mean_losses(sums[:, None], scores[:, None]), parts["loss.each"])
    assert_close(loss.backward(targets, sums).T, parts["loss.gradient"])


def test_softmax_sums_to_one(parts):
    found = softmax(parts["loss.logits"].T)
    assert_close(found.sum(axis=0), np.ones(8))
    assert found.min() >= 0


RECORDED_AT = {"step": Step(7, 0.3), "cosine": Cosine(0.1), "warmup": Warmup(20)}


@pytest.mark.parametrize("name", [n for n in SCHEDULES if n != "constant"])
def test_schedule_of_torch(name, parts):
    schedule = RECORDED_AT.get(name) or SCHEDULES[name]()
    found = [schedule(update, 50) for update in range(1, 51)]
    assert_close(found, parts[f"schedule.{name}"])
    assert type(schedule) is SCHEDULES[name]


def test_constant_schedule():
    assert [SCHEDULES["constant"]()(update, 9) for update in (1, 5, 9)] == [1, 1, 1]


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initial_weights_have_the_moments_of_torch(name, parts):
    weights = draw(name, 784, 500, np.random.default_rng(5))
    mean, std, kurtosis = parts[f"init.{name}"]
    noise = 1 / np.sqrt(2 * weights.size)  # of a standard deviation, relative
    assert abs(weights.std() / std - 1) < 6 * noise
    assert abs(weights.mean() - mean) < 6 * std / np.sqrt(weights.size)
    assert abs((weights**4).mean() / weights.std() ** 4 - kurtosis) < 0.1


def test_xavier_is_not_glorot():
    assert INITIALIZERS["xavier"](100, 50) == 0.1
    assert INITIALIZERS["glorot"](100, 100) == 0.1
    assert INITIALIZERS["he"](50, 7) == 0.2  # √(2/50), the chapter's for every layer

"""Every layer and whole nets in float64, against central differences."""

import numpy as np
import pytest

from onescale.nn import layers
from onescale.nn.activations import ACTIVATIONS
from onescale.nn.losses import SoftmaxCrossEntropy, mean_losses
from onescale.nn.sparse import arrange
from onescale.training.network import Network
from onescale.training.variant import Variant

ROWS, NODES = 9, 5


def random(seed=0):
    return np.random.Generator(np.random.SFC64(seed))


def differences(f, x, step=1e-6):
    """Gradient of the number f() by the array x, moved in place."""
    found = np.empty_like(x)
    for i in np.ndindex(x.shape):
        middle = x[i]
        x[i] = middle + step
        above = f()
        x[i] = middle - step
        below = f()
        x[i] = middle
        found[i] = (above - below) / (2 * step)
    return found


def affine(kind):
    draw = random(1)
    weights, bias = draw.normal(size=(NODES, 4)), draw.normal(size=4)
    gradients = (np.empty_like(weights), np.empty_like(bias))
    layer = kind(weights, bias, ROWS, gradients)
    return layer, dict(zip((0, 1), zip((weights, bias), gradients, strict=True), strict=True))


def batch_norm(trainable):
    draw = random(2)
    gamma, beta, *gradients = draw.normal(size=(4, NODES))
    trained = (gamma, beta, *gradients) if trainable else None
    layer = layers.BatchNorm(ROWS, np.zeros((2, NODES)), 0.1 if trainable else 0, 0.01, trained)
    return layer, {0: (gamma, gradients[0]), 1: (beta, gradients[1])} if trainable else {}


def dropout(inverted):
    layer = layers.Dropout(0.4, inverted, (ROWS, NODES), "float64", random(3))
    mask = random(4).random((ROWS, NODES)) > 0.4
    layer.draw = lambda on: np.copyto(on, mask)
    return layer, {}


LAYERS = {
    "affine": lambda: affine(layers.Affine),
    "logits": lambda: affine(layers.Logits),
    "batch norm": lambda: batch_norm(True),
    "batch norm of constants": lambda: batch_norm(False),
    "dropout": lambda: dropout(True),
    "dropout of the chapter": lambda: dropout(False),
} | {
    name: lambda kind=kind: (kind(ROWS, NODES, "float64"), {}) for name, kind in ACTIVATIONS.items()
}


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name):
    layer, parameters = LAYERS[name]()
    x = random(5).normal(size=(ROWS, NODES))
    x += np.sign(x) * 1e-3  # away from the corner of ReLU
    direction = random(6).normal(size=layer.forward(x.copy()).shape)

    def value():
        return float((layer.forward(x.copy()) * direction).sum())

    by_input = differences(value, x)
    by_parameter = {k: differences(value, array) for k, (array, _) in parameters.items()}
    value()
    found = layer.backward(direction.copy())
    np.testing.assert_allclose(found, by_input, rtol=1e-6, atol=1e-8)
    for k, (_, gradient) in parameters.items():
        np.testing.assert_allclose(gradient, by_parameter[k], rtol=1e-6, atol=1e-8)


def test_loss():
    loss = SoftmaxCrossEntropy(4, ROWS, "float64")
    logits = random(7).normal(size=(4, ROWS)) * 3
    targets = random(8).integers(4, size=ROWS) * ROWS + np.arange(ROWS)
    sums, scores = np.empty((2, 1, ROWS))

    def value():
        loss.forward(logits, targets, sums[0], scores[0])
        return float(mean_losses(sums, scores)[0])

    expected = differences(value, logits)
    value()
    found = loss.backward(targets, sums[0])
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


NETS = {
    "no hidden layer": {"hidden": []},
    "relu": {"hidden": [6]},
    "sigmoid": {"hidden": [6, 5], "activation": "sigmoid", "init": "xavier"},
    "tanh": {"hidden": [6, 5, 4], "activation": "tanh", "init": "glorot"},
    "batch norm": {"hidden": [6, 5], "batch_norm": {}},
    "batch norm of constants": {"hidden": [6], "batch_norm": {"trainable": False}},
    "dropout": {"hidden": [6, 5], "activation": "tanh", "dropout": {"ratio": 0.3}},
    "dropout of the chapter": {"hidden": [6, 5], "dropout": {"ratio": 0.3, "inverted": False}},
    "all": {"hidden": [6, 5], "activation": "sigmoid", "batch_norm": {}, "dropout": {}},
}


@pytest.mark.parametrize("split", [0, 5, 8])
@pytest.mark.parametrize("pixels", ["uint8", "float64"])
@pytest.mark.parametrize("name", NETS)
def test_whole_net(name, pixels, split):
    variant = Variant.from_mapping({"precision": "float64"} | NETS[name])
    inputs, order, always_zero = 8, np.array([4, 1, 0, 2, 3, 5, 6, 7]), 2
    network = Network(variant, inputs, 3, order).initialize(random(9))
    parameters = network.parameters
    parameters.values += random(10).normal(size=parameters.size) * 0.1
    dropped = random(11)
    stack = network.training_layers(ROWS, 1 / 255 if pixels == "uint8" else 1.0, dropped)
    loss = SoftmaxCrossEntropy(3, ROWS, "float64")
    images = random(12).integers(256, size=(ROWS, inputs)).astype(pixels)
    images[:, [4, 1]] = 0
    images[1:, 0] = 0
    if pixels == "float64":
        images /= 255
    images = arrange(images, order, split, "float64")
    targets = random(13).integers(3, size=ROWS) * ROWS + np.arange(ROWS)
    sums, scores = np.empty((2, 1, ROWS))
    start = dropped.bit_generator.state

    def value():
        dropped.bit_generator.state = start  # the same mask every time
        x = images
        for layer in stack:
            x = layer.forward(x)
        loss.forward(x, targets, sums[0], scores[0])
        return float(mean_losses(sums, scores)[0])

    expected = differences(value, parameters.values)
    parameters.gradients.fill(9)  # what an earlier batch left behind
    value()
    d = loss.backward(targets, sums[0])
    for layer in reversed(stack):
        d = layer.backward(d)
    assert not expected[: always_zero * network.sizes[1]].any()
    np.testing.assert_allclose(parameters.gradients, expected, rtol=1e-5, atol=1e-8)
    assert np.abs(parameters.gradients).max() > 1e-3  # the comparison is of something

"""Spread of activations before training, against what theory and the textbook say of it."""

import math

import numpy as np
import pytest
from scipy import special

from onescale.nn.activations import ACTIVATIONS, INITS, spread


def test_shapes_and_determinism():
    layers = spread("xavier", "tanh", layers=3, nodes=40, inputs=200, seed=5)
    assert [values.shape for values in layers] == [(200, 40)] * 3
    again = spread("xavier", "tanh", layers=3, nodes=40, inputs=200, seed=5)
    assert all(np.array_equal(a, b) for a, b in zip(layers, again, strict=True))
    assert not np.array_equal(layers[0], spread("xavier", "tanh", 3, 40, 200, seed=6)[0])


def test_sigmoid_is_scipys():
    x = np.linspace(-40, 40, 801)
    found = ACTIVATIONS["sigmoid"](1, 801, "float64").forward(x[None].copy())
    np.testing.assert_allclose(found[0], special.expit(x), rtol=1e-12)


def test_he_keeps_the_second_moment_of_relu():
    """E[y²] of a layer is that of the one before: He's √(2/n) makes up for the half cut off."""
    for values in spread("he", "relu", nodes=1000, inputs=500):
        assert np.mean(values**2) == pytest.approx(1.0, rel=0.15)


def test_small_weights_shrink_a_linear_range_a_hundredfold_in_ten_layers():
    stds = [values.std() for values in spread({"normal": 0.01}, "tanh")]
    # Near 0 tanh is the identity, so each layer multiplies the spread by 0.01·√100.
    ratios = np.divide(stds[1:], stds[:-1])
    np.testing.assert_allclose(ratios, 0.01 * math.sqrt(100), rtol=0.1)


def test_unit_weights_saturate_sigmoid_and_tanh():
    sigmoid = spread({"normal": 1.0}, "sigmoid")[-1]
    tanh = spread({"normal": 1.0}, "tanh")[-1]
    assert np.mean((sigmoid < 0.05) | (sigmoid > 0.95)) > 0.5
    assert np.mean(np.abs(tanh) > 0.95) > 0.5


def test_every_pair_of_the_figure_is_finite():
    for init in INITS.values():
        for activation in ACTIVATIONS:
            assert all(np.isfinite(values).all() for values in spread(init, activation))

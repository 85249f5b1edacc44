"""The paths on z = x²/20 + y², against end points recorded with the book's own optimisers."""

import numpy as np
import pytest

from onescale.core.errors import SpecError
from onescale.nn import surface


@pytest.mark.parametrize(
    ("name", "rate", "end"),
    [
        ("sgd", 0.95, (-0.3503929958, 0.0847823166)),
        ("momentum", 0.1, (0.8964138585, 0.0880856017)),
        ("adagrad", 1.5, (-0.1201623223, 0.0)),
        ("adam", 0.3, (0.1360068524, 0.3182453755)),
    ],
)
def test_the_chapters_paths_end_where_they_should(name, rate, end):
    points = surface.path({"name": name, "rate": rate})
    assert points.shape == (31, 2)
    assert tuple(points[0]) == (-7.0, 2.0)
    np.testing.assert_allclose(points[-1], end, rtol=0, atol=1e-9)


def test_the_gradient_is_that_of_the_surface():
    point, h = np.array([-3.0, 1.25]), 1e-6
    numeric = [
        (surface.height(*(point + step)) - surface.height(*(point - step))) / (2 * h)
        for step in np.eye(2) * h
    ]
    np.testing.assert_allclose(surface.gradient(point), numeric, rtol=1e-8)


def test_how_far_a_path_strays():
    there_and_back = np.array([(4.0, 3.0), (0.0, -3.0), (0.0, 0.0)])
    facts = surface.stray(there_and_back)
    assert facts["length_ratio"] == pytest.approx((np.hypot(4, 6) + 3) / 5)
    assert (facts["turns"], facts["distance"], facts["arrived"]) == (1, 0.0, True)
    chapter = {o["name"]: surface.stray(surface.path(o)) for o in surface.CHAPTER}
    assert chapter["sgd"]["turns"] == 30  # 1 − 2·0.95 = −0.9: y changes sign at each update
    assert all(
        chapter["sgd"]["length_ratio"] > 2 * chapter[n]["length_ratio"]
        for n in ("momentum", "adagrad", "adam")
    )


@pytest.mark.parametrize("rate", [1e3, 1e300])
def test_a_path_that_leaves_the_floats_is_endless(rate):
    with np.errstate(over="ignore", invalid="ignore"):
        facts = surface.stray(surface.path({"name": "sgd", "rate": rate}, updates=300))
    assert (facts["length_ratio"], facts["distance"]) == (np.inf, np.inf)
    assert facts["turns"] >= 0 and not facts["arrived"]


def test_turns_that_cannot_be_seen_are_not_counted():
    heights = 3.0 * np.array([1, -0.5, 0.02, -0.011, 0.009, -1e-9, 1e-15, -1e-15, 0])
    assert surface.stray(np.column_stack([np.linspace(4, 0, 9), heights]))["turns"] == 3


@pytest.mark.parametrize(("left", "arrived"), [(0.5, True), (0.500001, False)])
def test_a_path_arrives_within_a_tenth_of_its_distance(left, arrived):
    assert surface.stray(np.array([(-4.0, 3.0), (left, 0.0)]))["arrived"] == arrived


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"optimizers": [{"name": "adan"}]}, "did you mean 'adam'"),
        ({"optimizers": [{"name": "adam", "rate": -1}]}, "rate"),
        ({"optimisers": []}, "did you mean 'optimizers'"),
        ({"start": [1]}, "two numbers"),
        ({"updates": 0}, "updates"),
        ({"optimizers": []}, "at least one"),
        ([], "surface: .* must be a mapping"),
    ],
)
def test_a_descent_that_cannot_be_meant(given, words):
    with pytest.raises(SpecError, match=words):
        descent = surface.Descent.from_mapping(given)
        surface.path(descent.optimizers[0], descent.start, descent.updates)

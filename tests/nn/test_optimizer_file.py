"""An optimiser in a file: the example held to its paper, and every way to get one wrong."""

import re

import numpy as np
import pytest

from onescale import Dataset, train
from onescale.core.errors import SpecError
from onescale.nn import optimizer_file
from onescale.nn.optimizers import Adam
from places import ROOT

LION = {"name": "lion", "file": str(ROOT / "docs/examples/lion.py"), "class": "Lion"}
HEAD = """from dataclasses import dataclass
import numpy as np
from onescale.nn.optimizers import Adam, Optimizer, number
"""
GOOD = """
@dataclass
class Mine(Optimizer):
    boost: float = number(2.0, "(0, inf)")
    slots = ("velocity",)
    def update(self, p, g):
        self.velocity += g
        p -= self.rate * self.boost * self.velocity
"""


def paper(p, gradients, weights, rate, beta1, beta2, decay):
    """Algorithm 2 of Chen et al. 2023, a parameter at a time; λ for weights alone."""
    p, m = list(p), [0.0] * len(p)
    for g in gradients:
        for i in range(len(p)):
            c = beta1 * m[i] + (1 - beta1) * g[i]
            own = decay if i < weights else 0.0
            p[i] -= rate * ((c > 0) - (c < 0) + own * p[i])
            m[i] = beta2 * m[i] + (1 - beta2) * g[i]
    return p


@pytest.mark.parametrize("decay", [0.0, 0.5])
def test_lion_is_that_of_its_paper(decay):
    random = np.random.default_rng(0)
    start, gradients = random.normal(size=6), random.normal(size=(40, 6))
    settings = {"rate": 0.003, "beta1": 0.8, "beta2": 0.95, "weight_decay": decay}
    optimizer = optimizer_file.build(LION | settings, "x").allocate(6, weight_count=4)
    p = start.copy()
    for g in gradients:
        optimizer.step(p, g)
    np.testing.assert_allclose(
        p, paper(start.tolist(), gradients.tolist(), 4, 0.003, 0.8, 0.95, decay), rtol=1e-12
    )


def test_one_of_ours_is_built_as_before():
    assert optimizer_file.build({"name": "adam", "rate": 0.1}, "x") == Adam(rate=0.1)
    assert optimizer_file.build("adam", "x") == Adam()
    assert optimizer_file.canonical("sgd", "x") == {"name": "sgd", "rate": 0.01}
    assert optimizer_file.digest({"name": "sgd"}) is None


def test_the_canonical_mapping_has_every_setting_and_the_file():
    found = optimizer_file.canonical(LION, "x")
    assert found == LION | {"rate": 0.0001, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0}
    assert optimizer_file.canonical(found, "x") == found


@pytest.fixture
def written(tmp_path):
    def write(text, head=HEAD):
        path = tmp_path / "mine.py"
        path.write_text(head + text)
        return {"name": "mine", "file": str(path), "class": "Mine"}

    return write


def test_an_edit_of_the_file_is_another_class_and_digest(written):
    one = written(GOOD)
    assert optimizer_file.build(one, "x").boost == 2.0
    before = optimizer_file.digest(one)
    two = written(GOOD.replace("2.0", "3.0"))
    assert optimizer_file.build(two, "x").boost == 3.0
    assert optimizer_file.digest(two) != before


def test_annotations_may_be_put_off(written):
    mine = written(GOOD, head="from __future__ import annotations\n" + HEAD)
    assert optimizer_file.build(mine, "x").boost == 2.0


WRONG = [
    ("x = (", r"mine.py:4: '\(' was never closed"),
    ("import nothing_of_the_sort", r"mine.py:4: ModuleNotFoundError: No module named"),
    (GOOD.replace("Mine", "Mime"), "mine.py: unknown class 'Mine'; did you mean 'Mime'"),
    ("Mine = 3", "mine.py: unknown class 'Mine'"),
    ("class Mine: pass", "Mine must derive from onescale.nn.optimizers.Optimizer"),
    (GOOD.replace("@dataclass", ""), "it needs @dataclass above it"),
    ("class Mine(Optimizer): pass", "Mine: TypeError: Mine has no formula"),
    (GOOD.replace("self.velocity += g", "self.speed += g"), r"mine.py:10: Mine: AttributeError"),
    (GOOD.replace("+= g", "+= g\n        g *= 0"), "changes the gradient g"),
    (GOOD.replace("p -=", "p = p -"), "must change p in place"),
    (GOOD.replace("p -=", "p /= 0 *"), "must change p in place, to finite numbers"),
    (
        GOOD.replace("self.velocity += g", "self.t = getattr(self, 't', 0) + 1").replace(
            "self.velocity\n", "self.t * g\n"
        ),
        "belong into `slots`",
    ),
    ("class Mine(Optimizer):\n    def update(self, p, g, t): p -= g", r"Mine: TypeError"),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
def test_a_file_that_does_not_work_is_told_in_one_line(text, told, written):
    with pytest.raises(SpecError, match=told) as caught:
        optimizer_file.build(written(text), "optimizer")
    assert str(caught.value).startswith("optimizer: ") and "\n" not in str(caught.value)


def test_a_mistake_that_shows_later_is_told_with_its_place(written):
    later = "self.updates += 1; self.updates > 3 and self.speed"
    mine = written(GOOD.replace("self.velocity += g", f"self.velocity += g; {later}"))
    images = np.eye(4, dtype="float32")
    data = Dataset(images, np.arange(4), images, np.arange(4), name="four")
    given = {"optimizer": mine, "hidden": [3], "batch_size": 2, "steps": 9, "evaluate_every": 9}
    with pytest.raises(SpecError, match=r"mine.py:10: Mine: AttributeError: 'Mine' object has no"):
        train(given, data, [0])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"file": "no/such.py"}, "optimizer: no/such.py: No such file"),
        ({"file": "."}, "optimizer: .: is no file"),
        ({"file": 3}, "optimizer.file: 3 must be a text"),
        ({"class": None}, "optimizer.class: null must be a text"),
        ({"name": "adam"}, "'adam' is one of ours"),
        ({"bost": 1}, "optimizer: unknown key 'bost'; did you mean 'boost'"),
        ({"boost": 0}, "optimizer.boost: 0 must be a number above 0"),
    ],
)
def test_a_mapping_that_cannot_be_meant(change, told, written):
    with pytest.raises(SpecError, match=told):
        optimizer_file.build(written(GOOD) | change, "optimizer")


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "."])
def test_what_is_no_file_is_not_read(path):
    with pytest.raises(SpecError, match=f"optimizer: {re.escape(path)}: is no file"):
        optimizer_file.build({"name": "mine", "file": path, "class": "Mine"}, "optimizer")

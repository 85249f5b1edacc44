"""Claims as a configuration may have them: what cannot be meant is one line, before any run."""

import copy
import random
import re

import pytest

from made_up_claims import spec
from onescale.claims.spec import ClaimSpec
from onescale.claims.testing import Evidence, check, put_to_test
from onescale.core.errors import SpecError
from places import configuration

JUNK = [None, 0, -1, 1.5, "x", "", [], {}, [1], ["x"], {"x": 1}, True, float("nan"), 10**30, [None]]
KEYS = ("claims", "statistics", "seeds", "effects")


@pytest.mark.parametrize(
    ("measure", "made", "told"),
    [
        ("turns", {"surface": "adam"}, "needs a rate, or a list of them as rates"),
        ("turns", {"surface": "adam", "rate": 1, "rates": [1]}, "needs a rate, or a list"),
        ("turns", {"surface": "adan", "rate": 1}, "did you mean 'adam'"),
        ("turns", {"surface": "adam", "rates": [1, -1]}, "must be a number above 0"),
        ("piled_at_mean", {"spread": "he"}, "needs an activation"),
        ("piled_at_mean", {"spread": "hee", "activation": "relu"}, "did you mean 'he'"),
        ("piled_at_mean", {"spread": 7, "activation": "relu"}, "unknown value '7'"),
        ("piled_at_mean", {"spread": {"normal": -1}, "activation": "relu"}, "a number above 0"),
        ("piled_at_mean", {"spread": "he", "activation": "selu"}, "did you mean 'relu'"),
    ],
)
def test_a_path_or_an_untrained_net_that_cannot_be_made_is_told_before_runs(measure, made, told):
    part = {"of": made, "than": {"surface": "sgd", "rate": 0.9}, "test": "exact"}
    if measure != "turns":
        part = {"of": made, "test": "reaches", "level": 0.5}
    claim = {"words": "It is so.", "measure": measure, "settings": {"as_written": part}}
    with pytest.raises(SpecError, match=f"^claims.c.as_written: .*{re.escape(told)}"):
        check(ClaimSpec.from_mapping({"claims": {"c": claim}}))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"levels": 0.95}, "levels: 0.95 must be a list"),
        ({"levels": [0.95]}, "levels: [0.95] must be two, low and high"),
        ({"seeds": 5}, "seeds: 5 must be a list"),
        ({"effects": 7}, "effects: 7 must be a list"),
    ],
)
def test_what_must_be_a_list_is_told(change, told):
    with pytest.raises(SpecError, match=f"^{re.escape(told)}$"):
        ClaimSpec.from_mapping(spec({"tuned": {"of": "a", "than": "b"}}) | change)


def places(value, path=()):
    """The path to every value in mappings and lists."""
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from places(one, (*path, key))


def test_whatever_stands_in_claims_is_judged_or_told_in_one_line():
    given, random_ = configuration(), random.Random(20261128)
    judged = refused = 0
    for _ in range(400):
        changed = copy.deepcopy({key: given[key] for key in KEYS} | {"levels": [0.95, 0.97]})
        for name in random_.sample(list(changed["claims"]), len(changed["claims"]) - 2):
            del changed["claims"][name]
        *above, last = random_.choice(list(places(changed)))
        inner = changed
        for key in above:
            inner = inner[key]
        if isinstance(inner, dict) and random_.random() < 0.4:
            del inner[last]
        else:
            inner[last] = random_.choice(JUNK)
        try:
            check(wanted := ClaimSpec.from_mapping(changed))
            for _, _, hypothesis in wanted.hypotheses():
                put_to_test(hypothesis, Evidence({}, wanted.criteria))
            judged += 1
        except SpecError as error:
            refused += 1
            assert "\n" not in str(error)
    assert min(judged, refused) > 50

"""Files of tuning: what is written comes back, and anything else is refused by name."""

import json

import pytest

from onescale.core.errors import DataError
from onescale.runs import tuning

HISTORY = {"step": [1], "train_accuracy": [0.1], "accuracy": [0.1]}
RUN = {"seed": 9, "train_accuracy": 0.9, "accuracy": 0.8, "diverged": False, "history": HISTORY}
TRIAL = {"values": {"optimizer.rate": 0.1}, "accuracy": 0.8, "runs": [RUN]}
CHOICE = {"trial": 0, "values": TRIAL["values"], "accuracy": 0.8, "edge": [], "variant": {}}
RESULT = {
    "name": "tuned",
    "dataset": "made",
    "held_out": 20,
    "seeds": [9],
    "axes": ["optimizer.rate"],
    "trials": [TRIAL],
    "choice": CHOICE,
}


def test_a_result_comes_back_as_it_was_written(tmp_path):
    tuning.write(tmp_path / "deep" / "tuned.json", RESULT)
    assert tuning.read(tmp_path / "deep" / "tuned.json") == RESULT


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"choice": 3}, "'choice': it must be a mapping with trial, values"),
        ({"choice": CHOICE | {"edges": []}}, "'choice': unknown key 'edges'"),
        ({"trials": []}, "'trials' must list at least one"),
        ({"trials": [{}]}, "an entry of 'trials': it lacks 'values'"),
        ({"trials": [TRIAL | {"runs": None}]}, "an entry of 'trials': 'runs' must be a list"),
        ({"trials": [TRIAL | {"runs": [{}]}]}, "an entry of 'runs': it lacks 'seed'"),
        ({"seed": 1}, "unknown key 'seed'"),
    ],
)
def test_a_file_of_another_kind(change, words, tmp_path):
    path = tmp_path / "tuned.json"
    path.write_text(json.dumps(RESULT | change))
    with pytest.raises(DataError) as error:
        tuning.read(path)
    assert str(path) in str(error.value) and words in str(error.value)

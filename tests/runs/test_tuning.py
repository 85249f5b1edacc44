"""Files of tuning: what is written comes back, and anything else is refused by name."""

import json

import pytest

from onescale.core.errors import DataError
from onescale.runs import tuning

HISTORY = {"step": [1], "train_accuracy": [0.1], "accuracy": [0.1]}
RUN = {"seed": 9, "train_accuracy": 0.9, "accuracy": 0.8, "diverged": False, "history": HISTORY}
RUN |= {"score": 0.8}
FIGURES = {"values": {"optimizer.rate": 0.1}, "accuracy": 0.8, "score": 0.8, "error": None}
TRIAL = FIGURES | {"runs": [RUN]}
CHOICE = {"trial": 0, **FIGURES, "edge": [], "variant": {}}
RESULT = {
    "name": "tuned",
    "dataset": "made",
    "held_out": 20,
    "seeds": [9],
    "draws": None,
    "rungs": [{"keep": 1, "seeds": 1}],
    "objective": "accuracy",
    "level": None,
    "steps": 60,
    "axes": ["optimizer.rate"],
    "trials": [TRIAL],
    "choice": CHOICE,
}


def test_a_result_comes_back_as_it_was_written_with_its_seconds(tmp_path):
    path = tmp_path / "deep" / "tuned.json"
    tuning.write(path, RESULT, [[1.5]])
    timed = RESULT | {"trials": [TRIAL | {"runs": [RUN | {"seconds": 1.5}]}]}
    assert tuning.read(path) == timed
    path.with_suffix(".timing.json").unlink()
    assert tuning.read(path)["trials"][0]["runs"][0]["seconds"] is None


@pytest.mark.parametrize("seconds", [[], [[]], [[1.0, 2.0]], [[1.0], [1.0]]])
def test_seconds_of_other_runs(seconds, tmp_path):
    tuning.write(tmp_path / "tuned.json", RESULT, seconds)
    with pytest.raises(DataError, match=r"tuned.timing.json: 'seconds' are not of the runs"):
        tuning.read(tmp_path / "tuned.json")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"choice": 3}, "'choice': it must be a mapping with trial, values"),
        ({"choice": CHOICE | {"edges": []}}, "'choice': unknown key 'edges'"),
        ({"trials": []}, "'trials' must list at least one"),
        ({"trials": [{}]}, "'trials', entry 1: it lacks 'values'"),
        ({"trials": [TRIAL | {"runs": None}]}, "'trials', entry 1: 'runs': None is no list"),
        (
            {"trials": [TRIAL | {"runs": [{}]}]},
            "'trials', entry 1: 'runs', entry 1: it lacks 'seed'",
        ),
        ({"seed": 1}, "unknown key 'seed'"),
    ],
)
def test_a_file_of_another_kind(change, words, tmp_path):
    path = tmp_path / "tuned.json"
    path.write_text(json.dumps(RESULT | change))
    with pytest.raises(DataError) as error:
        tuning.read(path)
    assert str(path) in str(error.value) and words in str(error.value)

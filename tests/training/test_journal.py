"""A search that is killed goes on where it was, and leaves the bytes of one that never was."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from made_up_data import pictures
from onescale.core.errors import DataError
from onescale.nn import optimizer_file
from onescale.training import tuning
from onescale.training.journal import Journal
from onescale.training.tuning import tune
from onescale.training.variant import Variant

SEARCH = {
    "name": "tuned_sgd",
    "base": {"hidden": [8], "batch_size": 20, "steps": 60, "optimizer": {"name": "sgd"}},
    "vary": {"optimizer.rate": {"log_uniform": [1e-4, 0.5]}},
    "draws": 4,
    "held_out": 50,
    "seeds": [7, 8],
    "rungs": [{"keep": 5, "seeds": 1}, {"keep": 2, "seeds": 2}],
}


class Stop(Exception):
    pass


def stopped_after(count, folder, search=SEARCH):
    """A search that stops after so many runs, as if killed between two of them."""

    def report(number, *_):
        if number == count:
            raise Stop

    with pytest.raises(Stop):
        tune(search, pictures(), checkpoints=folder, report=report)
    return sorted(folder.glob("tuned_sgd.*.npz"))


@pytest.fixture
def trained(monkeypatch):
    """The seeds of runs that are truly trained."""
    seeds, trainer = [], tuning.Trainer
    monkeypatch.setattr(
        tuning, "Trainer", lambda v, data, seed: seeds.append(seed) or trainer(v, data, seed)
    )
    return seeds


def test_runs_that_are_done_are_not_trained_again(tmp_path, trained):
    whole = tune(SEARCH, pictures())
    trained.clear()
    stopped_after(3, tmp_path)
    assert len(trained) == 3
    again = tune(SEARCH, pictures(), checkpoints=tmp_path)
    assert len(trained) == 7 and json.dumps(again) == json.dumps(whole)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_cut_short_is_passed_over(tmp_path, trained):
    path, *others = stopped_after(3, tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    assert len(others) == 2
    assert json.dumps(tune(SEARCH, pictures(), checkpoints=tmp_path)) == json.dumps(
        tune(SEARCH, pictures())
    )
    assert len(trained) == 3 + 5 + 7


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\n", b"[1, 2, 3]\n", b"{}\n", b"PK\x05\x06" + bytes(18)]
)
def test_a_file_of_something_else_is_passed_over(content, tmp_path):
    for path in stopped_after(3, tmp_path):
        path.write_bytes(content)
    found = tune(SEARCH, pictures(), checkpoints=tmp_path)
    assert json.dumps(found) == json.dumps(tune(SEARCH, pictures()))


def test_runs_of_other_data_or_another_variant_are_not_used(tmp_path, trained):
    stopped_after(3, tmp_path)
    tune(SEARCH, pictures(seed=1), checkpoints=tmp_path)
    assert len(trained) == 3 + 7
    stopped_after(3, tmp_path)
    wider = SEARCH | {"base": SEARCH["base"] | {"hidden": [9]}}
    tune(wider, pictures(), checkpoints=tmp_path)
    assert len(trained) == 10 + 3 + 7


def test_more_draws_find_the_runs_of_fewer(tmp_path, trained):
    stopped_after(5, tmp_path)
    more = SEARCH | {"draws": 6, "rungs": [{"keep": 7, "seeds": 1}, {"keep": 2, "seeds": 2}]}
    tune(more, pictures(), checkpoints=tmp_path)
    assert len(trained) == 5 + 2 + 2


def test_an_edit_of_the_optimisers_file_is_another_run(tmp_path):
    path = tmp_path / "mine.py"
    text = "from onescale.nn.optimizers import SGD\nclass Mine(SGD): pass\n"
    path.write_text(text)
    variant = Variant(optimizer={"name": "mine", "file": str(path), "class": "Mine"})
    journal = Journal(tmp_path / "kept", "s", pictures())
    assert journal.run(variant, 0, lambda: {"score": 1}) == {"score": 1}
    assert journal.run(variant, 0, lambda: {"score": 2}) == {"score": 1}
    path.write_text(text + "# another\n")
    assert optimizer_file.digest(variant.optimizer)
    again = Journal(tmp_path / "kept", "s", pictures())
    assert again.run(variant, 0, lambda: {"score": 2}) == {"score": 2}
    assert again.run(variant, 1, lambda: {"score": 3}) == {"score": 3}


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot write a checkpoint: Not a directory"):
        tune(SEARCH, pictures(), checkpoints=tmp_path / "file")


KILLED = """
import json, sys
sys.path[:0] = json.loads(sys.argv[3])
from made_up_data import pictures
from onescale.training.tuning import tune
tune(json.loads(sys.argv[1]), pictures(), output=sys.argv[2] + "/t.json", checkpoints=sys.argv[2])
"""


def test_a_search_that_is_killed_ends_with_the_same_bytes(tmp_path):
    """kill -9 in the middle of a run, more than once."""
    search = SEARCH | {"base": SEARCH["base"] | {"steps": 2000}}
    folder = tmp_path / "killed"
    folder.mkdir()
    command = [sys.executable, "-c", KILLED, json.dumps(search), str(folder), json.dumps(sys.path)]
    for runs in (2, 4):
        process = subprocess.Popen(command)
        while process.poll() is None and len([*folder.glob("*.npz")]) < runs:
            time.sleep(0.005)
        assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not (folder / "t.json").exists()
    subprocess.run(command, check=True)
    tune(search, pictures(), output=tmp_path / "t.json")
    assert (folder / "t.json").read_bytes() == (tmp_path / "t.json").read_bytes()
    assert [*folder.glob("*.npz")] == []

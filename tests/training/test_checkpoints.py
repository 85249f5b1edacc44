"""Killed, cut short or handed another's checkpoint: the same bits in the end, never wrong ones."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from onescale.core import atomic as files
from onescale.core.errors import DataError
from onescale.data.dataset import Dataset
from onescale.nn.optimizers import OPTIMIZERS
from onescale.training import checkpoints as checkpoint
from onescale.training.trainer import train

ALL = {
    "hidden": [12, 9],
    "batch_size": 10,
    "steps": 60,
    "evaluate_every": 9,
    "train_images": 95,
    "batch_norm": {},
    "dropout": {"active_in_evaluation": True},
    "weight_decay": {},
    "schedule": {"name": "cosine"},
}


def data(inputs=25):
    draw = np.random.default_rng(0)
    labels = draw.integers(3, size=140)
    images = (draw.integers(40, size=(140, inputs)) + 90 * labels[:, None] // 2).astype(np.uint8)
    return Dataset(images[:100], labels[:100], images[100:], labels[100:])


class Stop(Exception):
    """As good as a kill, for what is on disk."""


def interrupted(folder, after, variant=ALL, seeds=(0, 1), note=lambda line: None):
    """Train until so many evaluations are done, and no further."""
    left = [after]

    def report(run):
        left[0] -= 1
        if not left[0]:
            raise Stop

    with pytest.raises(Stop):
        train(variant, data(), seeds, checkpoints=folder, report=report, note=note)


def written(folder, variant=ALL, seeds=(0, 1), **options):
    """The bytes of the record of a whole training."""
    train(variant, data(), seeds, output=folder / "run.json", **options)
    return [(folder / name).read_bytes() for name in ("run.json", "run.npz")]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batches", ["shuffled", "with_replacement"])
def test_goes_on_to_the_same_bits(optimizer, batches, tmp_path):
    variant = ALL | {"optimizer": {"name": optimizer}, "batches": batches}
    undisturbed = written(tmp_path / "a", variant)
    for after in (1, 3, 8, 13):  # the second seed begins after 8
        interrupted(tmp_path / "checkpoints", after, variant)
        notes, seen = [], []
        again = written(
            tmp_path / "b",
            variant,
            checkpoints=tmp_path / "checkpoints",
            note=notes.append,
            report=lambda run: seen.append((run.seed, run.updates)),  # noqa: B023
        )
        assert again == undisturbed
        assert notes == [] and len(seen) <= 16 - after + 2  # it did go on, not start again
        assert not list((tmp_path / "checkpoints").iterdir())


def test_augmentation_goes_on_too(tmp_path):
    variant = ALL | {"augment": {}}
    undisturbed = written(tmp_path / "a", variant)
    interrupted(tmp_path / "c", 3, variant)
    assert written(tmp_path / "b", variant, checkpoints=tmp_path / "c") == undisturbed


def spoil(path, how):
    content = path.read_bytes()
    if how == "cut short":
        content = content[: len(content) // 2]
    elif how == "empty":
        content = b""
    else:
        middle = len(content) // 3
        content = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["cut short", "empty", "one bit turned"])
def test_a_damaged_checkpoint_is_not_used(how, tmp_path):
    undisturbed = written(tmp_path / "a")
    interrupted(tmp_path / "c", 3)
    spoil(tmp_path / "c" / "variant.seed0.npz", how)
    notes = []
    again = written(tmp_path / "b", checkpoints=tmp_path / "c", note=notes.append)
    assert again == undisturbed
    assert len(notes) == 1 and "variant.seed0.npz is damaged" in notes[0]
    assert notes[0].endswith("seed 0 starts again") and "\n" not in notes[0]


@pytest.mark.parametrize("part", ["variant", "data set", "seed", "version of the code"])
def test_a_checkpoint_of_something_else_is_not_used(part, tmp_path, monkeypatch):
    undisturbed = written(tmp_path / "a")
    if part == "variant":
        interrupted(tmp_path / "c", 3, ALL | {"optimizer": {"name": "adam", "rate": 0.01}})
    elif part == "seed":
        interrupted(tmp_path / "c", 3, seeds=[7])
        (tmp_path / "c" / "variant.seed7.npz").rename(tmp_path / "c" / "variant.seed0.npz")
    else:
        with monkeypatch.context() as patch:
            if part == "data set":
                patch.setattr(Dataset, "_digest", lambda self: "another")
            else:
                patch.setattr(checkpoint, "code_version", lambda: "another")
            interrupted(tmp_path / "c", 3)
    notes = []
    again = written(tmp_path / "b", checkpoints=tmp_path / "c", note=notes.append)
    assert again == undisturbed
    assert len(notes) == 1 and f"belongs to another {part}; seed 0 starts again" in notes[0]


def test_a_full_disk_is_said_and_the_last_checkpoint_stays(tmp_path, monkeypatch):
    undisturbed = written(tmp_path / "a")
    interrupted(tmp_path / "c", 3)
    kept = (tmp_path / "c" / "variant.seed0.npz").read_bytes()

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        with pytest.raises(DataError, match=r"variant\.seed0\.npz: cannot write.*No space left"):
            train(ALL, data(), [0, 1], checkpoints=tmp_path / "c")
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["variant.seed0.npz"]
    assert (tmp_path / "c" / "variant.seed0.npz").read_bytes() == kept
    assert written(tmp_path / "b", checkpoints=tmp_path / "c") == undisturbed


def test_checkpoints_stay_until_the_record_is_written(tmp_path):
    (tmp_path / "b").write_text("a file where the record's folder should be")
    with pytest.raises(OSError):
        written(tmp_path / "b", checkpoints=tmp_path / "c")
    assert len(list((tmp_path / "c").iterdir())) == 2


def test_kill_9_at_random_moments(tmp_path, cache):
    """The whole command, killed three times by the system."""
    spec = ALL | {"name": "killed", "steps": 3000, "evaluate_every": 100, "train_images": None}
    command = [sys.executable, "-m", "onescale", "train", "--spec", json.dumps(spec)]
    command += ["--seeds", "0,1", "--data", str(cache), "--checkpoints", str(tmp_path / "c")]
    began = time.monotonic()
    subprocess.run([*command, "-o", str(tmp_path / "a.json")], check=True, capture_output=True)
    whole = time.monotonic() - began
    moments = random.Random(1)
    for _ in range(3):
        process = subprocess.Popen(
            [*command, "-o", str(tmp_path / "b.json")], stderr=subprocess.DEVNULL
        )
        time.sleep(whole * moments.uniform(0.1, 0.25))  # never all of it
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    subprocess.run([*command, "-o", str(tmp_path / "b.json")], check=True, capture_output=True)
    for ending in (".json", ".npz"):
        a, b = (tmp_path / f"{name}{ending}" for name in "ab")
        assert a.read_bytes() == b.read_bytes()

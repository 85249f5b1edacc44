"""A small data set, where it is served from, and a cache of it."""

import gzip
import hashlib

import numpy as np
import pytest

from faulty_server import idx, servers
from made_up_idx import NAMES, SHAPE, TEST, TRAIN, write
from onescale.data.fetch import Patience, fetch
from onescale.data.idx import IdxSpec


@pytest.fixture
def arrays():
    rng = np.random.default_rng(7)
    return {
        "train_images": rng.integers(0, 256, (TRAIN, *SHAPE), dtype=np.uint8),
        "train_labels": rng.integers(0, 10, TRAIN, dtype=np.uint8),
        "test_images": rng.integers(0, 256, (TEST, *SHAPE), dtype=np.uint8),
        "test_labels": rng.integers(0, 10, TEST, dtype=np.uint8),
    }


@pytest.fixture
def files(arrays):
    """What a good server holds: file name → bytes."""
    return {f"{NAMES[role]}.gz": gzip.compress(idx(a)) for role, a in arrays.items()}


@pytest.fixture
def spec(arrays):
    sha256 = {NAMES[role]: hashlib.sha256(idx(a)).hexdigest() for role, a in arrays.items()}
    return IdxSpec("small", sha256, train=TRAIN, test=TEST, shape=SHAPE)


@pytest.fixture
def folder(tmp_path, files):
    folder = tmp_path / "good"
    write(folder, files)
    return folder


@pytest.fixture
def serve():
    with servers() as start:
        yield start


@pytest.fixture(name="fetch")
def fetch_small(tmp_path, spec):
    """fetch(*sources) → (cache folder, sources used, lines reported)."""

    def run(*sources, spec=spec, cache=tmp_path / "cache", retries=2, timeout=5):
        lines = []
        patience = Patience(retries, timeout, pause=0.01)
        used = fetch(cache, spec, [str(s) for s in sources], patience, lines.append)
        return cache, used, lines

    return run

"""The cache of a data set: whole or none, whoever fills it, and no bit otherwise than it was."""

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from faulty_server import idx
from made_up_idx import NAMES, SHAPE, TEST, TRAIN, write
from onescale.core.errors import DataError, SourceError
from onescale.data.fetch import fetch, load
from onescale.data.idx import ROLES, IdxSpec


def test_a_failed_fetch_leaves_the_cache_as_it_was(fetch, folder, tmp_path):
    cache, _, _ = fetch(folder)
    before = {p.name: p.read_bytes() for p in cache.iterdir()}
    with pytest.raises(SourceError):
        fetch(tmp_path / "absent")
    assert {p.name: p.read_bytes() for p in cache.iterdir()} == before


def test_a_full_disk_leaves_the_cache_as_it_was(fetch, folder, monkeypatch):
    cache, _, _ = fetch(folder)
    before = {p.name: p.read_bytes() for p in cache.iterdir()}
    saved = []

    def save(stream, array, **options):
        saved.append(stream.name)
        if len(saved) == 3:
            raise OSError(28, "No space left on device", stream.name)
        np.lib.format.write_array(stream, array)

    monkeypatch.setattr(np, "save", save)
    with pytest.raises(OSError, match="No space left"):
        fetch(folder)
    assert {p.name: p.read_bytes() for p in cache.iterdir()} == before


def test_another_data_set_takes_the_place_of_an_older_one(fetch, folder, arrays, tmp_path):
    fetch(folder)
    other = {role: 255 - a if a.ndim == 3 else 9 - a for role, a in arrays.items()}
    write(
        tmp_path / "other",
        {f"{NAMES[role]}.gz": gzip.compress(idx(a)) for role, a in other.items()},
    )
    sha256 = {NAMES[role]: hashlib.sha256(idx(a)).hexdigest() for role, a in other.items()}
    spec = IdxSpec("negative", sha256, train=TRAIN, test=TEST, shape=SHAPE)
    cache, _, _ = fetch(tmp_path / "other", spec=spec)
    data = load(cache)
    assert data.name == "negative" and data.test_labels.tolist() == other["test_labels"].tolist()


def test_files_of_two_data_sets_are_never_read_as_one(fetch, folder):
    cache, _, _ = fetch(folder)
    labels = np.load(cache / "test_labels.npy")
    np.save(cache / "test_labels.npy", labels[::-1])
    with pytest.raises(DataError, match=r"test_labels\.npy is not what dataset\.json says"):
        load(cache)


@pytest.mark.parametrize("name", [*(f"{role}.npy" for role in ROLES), "dataset.json"])
@pytest.mark.parametrize("harm", ["missing", "empty", "half", "text"])
def test_a_damaged_cache_is_refused(name, harm, fetch, folder):
    cache, _, _ = fetch(folder)
    path = cache / name
    whole = path.read_bytes()
    path.unlink()
    if harm != "missing":
        path.write_bytes({"empty": b"", "half": whole[: len(whole) // 2], "text": b"[1]"}[harm])
    with pytest.raises(DataError, match="onescale mnist fetch") as error:
        load(cache)
    assert "\n" not in str(error.value) and str(cache) in str(error.value)
    fetch(folder)
    load(cache)


@pytest.mark.parametrize("role", ROLES)
def test_a_single_bit_and_an_appended_tail_are_seen(role, fetch, folder):
    cache, _, _ = fetch(folder)
    path = cache / f"{role}.npy"
    whole = path.read_bytes()
    values = len(whole) - np.load(path).nbytes  # where they begin
    for place in (values, (values + len(whole)) // 2, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(DataError, match=rf"{role}\.npy is not what"):
            load(cache)
    path.write_bytes(whole + b"0")
    with pytest.raises(DataError, match=rf"{role}\.npy is not what"):
        load(cache)
    path.write_bytes(whole)
    load(cache)


def test_a_hash_that_is_not_that_of_the_files_is_refused(fetch, folder):
    cache, _, _ = fetch(folder)
    about = json.loads((cache / "dataset.json").read_text())
    (cache / "dataset.json").write_text(json.dumps(about | {"hash": "0" * 64}))
    with pytest.raises(DataError, match="another hash than its files"):
        load(cache)


FETCH = """
import json, sys
from onescale.data.fetch import fetch
from onescale.data.idx import IdxSpec
spec = IdxSpec("small", json.loads(sys.argv[1]), train=30, test=12, shape=(4, 3))
for _ in range(int(sys.argv[3])):
    fetch(sys.argv[4], spec, [sys.argv[2]])
"""


def started(spec, source, times, cache):
    arguments = [json.dumps(dict(spec.sha256)), str(source), str(times), str(cache)]
    return subprocess.Popen([sys.executable, "-c", FETCH, *arguments])


def test_processes_that_fetch_at_once_do_no_harm(spec, folder, tmp_path):
    cache = tmp_path / "cache"
    processes = [started(spec, folder, 20, cache) for _ in range(3)]
    while not (cache / "dataset.json").exists():
        assert any(p.poll() is None for p in processes)
        time.sleep(0.005)
    while any(p.poll() is None for p in processes):
        load(cache)  # there is always one, since all say the same
    assert [p.wait() for p in processes] == [0, 0, 0]
    load(cache)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_killed_fetch_leaves_a_whole_cache_or_none(spec, folder, tmp_path):
    cache = tmp_path / "cache"
    rng = np.random.default_rng(3)
    for _ in range(3):
        process = started(spec, folder, 100_000, cache)
        while not (cache / "dataset.json").exists() and process.poll() is None:
            time.sleep(0.005)
        time.sleep(0.1 * rng.random())
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        if (cache / "dataset.json").exists():
            load(cache)
    fetch(cache, spec, [str(folder)])
    load(cache)
    assert not list(cache.glob(".*.part")), "what a killed process left is swept away"


def test_what_another_process_fetched_meanwhile_is_taken(spec, files, serve, tmp_path):
    """Of three that begin at once one fetches, and the others wait for it."""
    waiting, asked = threading.Semaphore(0), []

    def once_they_wait(handler, content, nth):
        asked.append(handler.path)
        if len(asked) == 1:
            assert waiting.acquire(timeout=60) and waiting.acquire(timeout=60)

    def report(line):
        if "waiting" in line:
            waiting.release()

    address, cache = serve(files, once_they_wait), tmp_path / "cache"
    with ThreadPoolExecutor(3) as pool:
        begun = [pool.submit(fetch, cache, spec, [address], report=report) for _ in range(3)]
        used = [one.result() for one in begun]
    assert sorted(used) == [[], [], [address]]
    assert len(load(cache).test_labels) == TEST

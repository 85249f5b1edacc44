"""Data sets from sources that fail in every way that servers, disks and people can make them."""

import gzip
import hashlib
import json
import mmap
import socket
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from faulty_server import FAULTS, idx, stall
from made_up_idx import NAMES, SHAPE, TEST, TRAIN, write
from onescale.core.errors import DataError, SourceError, SpecError
from onescale.data.fetch import MNIST, fetch, load
from onescale.data.idx import ROLES, IdxSpec

BUNDLED = Path(__file__).parents[2] / "data" / "mnist"


def test_the_bundled_files_are_mnist(tmp_path):
    fetch(tmp_path, sources=[str(BUNDLED)])
    data = load(tmp_path)
    assert data.train_images.shape == (60000, 784) and data.test_images.shape == (10000, 784)
    assert data.train_images.dtype == np.uint8 and data.classes == 10 and data.name == "mnist"
    # Counts by digit as published; mean and standard deviation as torchvision's examples use them.
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(data.train_labels).tolist() == counts
    assert data.train_images.mean() / 255 == pytest.approx(0.1307, abs=5e-5)
    assert data.train_images.std() / 255 == pytest.approx(0.3081, abs=5e-5)
    assert data.train_labels[:5].tolist() == [5, 0, 4, 1, 9]


def test_loading_maps_the_images(tmp_path):
    fetch(tmp_path, sources=[str(BUNDLED)])
    data = load(tmp_path)
    array = data.train_images
    assert not array.flags.writeable
    while isinstance(array, np.ndarray):
        array = array.base
    assert isinstance(array, mmap.mmap)


def test_a_folder_serves(fetch, folder, arrays):
    cache, used, _ = fetch(folder)
    assert used == [str(folder)]
    data = load(cache)
    for role, array in arrays.items():
        flat = array.reshape(len(array), -1) if array.ndim == 3 else array
        np.testing.assert_array_equal(getattr(data, role), flat)
    kept = {path.name for path in cache.iterdir()}
    assert kept == {*(f"{role}.npy" for role in ROLES), "dataset.json", ".lock"}


def test_any_compression_serves(fetch, tmp_path, arrays, serve):
    forms = {
        "train_images": ("", lambda raw: raw),  # not zipped at all
        "train_labels": (".gz", lambda raw: gzip.compress(raw, 1)),
        "test_images": (".gz", lambda raw: gzip.compress(raw[:9]) + gzip.compress(raw[9:])),
        "test_labels": (".gz", lambda raw: raw),  # unzipped by the server, as some do
    }
    files = {NAMES[r] + forms[r][0]: forms[r][1](idx(a)) for r, a in arrays.items()}
    write(tmp_path / "mixed", files)
    assert fetch(tmp_path / "mixed", cache=tmp_path / "a")[1]
    assert fetch(serve(files), cache=tmp_path / "b")[1]
    same = [(tmp_path / c / "dataset.json").read_bytes() for c in "ab"]
    assert same[0] == same[1]


def test_a_server_serves_and_its_files_are_kept(fetch, files, serve, tmp_path):
    address = serve(files)
    cache, used, _ = fetch(address)
    assert used == [address] and len(load(cache).test_labels) == TEST
    fetch(address)
    assert set(serve.asked[address].values()) == {0}, "asked again for a file that it had kept"


def test_a_kept_download_that_went_bad_is_fetched_anew(fetch, files, serve):
    address = serve(files)
    cache, _, _ = fetch(address)
    for kept in (cache / "downloads").iterdir():
        kept.write_bytes(kept.read_bytes()[:-5])
    fetch(address)
    assert set(serve.asked[address].values()) == {1}
    load(cache)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_server_is_named_and_the_next_one_tried(fault, fetch, files, serve, folder):
    answer, reason = FAULTS[fault]
    address = serve(files, answer)
    timeout = 0.4 if "silence" in fault else 5
    cache, used, lines = fetch(address, folder, retries=1, timeout=timeout)
    assert used == [str(folder)]
    assert [line for line in lines if address in line and reason in line], lines
    assert "\n" not in "".join(lines)
    load(cache)


@pytest.mark.parametrize("fault", ["a server that fails", "cut short by the network", "stall"])
def test_what_works_on_the_third_asking_is_taken(fault, fetch, files, serve):
    answer = {"stall": (stall, "")}.get(fault) or FAULTS[fault]
    address = serve(files, lambda h, c, nth: nth < 2 and answer[0](h, c, nth))
    cache, used, lines = fetch(address, timeout=0.4 if fault == "stall" else 5)
    assert used == [address] and max(serve.asked[address].values()) == 2
    assert any("trying again in 0.02 s" in line for line in lines)
    load(cache)


def test_what_will_not_change_is_not_asked_for_again(fetch, files, serve, folder):
    address = serve(files, FAULTS["one wrong pixel"][0])
    fetch(address, folder)
    assert set(serve.asked[address].values()) == {0}


def test_files_may_come_from_different_sources(fetch, files, tmp_path, serve):
    names = list(files)
    write(tmp_path / "a", {name: files[name] for name in names[:2]} | {names[3]: b"no"})
    address = serve({name: files[name] for name in names[2:]})
    cache, used, lines = fetch(tmp_path / "a", address)
    assert used == [str(tmp_path / "a"), address]
    assert any(f"{names[2]} is missing; {names[3]}: not an IDX file" in line for line in lines)
    load(cache)


def test_no_source_serves(fetch, files, serve, tmp_path):
    with socket.socket() as closed:  # a port on which nothing listens
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        sources = [
            tmp_path / "absent",
            serve(files, FAULTS["no such file"][0]),
            f"http://127.0.0.1:{port}",
            "http://no-such-host.invalid/mnist",
            "ftp://127.0.0.1/mnist",
            "http://[bad/mnist",
        ]
        with pytest.raises(SourceError) as error:
            fetch(*sources)
    assert error.value.exit_code == 4
    first, *lines = str(error.value).splitlines()
    assert first == "no source could supply small:"
    reasons = ["no such folder", "HTTP 404", "refused", "", "ftp://", ""]
    assert len(lines) == 6
    for line, source, reason in zip(lines, sources, reasons, strict=True):
        assert line.startswith(f"  {source}: ") and reason in line and len(line) < 400
    with pytest.raises(DataError, match=r"dataset\.json is missing"):
        load(tmp_path / "cache")


def test_no_message_holds_a_password(fetch, files, serve, folder):
    address = serve(files, FAULTS["no such file"][0]).replace("//", "//me:secret@word@")
    _, _, lines = fetch(address, folder)
    assert any("://…@127.0.0.1" in line for line in lines) and "secret" not in "".join(lines)
    with pytest.raises(SourceError) as told:
        fetch(address, "http://me:secret@[bad/mnist")
    assert "secret" not in str(told.value)


def test_no_sources_at_all(fetch):
    with pytest.raises(SourceError, match="names none"):
        fetch()


def test_a_published_hash_of_the_zipped_file_serves(fetch, folder, files, spec):
    sha256 = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    zipped = IdxSpec("small", sha256, train=TRAIN, test=TEST, shape=SHAPE)
    cache, _, _ = fetch(folder, spec=zipped)
    about = json.loads((cache / "dataset.json").read_text())
    assert about["sha256"] == {role: spec.digest(role) for role in ROLES}


def test_labels_beyond_the_classes_are_refused(fetch, folder, spec):
    few = IdxSpec("small", spec.sha256, train=TRAIN, test=TEST, shape=SHAPE, classes=3)
    with pytest.raises(SpecError, match="set it to 10"):
        fetch(folder, spec=few)


GOOD = dict.fromkeys(NAMES.values(), "0" * 64)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({}, "sha256 is missing"),
        ({"sha256": GOOD, "source": []}, "unknown key 'source'; did you mean 'sources'"),
        ({"sha256": GOOD | {"train-images-idx3-ubyte": "12"}}, "64 hexadecimal digits"),
        ({"sha256": {"train-images-idx3-ubyte": "0" * 64}}, "none for train_labels, test_images"),
        ({"sha256": GOOD | {"readme": "0" * 64}}, "'readme' does not say"),
        ({"sha256": GOOD, "train": 0}, "positive whole numbers"),
        ({"sha256": GOOD, "shape": [28]}, "positive whole numbers"),
        ({"sha256": GOOD, "sources": "data/mnist"}, "sources is a list"),
        ([], "must be a mapping with sha256, sources"),
    ],
)
def test_a_spec_that_cannot_be_meant(mapping, message):
    with pytest.raises(SpecError, match=message):
        IdxSpec.from_mapping("small", mapping)
    with pytest.raises(SpecError, match="a–z"):
        IdxSpec("../up", GOOD)


def test_the_configuration_and_the_readme_describe_the_bundled_files():
    root = BUNDLED.parents[1]
    config = yaml.safe_load((root / "config" / "config.yaml").read_text(encoding="utf-8"))
    specs = {name: IdxSpec.from_mapping(name, entry) for name, entry in config["datasets"].items()}
    assert specs["mnist"].sha256 == MNIST.sha256
    readme = (root / "data" / "README.md").read_text(encoding="utf-8")
    for name, digest in MNIST.sha256.items():
        raw = gzip.decompress((BUNDLED / f"{name}.gz").read_bytes())
        assert hashlib.sha256(raw).hexdigest() == digest
        assert f"| `{name}` | {len(raw):,} | `{digest}` |" in readme
    ages = (root / "data" / "class_ages.csv").read_bytes()
    assert f"| {len(ages):,} | `{hashlib.sha256(ages).hexdigest()}` |" in readme


def test_the_names_of_classes_come_through_the_cache(folder, spec, tmp_path):
    labels = [f"kind {k}" for k in range(10)]
    fetch(tmp_path / "cache", replace(spec, labels=labels), [str(folder)])
    assert load(tmp_path / "cache").labels == tuple(labels)
    with pytest.raises(SpecError, match="small: 9 labels of 10 classes"):
        replace(spec, labels=labels[1:])

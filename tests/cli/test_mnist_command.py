"""The command `onescale mnist fetch`: exit statuses, and which source is named where."""

import json
import sys
from pathlib import Path

import pytest

from onescale.cli import main
from onescale.data.fetch import MNIST, load

BUNDLED = Path(__file__).parents[2] / "data" / "mnist"


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["onescale", *map(str, arguments)])
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code or 0
        return status, capsys.readouterr().err

    return call


def test_the_next_source_is_tried(run, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    whole = (BUNDLED / "train-images-idx3-ubyte.gz").read_bytes()
    (broken / "train-images-idx3-ubyte.gz").write_bytes(whole[:100_000])
    cache = tmp_path / "cache"
    status, err = run("mnist", "fetch", "--source", broken, "--source", BUNDLED, "-o", cache)
    assert status == 0
    assert f"{broken}: train-images-idx3-ubyte.gz: the gzip stream is cut short" in err
    assert err.splitlines()[-1].endswith(f"from {BUNDLED} are in {cache}")
    assert len(load(cache).train_labels) == 60_000


def test_no_source_is_status_4_with_all_listed(run, tmp_path):
    sources = [tmp_path / "one", tmp_path / "two"]
    options = [part for source in sources for part in ("--source", source)]
    status, err = run("mnist", "fetch", *options, "-o", tmp_path / "cache")
    assert status == 4
    assert err.splitlines()[-3:] == [
        "onescale: no source could supply mnist:",
        *(f"  {source}: no such folder" for source in sources),
    ]
    assert not list((tmp_path / "cache").glob("[!.]*"))


def test_a_spec_names_its_own_sources(run, tmp_path):
    spec = {"sources": [str(BUNDLED)], "sha256": dict(MNIST.sha256)}
    cache = tmp_path / "cache"
    status, _ = run("mnist", "fetch", "--dataset", "again", "--spec", json.dumps(spec), "-o", cache)
    assert status == 0
    assert load(cache).name == "again"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--spec", "{"], "--spec: not JSON"),
        (["--spec", '{"sha25": 1}'], "unknown key 'sha25'; did you mean 'sha256'?"),
        (["--dataset", "kmnist"], "'kmnist' needs --spec"),
        (["--retries", "-1"], "--retries"),
        (["--timeout", "0"], "--timeout"),
        (["--sauce", "x"], "--sauce"),
    ],
)
def test_wrong_usage_is_status_2(run, tmp_path, arguments, message):
    status, err = run("mnist", "fetch", *arguments, "-o", tmp_path / "cache")
    assert status == 2 and message in err


def test_help_has_an_example(run):
    assert run("mnist", "fetch", "--help")[0] == 0

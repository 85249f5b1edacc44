"""`onescale pace`: what a step costs, measured in turn, and what is made of it."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

import onescale
from onescale import mnist
from onescale.cli import cli
from onescale.comparison.records import read_all
from onescale.errors import DataError
from onescale.pace import measure, write
from onescale.variant import Variant

SMALL = {"name": "small", "hidden": [8], "batch_size": 10, "steps": 40, "evaluate_every": 20}
LARGE = SMALL | {"name": "large", "hidden": [400, 400]}


def test_every_variant_has_a_value_a_round(cache):
    variants = [Variant.from_mapping(spec) for spec in (SMALL, LARGE)]
    told = []
    found = measure(variants, mnist.load(cache), rounds=3, report=told.append)
    assert list(found) == ["small", "large"] and told == [0, 1, 2]
    assert all(len(rounds) == 3 and min(rounds) > 0 for rounds in found.values())
    assert np.median(found["large"]) > 2 * np.median(found["small"])  # 40 times the products


def test_variants_of_other_images_augmentation_and_schedule(cache):
    others = [
        {"name": "few", "train_images": 30, "precision": "float64"},
        {"name": "turned", "augment": {"rotation": 10}},
        {"name": "tuned", "held_out": 20, "schedule": {"name": "cosine"}},
        {"name": "wild", "optimizer": {"name": "sgd", "rate": 1e9}},
        {"name": "once", "steps": 1},
    ]
    variants = [Variant.from_mapping(SMALL | other) for other in others]
    found = measure(variants, mnist.load(cache), rounds=2)
    assert all(np.isfinite(rounds).all() for rounds in found.values()) and len(found) == 5


def test_measuring_leaves_training_as_it_was(cache):
    """A run's bits do not depend on what was measured before it in the same process."""
    data, variant = mnist.load(cache), Variant.from_mapping(SMALL)
    before = onescale.train(variant, data, [0])[0].network.arrays()
    measure([variant], data, rounds=1)
    after = onescale.train(variant, data, [0])[0].network.arrays()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_seconds_are_steps_times_the_median(write_run, tmp_path):
    paths = [write_run("adam", {0: 0.96, 1: 0.97}), write_run("sgd", {0: 0.95, 1: 0.94})]
    write(tmp_path / "pace.json", {"adam": [900.0, 200.0, 210.0]})
    records = read_all(paths, tmp_path / "pace.json")
    for run in records["adam"].runs.values():
        assert run.us_per_step == 210
        assert run.history["seconds"] == pytest.approx([s * 210e-6 for s in run.history["step"]])
    for run in records["sgd"].runs.values():  # not measured: none, rather than those of its hour
        assert run.us_per_step is None and "seconds" not in run.history


@pytest.mark.parametrize("text", ["{}", "[]", '{"us_per_step": {"adam": []}}', "{", '{"us_per'])
def test_a_file_of_another_kind(write_run, tmp_path, text):
    (tmp_path / "pace.json").write_text(text)
    with pytest.raises(DataError, match=r"pace\.json"):
        read_all([write_run("adam", {0: 0.96})], tmp_path / "pace.json")


def test_the_commands(cache, tmp_path):
    def run(*arguments):
        return CliRunner().invoke(cli, [str(one) for one in arguments])

    paths = [tmp_path / f"{spec['name']}.json" for spec in (SMALL, LARGE)]
    for path, spec in zip(paths, (SMALL, LARGE), strict=True):
        trained = run("train", "--spec", json.dumps(spec), "--data", cache, "-o", path)
        assert trained.exit_code == 0, trained.output
    result = run("pace", *tmp_path.glob("*.json"), "--data", cache, "-o", tmp_path / "pace")
    assert result.exit_code == 0 and "round 7 of 7: 2 variants" in result.output
    costs = json.loads((tmp_path / "pace").read_text())["us_per_step"]
    page = tmp_path / "page.csv"
    result = run("compare", *paths, "--pace", tmp_path / "pace", "--csv", page)
    assert result.exit_code == 0, result.output
    header, first, _ = (line.split(",") for line in page.read_text().splitlines())
    assert float(first[header.index("us_per_step")]) == pytest.approx(np.median(costs[first[1]]))


def test_other_data_are_refused(cache, write_run, tmp_path):
    path = write_run("adam", {0: 0.96})
    result = CliRunner().invoke(
        cli, ["pace", str(path), "--data", str(cache), "-o", str(tmp_path / "pace.json")]
    )
    assert isinstance(result.exception, DataError) and "other data" in str(result.exception)
    assert not (tmp_path / "pace.json").exists()

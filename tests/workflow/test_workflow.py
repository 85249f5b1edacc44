"""The workflow as a person runs it, on the real MNIST with a small configuration.

Each test calls `snakemake` itself in a folder of its own, with the project's Snakefile, rules and
code linked into it.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from onescale.data.fetch import load
from places import ROOT
from workflow_project import (
    BIN,
    digests,
    evidence_config,
    project,
    small_config,
    snakemake,
    with_value,
    would_run,
    write,
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A folder in which all but the evidence of a small configuration has been made."""
    folder = project(tmp_path_factory.mktemp("workflow") / "one", evidence_config())
    result = snakemake(folder, "--cores", "4")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout == "the page: results/index.html (open it in a browser)\n"
    return folder


def test_same_bytes_whatever_the_number_of_cores(finished, tmp_path):
    other = project(tmp_path / "two", small_config())
    result = snakemake(other, "--cores", "1", "train")
    assert result.returncode == 0, result.stdout + result.stderr
    assert digests(finished) == digests(other)
    assert {"sgd.json", "sgd.npz", "adam.json", "dropout.npz"} <= digests(other).keys()


def test_images_stay_while_they_are_fetched_anew(finished, tmp_path):
    """Another workflow may be reading them."""
    config = with_value(small_config(), ("datasets", "mnist", "sources"), ["no such folder"])
    folder = project(tmp_path / "again", config)
    shutil.copytree(finished / "data/cache", folder / "data/cache")
    result = snakemake(folder, "--cores", "1", "--force", "fetch_dataset")
    assert result.returncode != 0 and "could supply mnist" in result.stderr
    assert load(folder / "data/cache/mnist").hash == load(finished / "data/cache/mnist").hash


def test_a_second_run_has_nothing_to_do(finished):
    assert would_run(finished) == set()


def test_the_manifest_tells_what_changed(finished):
    def verify():
        return subprocess.run([BIN / "onescale", "verify"], cwd=finished, capture_output=True)

    assert verify().returncode == 0
    page = finished / "results/comparison.md"
    before = page.read_bytes()
    try:
        page.write_bytes(before + b" ")
        result = verify()
    finally:
        page.write_bytes(before)
    assert result.returncode == 5
    assert result.stderr.decode().splitlines()[1:] == ["  changed: results/comparison.md"]


def test_the_manifest_vouches_for_the_workflow_itself(finished):
    manifest = json.loads((finished / "results/manifest.json").read_text())
    own = ("Snakefile", "workflow/rules/common.smk", "workflow/schemas/config.schema.yaml")
    assert {str(ROOT / name) for name in own} <= set(manifest["inputs"])
    assert not [name for name in manifest["inputs"] if "__pycache__" in name]
    assert {"onescale/page/assets/page.css", "onescale/core/atomic.py"} <= set(manifest["sources"])


def test_changing_one_rate_reruns_that_variant_and_what_follows(finished):
    config = evidence_config()
    config["variants"]["adam"] = {"optimizer": {"name": "adam", "rate": 0.002}}
    write(finished, config)
    try:
        rules = would_run(finished)
    finally:
        write(finished, evidence_config())
    follows = {"compare", "confusion", "curves", "anytime", "seeds_and_differences"}
    follows |= {"step_time", "manifest", "page", "pages"}
    assert rules == {"train_adam", "all"} | follows


def test_figures_are_drawn_anew_where_what_is_asked_of_them_changes(finished):
    config = with_value(evidence_config(), ("comparisons", "techniques", "title"), "A few")
    config = with_value(config, ("surface", "updates"), 20)
    config = with_value(config, ("digits", "augmented"), {"rotation": 20})
    write(finished, config)
    try:
        rules = would_run(finished)
    finally:
        write(finished, evidence_config())
    assert {"curves", "anytime", "seeds_and_differences", "surface", "augmented"} <= rules
    assert not [rule for rule in rules if rule.startswith("train")]


def test_a_stage_can_be_named(finished):
    assert {"train_adam"} <= would_run(finished, "-R", "train_adam")
    assert would_run(finished, "train_adam") == set()
    assert would_run(finished, "tables") <= {"tables"}


def test_a_wrong_configuration_is_told_in_one_line(tmp_path):
    """Found before any rule is made; tests/training/test_configuration.py has the other faults."""
    config = with_value(small_config(), ("variants", "adam"), {"optimizer": {"name": "adan"}})
    result = snakemake(project(tmp_path / "wrong", config), "-n")
    assert result.returncode != 0
    assert "configuration: variant adam: optimizer.name: unknown" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr and "  File " not in result.stderr


def test_the_evidence_is_a_target_of_its_own(finished, tmp_path):
    new = would_run(project(tmp_path / "new", evidence_config()), "evidence")
    assert {"study_ratios", "tune_tuned_sgd", "train_tuned_adam", "trials", "page_evidence"} <= new
    # The point without dropout is the variant adam: trained once, and with the seeds of all.
    assert {"train_adam", "train_ratios_0_5"} <= new and "train_ratios_none" not in new
    made = {path.name for path in (finished / "results").iterdir()}
    assert not made & {"studies", "tuning", "comparison_tuned.csv", "manifest_evidence.json"}
    rest = would_run(finished, "evidence")
    assert {"study_ratios", "tune_tuned_sgd", "train_tuned_adam", "train_ratios_0_5"} <= rest
    assert not rest & {"train_adam", "train_sgd", "train_dropout", "compare", "confusion"}
    result = snakemake(finished, "--cores", "4", "evidence")
    assert result.returncode == 0, result.stdout + result.stderr
    for path in (
        "studies/ratios.csv", "studies/ratios.md", "figures/ratios_response.svg",
        "tuning/tuned.md", "tuning/tuned/tuned_sgd.json", "figures/sensitivity_tuned.png",
        "comparison_tuned.csv", "figures/comparison_tuned.png", "runs/tuned_adam.npz",
    ):  # fmt: skip
        assert (finished / "results" / path).stat().st_size, path
    seeds = {
        name: [
            run["seed"]
            for run in json.loads((finished / f"results/runs/{name}.json").read_text())["runs"]
        ]
        for name in ("adam", "ratios_0_5", "tuned_adam")
    }
    assert seeds == {"adam": [0, 1], "ratios_0_5": [5, 6], "tuned_adam": [0, 1]}
    assert would_run(finished, "evidence") == set()
    drawn = finished / "results/figures/ratios_response.svg"  # what the page shows
    drawn.rename(drawn.with_suffix(".gone"))
    assert "study_figure" in would_run(finished, "evidence")
    drawn.with_suffix(".gone").rename(drawn)
    rows = (finished / "results/comparison_tuned.csv").read_text().splitlines()
    place = rows[0].split(",").index("trials")
    assert [row.split(",")[place] for row in rows[1:]] == ["2", "2"]

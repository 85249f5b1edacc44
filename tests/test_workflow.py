"""The workflow as a person runs it, on the real MNIST with a small configuration.

Each test calls `snakemake` itself in a folder of its own, with the project's Snakefile, rules and
code linked into it.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


def small_config() -> dict:
    """The project's own configuration, cut to two groups, short runs and two seeds."""
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    config["seeds"] = [0, 1]
    config["defaults"] |= {"steps": 60, "evaluate_every": 20}
    names = ["sgd", "adam", "dropout"]
    config["variants"] = {name: config["variants"][name] for name in names}
    config["comparisons"] = {"techniques": {"title": "Few", "reference": "sgd", "variants": names}}
    config["reported"] = []
    config["studies"], config["tuning"] = {}, {}
    for key in ("claims", "discrepancies"):
        config.pop(key, None)
    return config


def evidence_config() -> dict:
    """The same with a study of three points, one of which is a variant already, and a search."""
    config = small_config()
    config["studies"]["ratios"] = {
        "title": "Ratios",
        "seeds": [5, 6],
        "vary": {"dropout.ratio": [None, 0.5, 0.9]},
        "figures": [{"kind": "response", "x": "dropout.ratio"}],
    }
    tuned = {"base": {"optimizer": {"name": "sgd"}}, "vary": {"optimizer.rate": [0.01, 0.1]}}
    other = {"vary": {"optimizer.rate": [0.0003, 0.003]}}
    config["tuning"]["tuned"] = {
        "title": "Tuned",
        "reference": "tuned_sgd",
        "held_out": 1000,
        "seeds": [7],
        "variants": {"tuned_sgd": tuned, "tuned_adam": other},
        "figure": {"kind": "sensitivity"},
    }
    return config


def project(folder: Path, config: dict) -> Path:
    """A working folder that has the project's code, data and rules, and this configuration."""
    folder.mkdir()
    for name in ("Snakefile", "workflow", "src", "profiles"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "data").mkdir()
    for path in (ROOT / "data").iterdir():
        if path.name != "cache":
            (folder / "data" / path.name).symlink_to(path)
    write(folder, config)
    return folder


def write(folder: Path, config: dict) -> None:
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config/config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    command = [str(BIN / "snakemake"), *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )


def would_run(folder: Path, *arguments: str) -> set[str]:
    """Names of the rules that a dry run lists."""
    result = snakemake(folder, "-n", *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    table = (result.stdout + result.stderr).split("Job stats:")
    if len(table) == 1:
        return set()
    return set(re.findall(r"^(\w+) +\d+$", table[1], re.MULTILINE)) - {"total"}


def digests(folder: Path) -> dict[str, str]:
    files = sorted((folder / "results/runs").iterdir())
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if not path.name.endswith(".timing.json")
    }


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A folder in which everything of the small configuration has been made."""
    folder = project(tmp_path_factory.mktemp("workflow") / "one", small_config())
    result = snakemake(folder, "--cores", "4")
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


def test_same_bytes_whatever_the_number_of_cores(finished, tmp_path):
    other = project(tmp_path / "two", small_config())
    result = snakemake(other, "--cores", "1", "train")
    assert result.returncode == 0, result.stdout + result.stderr
    assert digests(finished) == digests(other)
    assert {"sgd.json", "sgd.npz", "adam.json", "dropout.npz"} <= digests(other).keys()


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


def test_changing_one_rate_reruns_that_variant_and_what_follows(finished):
    config = small_config()
    config["variants"]["adam"] = {"optimizer": {"name": "adam", "rate": 0.002}}
    write(finished, config)
    try:
        rules = would_run(finished)
    finally:
        write(finished, small_config())
    trained = {rule for rule in rules if rule.startswith("train_")}
    assert trained == {"train_adam"}
    assert {"compare", "all"} <= rules
    assert not {"fetch_dataset", "paths_on_surface"} & rules
    assert not {rule for rule in rules if "class_ages" in rule or rule == "tables"}


def test_a_stage_can_be_named(finished):
    assert {"train_adam"} <= would_run(finished, "-R", "train_adam")
    assert would_run(finished, "train_adam") == set()
    assert would_run(finished, "tables") <= {"tables"}


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("sedes",), [0], "sedes"),
        (("variants", "adam"), {"optimizer": {"name": "adan"}}, "adan"),
        (("variants", "adam"), {"hiden": [50]}, "hiden"),
        (("variants", "adam"), {"init": "hee"}, "hee"),
        (("comparisons", "techniques", "variants"), ["sgd", "adm"], "adm"),
        (("comparisons", "techniques", "reference"), "dropuot", "dropuot"),
        (("dataset",), "mnits", "mnits"),
        (("seeds",), [], "seeds"),
        (("statistics", "level"), 2, "level"),
    ],
)
def test_a_wrong_configuration_is_told_in_words(tmp_path, place, value, told):
    config = small_config()
    inner = config
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    folder = project(tmp_path / "wrong", config)
    result = snakemake(folder, "-n")
    output = result.stdout + result.stderr
    assert result.returncode != 0
    assert told in output
    assert "Traceback" not in output and "  File " not in output


def test_the_evidence_is_a_target_of_its_own(tmp_path):
    folder = project(tmp_path / "evidence", evidence_config())
    everything = would_run(folder)
    assert not {rule for rule in everything if rule.startswith(("study", "tune", "trials"))}
    rules = would_run(folder, "evidence")
    assert {"study_ratios", "tune_tuned_sgd", "train_tuned_adam", "trials"} <= rules
    # The point without dropout is the variant adam: trained once, and with the seeds of all.
    assert {"train_adam", "train_ratios_0_5"} <= rules and "train_ratios_none" not in rules
    result = snakemake(folder, "--cores", "4", "evidence")
    assert result.returncode == 0, result.stdout + result.stderr
    for path in (
        "studies/ratios.csv", "studies/ratios.md", "figures/ratios_response.svg",
        "tuning/tuned.md", "tuning/tuned/tuned_sgd.json", "figures/trials_tuned.png",
        "comparison_tuned.csv", "figures/comparison_tuned.png", "runs/tuned_adam.npz",
    ):  # fmt: skip
        assert (folder / "results" / path).stat().st_size, path
    seeds = {
        name: [
            run["seed"]
            for run in json.loads((folder / f"results/runs/{name}.json").read_text())["runs"]
        ]
        for name in ("adam", "ratios_0_5", "tuned_adam")
    }
    assert seeds == {"adam": [0, 1], "ratios_0_5": [5, 6], "tuned_adam": [0, 1]}
    assert would_run(folder, "evidence") == set()
    rows = (folder / "results/comparison_tuned.csv").read_text().splitlines()
    place = rows[0].split(",").index("trials")
    assert [row.split(",")[place] for row in rows[1:]] == ["2", "2"]


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("studies", "ratios", "vary", "dropout.ratio"), [0.5, 1.5], "ratio"),
        (("studies", "ratios", "vary", "dropuot.ratio"), [0.5], "dropuot"),
        (("studies", "ratios", "figures"), [{"kind": "response", "x": "ratio"}], "ratio"),
        (("studies", "ratios", "figures"), [{"kind": "pie"}], "pie"),
        (("studies", "ratios", "vary", "dropout.ratio"), [0.5, 0.5], "twice"),
        (("tuning", "tuned", "reference"), "tuned_sdg", "tuned_sgd"),
        (("tuning", "tuned", "variants", "adam"), {"vary": {"steps": [1, 2]}}, "adam"),
        (("tuning", "tuned", "variants", "tuned_adam", "vary"), {"steps": [1]}, "as many trials"),
        (("tuning", "tuned", "variants", "tuned_adam", "vary"), {"stesp": [1, 2]}, "stesp"),
        (("tuning", "tuned", "variants", "tuned_adam", "trials"), 2, "log_uniform"),
    ],
)
def test_wrong_evidence_is_told_in_words(tmp_path, place, value, told):
    config = inner = evidence_config()
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    result = snakemake(project(tmp_path / "wrong", config), "-n", "evidence")
    output = result.stdout + result.stderr
    assert result.returncode != 0
    assert told in output
    assert "Traceback" not in output and "  File " not in output

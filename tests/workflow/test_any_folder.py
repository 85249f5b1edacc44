"""The workflow from a folder that is not the checkout, by itself and as a module of another."""

import re
from pathlib import Path

import yaml

from places import ROOT
from workflow_project import snakemake, would_run

SHORT = {"seeds": [7], "defaults": {"steps": 20, "evaluate_every": 10}}
MODULE = f"""
configfile: "config/config.yaml"

rule all:  # the first rule is what runs, and no module's `all`
    input: "mine"

module onescale:
    snakefile: {str(ROOT / "Snakefile")!r}
    config: config["onescale"]

use rule * from onescale as onescale_*

rule mine:
    input: rules.onescale_train_adam.output, rules.onescale_tables.input
    output: touch("mine")
"""
# What `words` has quoted already, and commands of ours.
QUOTED = {
    f"{{params.{name}}}"
    for made in (
        "chosen step_times reproduction drawing asked command ages",
        "runs made given pages options",
    )
    for name in made.split()
}


def elsewhere(folder: Path, config: dict) -> list[str]:
    """How the workflow is called from a folder that has nothing but a configuration."""
    (folder / "mine.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return ["-s", str(ROOT / "Snakefile"), "--directory", str(folder), "--configfile", "mine.yaml"]


def test_from_a_folder_of_any_name_into_one_of_any_name(tmp_path):
    here = tmp_path / "한 폴더; $(touch x)"
    here.mkdir()
    results = "결과 $(touch y) 'a' \"b\"; #&%*?[x]~`touch z`"
    called = elsewhere(here, SHORT | {"results": results})
    result = snakemake(here, *called, "--cores", "2", "--", "train_adam", "tables", "surface")
    assert result.returncode == 0, result.stdout + result.stderr
    assert {path.name for path in here.iterdir()} == {".snakemake", "data", "mine.yaml", results}
    for name in ("runs/adam.json", "tables/class_ages/minmax.csv", "figures/surface.png"):
        assert (here / results / name).is_file()


def test_all_of_it_is_planned_from_another_folder(tmp_path):
    lion = yaml.safe_load((ROOT / "docs/examples/lion.yaml").read_text(encoding="utf-8"))
    called = elsewhere(tmp_path, SHORT | lion)  # whose file is beside the Snakefile
    planned = would_run(tmp_path, *called, "--", "evidence")
    assert {"manifest_evidence", "claims", "train_adam", "tune_tuned_lion"} <= planned


def test_a_configuration_that_stands_by_itself_need_not_have_what_the_chapter_has(tmp_path):
    own = {"seeds": [7], "results": "out", "tables": {}, "defaults": {"steps": 20}, "reported": []}
    own |= {"variants": {"adam": {}, "sgd": {"optimizer": {"name": "sgd"}}}}
    own["comparisons"] = {
        "mine": {"title": "Mine", "reference": "sgd", "variants": ["sgd", "adam"]}
    }
    own["digits"] = {"augmented": {}, "misread": []}
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    planned = would_run(tmp_path, *elsewhere(tmp_path, config | own), "--", "all")
    assert {"compare", "page", "train_adam", "train_sgd"} <= planned
    assert not {"standing", "scale_table", "augmented"} & planned


def test_as_a_module_of_a_workflow_with_its_own_configuration(tmp_path):
    (tmp_path / "config").mkdir()
    config = {"onescale": SHORT | {"results": "results/nets"}, "of_its_own": 1}
    (tmp_path / "config/config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (tmp_path / "Snakefile").write_text(MODULE, encoding="utf-8")
    result = snakemake(tmp_path, "--cores", "2")
    assert result.returncode == 0, result.stdout + result.stderr
    assert (tmp_path / "results/nets/runs/adam.json").is_file()
    assert not (tmp_path / "results/nets/comparison.csv").exists()
    moved = MODULE.replace("    config: config", "    prefix: 'sub'\n    config: config")
    (tmp_path / "Snakefile").write_text(moved, encoding="utf-8")
    result = snakemake(tmp_path, "-n")
    assert result.returncode and "say where files go by results: FOLDER" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_a_shell_reads_is_quoted():
    """Every value that a rule puts into a command, but for what is quoted where it is made."""
    bare = []
    for path in sorted((ROOT / "workflow/rules").glob("*.smk")):
        text = path.read_text(encoding="utf-8")
        for command in re.findall(r'(?:shell:|TRAIN = \()\s+((?:"[^"\n]*"\s+)+)', text):
            found = set(re.findall(r"\{[^{}]*(?<!:q)\}", command)) - QUOTED
            bare += [f"{path.name}: {one}" for one in sorted(found)]
    assert not bare

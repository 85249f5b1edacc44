"""A data set of one's own, up to `confirm`: all that it needs is an entry and its name."""

import csv
import importlib
import json
import shutil
import tarfile

import numpy as np

from made_up_idx import squares
from onescale.core.csv_files import read_rows
from onescale.data.fetch import load
from onescale.runs import predictions, record
from places import ROOT
from workflow_project import evidence_config, project, snakemake, would_run, write

BETTER = {"measure": "test_accuracy", "test": "better"}
CLAIMS = {
    "adam_beats_sgd": BETTER
    | {
        "words": "Adam beats SGD.",
        "settings": {
            "suited_rates": {"of": "adam", "than": "sgd"},
            "tuned": {"of": "tuned_adam", "than": "tuned_sgd"},
        },
    },
    "dropout_slows": {
        "words": "Dropout slows.",
        "measure": ["steps", "seconds"],
        "level": "low",
        "test": "better",
        "settings": {"suited_rates": {"of": "adam", "than": "ratios_0_5"}},
    },
    "printed": {
        "words": "Adam gets to 97 %.",
        "settings": {
            "as_written": {
                "of": "adam",
                "measure": "test_accuracy",
                "test": "reproduces",
                "printed": "0.97",
            }
        },
    },
}


def published(folder, results, monkeypatch):
    """What `make publish` keeps of these runs can be read, and compared, as the runs themselves."""
    monkeypatch.syspath_prepend(ROOT / "workflow/scripts")
    script = importlib.import_module("publish")
    shutil.copy(results / "manifest_confirm.json", results / "manifest_evidence.json")
    kept = folder / "published"
    for name, place in {"ROOT": folder, "RESULTS": results, "PUBLISHED": kept}.items():
        monkeypatch.setattr(script, name, place)
    script.publish()
    assert "| squares  | confirming |        7 |   20 |" in (kept / "README.md").read_text(
        encoding="utf-8"
    )
    archive = (kept / "runs.tar.xz").read_bytes()
    script.publish()
    assert (kept / "runs.tar.xz").read_bytes() == archive
    with tarfile.open(kept / "runs.tar.xz") as records:
        records.extractall(kept, filter="data")
    data = load(folder / "data/cache/squares")
    for path in ("runs/adam.json", "confirm/runs/adam.json"):
        before, after = (record.read(place / path) for place in (results, kept))
        assert before.runs == after.runs
        both = (predictions.read(one, data) for one in (before, after))
        np.testing.assert_array_equal(*both)


def test_claims_on_a_data_set_of_ones_own_are_confirmed_by_fresh_seeds(tmp_path, monkeypatch):
    config = evidence_config() | {"claims": CLAIMS, "confirm": {"seeds": [100, 101, 102]}}
    config["datasets"]["squares"] = squares(tmp_path / "squares")
    config["tuning"]["tuned"] |= {"held_out": 200, "repeats": 1}
    folder = project(tmp_path / "one", config)
    on_it = ["--config", "dataset=squares", "--"]

    def made(*arguments):
        result = snakemake(folder, "--cores", "4", *on_it, *arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return folder / "results/squares"

    early = snakemake(folder, "-n", *on_it, "confirm")
    assert early.returncode != 0 and "nothing to confirm" in early.stdout + early.stderr
    wanted = ("comparison", "claims", "results/squares/figures/confusion_adam.svg")
    results = made(*wanted)
    assert {path.name for path in (folder / "results").iterdir()} == {"squares"}
    header = (results / "comparison.csv").read_text().splitlines()[0]
    assert "steps_to_50" in header and "steps_to_95" not in header
    run = json.loads((results / "runs/adam.json").read_text())
    assert run["dataset"]["name"] == "squares" and run["variant"]["levels"] == [0.5, 0.6]
    assert ">middle</text>" in (results / "figures/confusion_adam.svg").read_text()

    assert would_run(folder, *on_it, *wanted) == set()
    results = made("confirm")
    seeds = {
        path.stem: [run["seed"] for run in json.loads(path.read_text())["runs"]]
        for path in (results / "confirm/runs").glob("*[!g].json")
    }
    every = [100, 101, 102]
    tuned = ["tuned_adam", "tuned_sgd", "tuned_adam_again1", "tuned_sgd_again1"]
    assert seeds == dict.fromkeys(["adam", "sgd", *tuned], every) | {
        "ratios_0_5": every[:2]  # it has two seeds of its own
    }
    repeats = read_rows(results / "confirm/tuned_repeats.csv")
    assert [(row["variant"], row["tuning"], row["seeds"]) for row in repeats] == [
        (name, tuning, "3") for name in ("tuned_sgd", "tuned_adam") for tuning in "01"
    ]
    verdicts = []
    for place in ("claims.csv", "confirm/claims.csv"):
        with open(results / place, encoding="utf-8") as stream:
            verdicts.append(
                [(row["name"], row["setting"], row["rules"]) for row in csv.DictReader(stream)]
            )
    assert verdicts[0] == verdicts[1] and len(verdicts[0]) == 5
    page = (results / "confirmation.md").read_text(encoding="utf-8")
    assert "Adam beats SGD." in page and verdicts[0][0][2] in page and "fresh seeds" in page
    assert verdicts[0][0][2] in (results / "claims.md").read_text(encoding="utf-8")
    assert would_run(folder, *on_it, "confirm") == set()

    published(folder, results, monkeypatch)
    write(folder, config | {"rules": {"version": 4}})
    late = snakemake(folder, "-n", *on_it, "confirm")
    told = late.stdout + late.stderr
    assert late.returncode != 0 and "the rules are not frozen" in told and "Traceback" not in told

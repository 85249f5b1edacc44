"""The example of docs/your_own_optimizer.md from end to end, and an edit of its file."""

import csv
import shutil

import yaml

from made_up_idx import squares
from places import ROOT
from workflow_project import project, small_config, snakemake, with_value, would_run


def example(data: dict) -> dict:
    """The example's configuration over a small one: trained, tuned, compared and judged on images
    that take a second to train on."""
    given = yaml.safe_load((ROOT / "docs/examples/lion.yaml").read_text(encoding="utf-8"))
    config = small_config() | {"dataset": "squares"}
    config["datasets"]["squares"] = data
    config["optimizers"] = {"adam": config["optimizers"]["adam"]} | given["optimizers"]
    config = with_value(config, ("optimizers", "lion", "file"), "lion.py")
    config["variants"] = {"adam": {}}
    beside = {"reference": "adam", "variants": ["adam"], "own_optimizers": True}
    config["comparisons"]["techniques"] |= beside
    config["tuning"] = {
        "optimizers_tuned": {
            "title": "Tuned",
            "reference": "tuned_adam",
            "prefix": "tuned",
            "held_out": 200,
            "draws": 2,
            "seeds": [7, 8],
            "rungs": [{"keep": 3, "seeds": 1}, {"keep": 2, "seeds": 2}],
            "trial": {"levels": []},
            "repeats": 1,
            "figures": [{"kind": "best_of"}],
        }
    }
    return config | {"claims": given["claims"], "discrepancies": []}


def test_lion_is_trained_tuned_compared_and_judged_and_its_edit_remakes_what_follows(tmp_path):
    folder = project(tmp_path / "own", example(squares(tmp_path / "squares")))
    shutil.copy(ROOT / "docs/examples/lion.py", folder / "lion.py")
    targets = ("comparison", "tuning", "claims")
    result = snakemake(folder, "--cores", "4", *targets)
    assert result.returncode == 0, result.stdout + result.stderr
    for path, names in {
        "comparison.csv": {"adam", "lion"},
        "comparison_tuned.csv": {"tuned_adam", "tuned_lion", "tuned_lion_again1"},
        "tuning/optimizers_tuned.csv": {"tuned_adam", "tuned_lion"},
        "tuning/optimizers_tuned_repeats.csv": {"tuned_adam", "tuned_lion"},
    }.items():
        with open(folder / "results/squares" / path, encoding="utf-8") as stream:
            assert names <= {row["variant"] for row in csv.DictReader(stream)}, path
    assert "Lion trains better than Adam" in (folder / "results/squares/claims.md").read_text(
        "utf-8"
    )
    assert (folder / "results/squares/figures/best_of_optimizers_tuned.png").stat().st_size
    assert would_run(folder, *targets) == set()
    with open(folder / "lion.py", "a", encoding="utf-8") as stream:
        stream.write("\n# edited\n")
    again = would_run(folder, *targets)
    assert {"train_lion", "tune_tuned_lion", "train_tuned_lion", "compare", "claims"} <= again
    assert not {"train_adam", "tune_tuned_adam", "train_tuned_adam"} & again

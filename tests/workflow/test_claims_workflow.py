"""Claims in the workflow: exactly the runs that they name are trained, and names are checked."""

from places import configuration
from workflow_project import evidence_config, project, small_config, snakemake, would_run

CLAIM = {
    "words": "Adam beats SGD.",
    "measure": "test_accuracy",
    "test": "better",
    "figure": "figures/comparison_techniques.png",
    "settings": {"suited_rates": {"of": "adam", "than": "sgd"}},
}


def configured(**changes) -> dict:
    return small_config() | {"claims": {"adam_beats_sgd": CLAIM | changes}, "discrepancies": []}


def test_claims_train_what_they_name_and_nothing_else(tmp_path):
    row = {"label": "Adam", "of": "adam", "than": "sgd", "group": "over SGD"}
    folder = project(tmp_path / "named", configured() | {"effects": [row]})
    assert would_run(folder, "claims") == {"claims", "fetch_dataset", "train_adam", "train_sgd"}
    drawn = [f"results/figures/{name}.png" for name in ("effects", "anytime_techniques")]
    result = snakemake(folder, "--cores", "2", "claims", *drawn)
    assert result.returncode == 0, result.stdout + result.stderr
    assert all((folder / path).is_file() for path in drawn)
    page = (folder / "results/claims.md").read_text(encoding="utf-8")
    assert (
        "1. Adam beats SGD." in page
        and "](figures/effects.png)" in page
        and "nan" not in page.lower()
    )
    assert would_run(folder, "claims") == set()


def test_seconds_are_measured_in_turn_where_claims_need_them(tmp_path):
    timed = configured(measure="seconds", level=0.5)
    assert "step_time" in would_run(project(tmp_path / "timed", timed), "claims")


def test_a_wrong_claim_is_told_in_one_line(tmp_path):
    """Found while jobs are made; tests/claims/test_needs.py has the other faults."""
    config = configured(settings={"suited_rates": {"of": "adm", "than": "sgd"}})
    result = snakemake(project(tmp_path / "wrong", config), "-n", "claims")
    assert result.returncode != 0
    assert "configuration: claims: unknown name 'adm'" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr and "  File " not in result.stderr


def test_claims_do_not_hinder_what_needs_none(tmp_path):
    """A configuration that is cut to a few variants still runs all but its claims."""
    own = configuration()
    config = small_config() | {key: own[key] for key in ("effects", "claims", "discrepancies")}
    folder = project(tmp_path / "cut", config)
    assert "train_adam" in would_run(folder)


def test_a_figure_of_what_a_tuning_tried_says_which_of_them_it_is(tmp_path):
    """Where it is made several times, a figure of the first once stood for all."""
    config = evidence_config()
    config["tuning"]["tuned"]["repeats"] = 2
    figure = "results/figures/sensitivity_tuned.png"
    result = snakemake(project(tmp_path / "repeated", config), "-n", "-p", figure)
    assert result.returncode == 0, result.stdout + result.stderr
    drawn = next(line for line in result.stdout.splitlines() if " figures trials " in line)
    assert "Tuned (the first of 3 tunings)" in drawn

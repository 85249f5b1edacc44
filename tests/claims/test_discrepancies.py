"""What the chapter's faults cost: paired differences, a formula, and a single run."""

import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from onescale.claims.spec import as_list
from onescale.cli.claims import discrepancies as command
from onescale.core.errors import DataError, SpecError
from onescale.training.variant import Variant
from places import configuration
from workflow_project import planned

FAULTY = {0: 0.9612, 1: 0.9598, 2: 0.9625, 3: 0.9607, 4: 0.9619}
MENDED = {0: 0.9714, 1: 0.9697, 2: 0.9727, 3: 0.9705, 4: 0.9720}


def run(paths, places, *options):
    given = [*map(str, paths), "--spec", json.dumps({"discrepancies": places}), *map(str, options)]
    return CliRunner().invoke(command, given)


def test_a_pair_is_the_paired_t_test(write_run, tmp_path):
    import pandas as pd

    paths = [write_run("faulty", FAULTY), write_run("mended", MENDED)]
    place = {"words": "A fault", "as_written": "faulty", "put_right": "mended"}
    result = run(paths, [place], "--csv", tmp_path / "d.csv")
    assert result.exit_code == 0, result.output
    frame = pd.read_csv(tmp_path / "d.csv").set_index("measure")
    expected = stats.ttest_rel(list(MENDED.values()), list(FAULTY.values()))
    row = frame.loc["test accuracy"]
    beyond = stats.ttest_rel(np.subtract(list(MENDED.values()), 0.002), list(FAULTY.values()))
    assert row["p"] == pytest.approx(beyond.pvalue, rel=1e-9)
    assert row["mending_helps"] == "supported"
    assert (row["low"], row["high"]) == pytest.approx(tuple(expected.confidence_interval()))
    time = frame.loc["CPU time of a step"]
    assert time["estimate"] == 1  # the same time, and no NaN for it
    assert time["mending_helps"] == "no difference that matters"


def test_what_is_not_judged_has_no_p_and_no_word_on_a_claim(write_run, tmp_path):
    import pandas as pd

    slightly = {seed: accuracy + 0.0015 for seed, accuracy in FAULTY.items()}
    slightly[0] += 0.001
    paths = [write_run("faulty", FAULTY), write_run("mended", slightly)]
    place = {"words": "A fault", "as_written": "faulty", "put_right": "mended"}
    page = run(paths, [place]).output
    assert "a difference in favour of mending, of which it is open" in page
    assert "the claim" not in page and "- gap:" not in page
    both = place | {"as_written": ["faulty"] * 2, "put_right": ["mended", "faulty"]}
    assert "- mended against faulty, test accuracy: a difference in" in run(paths, [both]).output
    run(paths, [place], "--csv", tmp_path / "d.csv")
    frame = pd.read_csv(tmp_path / "d.csv").set_index("measure")
    assert pd.isna(frame.loc["gap", "p"]) and frame.loc["test accuracy", "p"] > 0


def test_a_formula_and_a_single_run(write_run, tmp_path):
    for name, values in (("right", (-1, 1, -0.5, 0.5)), ("wrong", (1, 1, 0.25, 0.25))):
        lines = "\n".join(f"p{i},{v}" for i, v in enumerate(values))
        (tmp_path / f"{name}.csv").write_text(f"who,age\n{lines}\n")
    places = [
        {"words": "A formula", "table": {"as_written": "wrong", "put_right": "right"}},
        {"words": "One run", "one_run": ["faulty"]},
    ]
    paths = [write_run("faulty", FAULTY)]
    result = run(paths, places, "--tables", tmp_path, "--csv", tmp_path / "d.csv")
    assert result.exit_code == 0, result.output
    import pandas as pd

    lost, off, half = pd.read_csv(tmp_path / "d.csv")["estimate"]
    assert (lost, off) == (2, 2)  # a cost in the count, and a cost in the size
    sd = np.std(list(FAULTY.values()), ddof=1)
    assert half == pytest.approx(stats.t.ppf(0.975, 4) * sd * math.sqrt(1.2))
    page = run(paths, places, "--tables", tmp_path).output
    assert "nan" not in page.lower() and "±" in page
    notes = [line for line in page.splitlines() if line.startswith("- ")]
    assert notes == [
        "- values below the mean that are shown above it: of 4; no chance in it.",
        "- largest error of a value: no chance in it.",
    ]


def test_what_is_missing_or_not_known_is_told(write_run):
    paths = [write_run("faulty", FAULTY)]
    place = {"words": "A fault", "as_written": "faulty", "put_right": "mended"}
    found = run(paths, [place]).exception
    assert isinstance(found, DataError) and "mended" in str(found)
    found = run(paths, [{"words": "A fault", "as_writen": "faulty"}]).exception
    assert isinstance(found, SpecError) and "as_written" in str(found)
    found = run(paths, [{"words": "x", "table": {"as_written": "a", "put_right": "b"}}]).exception
    assert isinstance(found, DataError) and "--tables" in str(found)


def test_each_configured_pair_differs_in_that_place_alone():
    config = configuration()
    plan = planned(config)
    for place in config["discrepancies"]:
        written, right = (as_list(place.get(key, [])) for key in ("as_written", "put_right"))
        for names in zip(written, right, strict=True):
            if "one_run" in place:  # of which tuning is what differs
                continue
            one, other = (Variant.from_mapping(plan.variants[n]).to_mapping() for n in names)
            differing = {key for key in one if one[key] != other[key]} - {"name"}
            assert len(differing) == 1, (place["words"], differing)


def test_what_is_tuned_counts_only_if_every_repeat_of_the_tuning_agrees(write_run, tmp_path):
    """As on the page of claims; here it once rested on the first of three."""
    import pandas as pd

    runs = {"faulty": FAULTY, "mended": MENDED, "mended_again1": MENDED, "mended_again2": FAULTY}
    place = {"words": "A fault", "as_written": "faulty", "put_right": "mended"}
    for names, word in ((list(runs)[:3], "supported"), (list(runs), "open")):
        paths = [write_run(name, runs[name]) for name in names]
        assert run(paths, [place], "--csv", tmp_path / "d.csv").exit_code == 0
        row = pd.read_csv(tmp_path / "d.csv").set_index("measure").loc["test accuracy"]
        assert row["mending_helps"] == word and row["estimate"] > 0.01
    assert row["note"].endswith(
        "tuned 3 times, which comes to: supported, supported, no difference that matters"
    )

"""`onescale claims`: from a claim as it is configured to its verdict, and what is said of it."""

import csv
import json

import numpy as np
import pytest

from made_up_claims import ADAM, CLOSE, SGD, invoke, judged, page_of, spec
from made_up_runs import run_entry
from onescale.claims import verdicts as claims
from onescale.claims.spec import ClaimSpec
from onescale.core.errors import DataError, SpecError
from onescale.runs import record as records

DESIGNED = [
    *("claim", "words", "setting", "test", "seeds", "estimate", "low", "high", "p"),
    *("verdict", "figure"),
]


@pytest.mark.parametrize(
    ("decisions", "verdict"),
    [
        ("supported", "holds"),
        ("supported, not asked", "holds"),
        ("supported, reversed", "holds in part"),
        ("supported, open", "holds in part"),
        ("supported, no difference that matters", "holds in part"),
        ("no difference that matters", "no difference that matters"),
        ("no difference that matters, open", "open"),
        ("reversed", "the reverse holds"),
        ("reversed, no difference that matters", "the reverse holds in part"),
        ("reversed, open", "the reverse holds in part"),
        ("open", "open"),
        ("open, not asked", "open"),
        ("not asked", "not asked"),
        ("supported, not run", "not run"),
    ],
)
def test_what_the_parts_make_of_a_claim(decisions, verdict):
    assert claims.verdict(decisions.split(", ")) == verdict


def test_a_headline_never_says_that_what_mostly_holds_does_not(write_run):
    paths = [write_run("adam", ADAM), write_run("sgd", SGD), write_run("close", CLOSE)]
    (row,) = judged(paths, {"suited_rates": [{"of": "adam", "than": "sgd"}]})
    assert row.verdict == "holds" and row.decisive.decision == "supported"
    (row,) = judged(paths, {"suited_rates": {"of": "adam", "than": ["sgd", "close"]}})
    assert row.verdict == "holds in part" and row.decisive.hypothesis.than == "sgd"
    assert [one.decision for one in row.tested] == ["supported", "no difference that matters"]
    page = page_of([row])
    assert "1 of 2 supported: test accuracy: adam against sgd, +2.98 points" in page
    assert "1 of 2 no difference that matters: test accuracy: adam against close" in page
    also = [{"of": "adam", "than": "sgd"}, {"of": "adam", "than": "close", "also": True}]
    (row,) = judged(paths, {"suited_rates": also})
    assert row.verdict == "holds"


@pytest.mark.parametrize(
    ("than", "kind"),
    [
        ({"as_written": "adam"}, "The reverse holds, at least in part:"),
        ({"as_written": "adam", "tuned": "sgd"}, "The reverse holds, at least in part, in some"),
    ],
)
def test_what_is_reversed_in_one_setting_is_not_said_to_be_everywhere(write_run, than, kind):
    paths = [write_run(name, runs) for name, runs in (("adam", ADAM), ("sgd", SGD))]
    paths.append(write_run("low", {seed: accuracy + 1e-4 for seed, accuracy in SGD.items()}))
    rows = judged(paths, {setting: {"of": "low", "than": name} for setting, name in than.items()})
    assert f"- **{kind}" in page_of(rows)


def test_a_measure_at_a_time_and_a_case_apart(write_run):
    fitted = [run_entry(s, a, train=a + 0.02) for s, a in ADAM.items()]
    # Both accuracies fall: the gap narrows because the net underfits.
    under = [run_entry(s, a - 0.05 + 0.001 * (s == 0), train=a - 0.045) for s, a in ADAM.items()]
    paths = [write_run("fitted", fitted), write_run("under", under)]
    pair = {"of": "under", "than": "fitted", "measure": ["gap", "test_accuracy"]}
    gap, accuracy = judged(paths, {"tuned": pair})
    assert (gap.measure, gap.verdict) == ("gap", "holds")
    assert (accuracy.measure, accuracy.verdict) == ("test_accuracy", "the reverse holds")
    (both,) = judged(paths, {"tuned": pair}, as_one=True)
    assert both.measure is None and both.verdict == "holds in part"
    cases = [pair | {"measure": "gap", "case": case} for case in ("one", "two")]
    assert [row.case for row in judged(paths, {"tuned": cases})] == ["one", "two"]
    (row,) = judged(paths, {"tuned": pair | {"measure": "test_accuracy"}}, beside="gap")
    assert row.tested[0].beside.high < 0 and "gap beside it" in page_of([row])


def test_a_gap_that_only_repeats_test_accuracy_is_said_to(write_run):
    """On 300 images every net fits all of them, so two rows once looked like two findings."""
    runs = {"plain": (0.0, 1.0), "helped": (0.004, 1.0), "loose": (0.004, 0.99)}
    entries = {
        name: [run_entry(s, a + by + 1e-4 * (s == 1), train=train) for s, a in ADAM.items()]
        for name, (by, train) in runs.items()
    }
    paths = [write_run(name, own) for name, own in entries.items()]
    both = {"of": ["helped", "loose"], "than": "plain", "measure": ["gap", "test_accuracy"]}
    page = page_of(judged(paths, {"images_300": both}))
    assert "one finding and not two (helped against plain)." in page


def test_a_verdict_on_what_was_asked_of_several_parts_says_so(write_run):
    paths = [write_run("adam", ADAM), write_run("sgd", SGD)]
    paths += [write_run(f"dead{k}", {s: 0.1 for s in ADAM}) for k in (1, 2)]
    parts = [{"of": "adam", "than": "sgd"}, {"of": "dead1", "than": "dead2"}]
    (row,) = judged(paths, {"tuned": parts}, learns=0.5)
    assert row.verdict == "holds" and "- tuned: **holds, of what was asked** (" in page_of([row])
    (row,) = judged(paths, {"tuned": parts[:1]}, learns=0.5)
    assert "of what was asked** (" not in page_of([row])


def test_a_difference_that_may_not_matter_is_told_with_its_direction(write_run):
    noise = {s: a + d for (s, a), d in zip(ADAM.items(), (1e-4, -1e-4, 2e-4, 0, 1e-4), strict=True)}
    more = {s: a + 0.002 for s, a in noise.items()}
    paths = [write_run("adam", ADAM), write_run("more", more)]
    for of, than, told in (("more", "adam", "in favour of"), ("adam", "more", "against")):
        (row,) = judged(paths, {"tuned": {"of": of, "than": than}})
        assert row.verdict == "open"
        assert f"; a difference {told} the claim, of which it is open whether" in page_of([row])


def test_each_sentence_has_the_numbers_of_the_part_that_it_names(write_run):
    """Weight decay once had the loss of accuracy of another part under it."""
    runs = {"plain": 0.0, "helped": 0.004, "hurt": -0.011}
    entries = {
        name: [run_entry(s, a + by + 1e-4 * (s == 1), train=0.99) for s, a in ADAM.items()]
        for name, by in runs.items()
    }
    paths = [write_run(name, own) for name, own in entries.items()]
    parts = [{"of": name, "than": "plain"} for name in ("helped", "hurt")]
    (row,) = judged(paths, {"tuned": parts})
    (line,) = (line for line in page_of([row]).splitlines() if line.startswith("- tuned"))
    supported, reversed_, *_ = line.split("; ")
    assert "helped against plain, +0.40" in supported and "1.1" not in supported
    assert "hurt against plain, −1.10" in reversed_ and "0.4" not in reversed_


def test_what_holm_over_the_page_removes_is_marked_where_it_stands(write_run):
    rng = np.random.default_rng(6)
    near = {s: a - 0.0055 + 0.00215 * (s / 2 - 1) for s, a in ADAM.items()}  # p = 0.01
    noise = {f"n{k}": {s: a + rng.normal(0, 0.004) for s, a in ADAM.items()} for k in range(9)}
    paths = [write_run("adam", ADAM), write_run("near", near), write_run("sgd", SGD)]
    settings = {
        "as_written": {"of": "adam", "than": "sgd"},
        "tuned": {"of": "adam", "than": "near"},
    }
    sure, unsure = judged(paths, settings)
    assert (unsure.verdict, unsure.corrected) == ("holds", "holds") and "†" not in " ".join(
        line for line in page_of([sure, unsure]).splitlines() if line.startswith("|")
    )
    paths += [write_run(name, runs) for name, runs in noise.items()]
    settings |= {"images_300": {"of": "adam", "than": list(noise)}}
    rows = judged(paths, settings)
    sure, unsure = rows[:2]
    assert (sure.verdict, sure.corrected) == ("holds", "holds")
    assert (unsure.verdict, unsure.corrected) == ("holds", "open")
    everything = [one for row in rows for one in row.tested]
    ps = [one.p for one in everything]
    assert unsure.tested[0].p_holm == pytest.approx(unsure.tested[0].p * (len(ps) - 1), rel=0.2)
    page = page_of(rows)
    assert (
        "**supported** †" in page
        and "holds †" in page
        and "; † corrected over the page: open" in page
    )
    assert "would remove 1, marked †, which changes 1 of 3 verdicts" in page


def test_the_seeds_needed_are_told_with_what_they_would_show(write_run):
    rng = np.random.default_rng(5)
    noisy = {s: a + rng.normal(0, 0.006) for s, a in ADAM.items()}
    paths = [write_run("adam", ADAM), write_run("noisy", noisy)]
    (row,) = judged(paths, {"tuned": {"of": "adam", "than": "noisy"}})
    needed = row.decisive.outcome.needed
    told = (
        f"lies a difference of 0.2 points beyond the limit, with 80 % power, takes {needed} seeds"
    )
    assert row.verdict == "open" and told in page_of([row])


def test_what_another_smallest_difference_would_change_is_a_table(write_run):
    wide = {s: a + 0.003 + 1e-4 * s for s, a in ADAM.items()}
    paths = [write_run("adam", ADAM), write_run("wide", wide), write_run("sgd", SGD)]
    given = ClaimSpec.from_mapping(
        spec({"as_written": {"of": "adam", "than": "sgd"}, "tuned": {"of": "wide", "than": "adam"}})
    )
    rows, half, twice = (
        claims.judge(given, records.read_all(paths), scale=scale) for scale in (1, 0.5, 2)
    )
    assert [row.verdict for row in rows] == [row.verdict for row in half] == ["holds", "holds"]
    assert [row.verdict for row in twice] == ["holds", "no difference that matters"]
    page = page_of(rows, scaled={0.5: half, 2.0: twice})
    table = page[page.index("## What another") :]
    assert "1 of 2 verdicts change" in table
    for head in ("0.1 points, ×1.05", "0.2 points, ×1.1", "0.4 points, ×1.21"):
        assert head in table


def test_csv_and_page(write_run, tmp_path):
    paths = [write_run("adam", ADAM), write_run("sgd", SGD)]
    given = spec({"as_written": {"of": "adam", "than": "sgd"}}, figure="figures/x.png")
    out = [tmp_path / name for name in ("c.csv", "p.csv", "c.md")]
    files = zip(("--csv", "--parts", "--markdown"), out, strict=True)
    result = invoke(*paths, "--spec", json.dumps(given), *(word for pair in files for word in pair))
    assert result.exit_code == 0, result.output
    (row,) = csv.DictReader(out[0].read_text(encoding="utf-8").splitlines())
    assert list(row)[: len(DESIGNED)] == DESIGNED
    assert (row["claim"], row["setting"], row["verdict"]) == ("1", "as_written", "holds")
    assert (row["seeds"], row["figure"], row["parts_supported"]) == ("5", "figures/x.png", "1")
    assert float(row["low"]) < float(row["estimate"]) < float(row["high"])
    page = out[2].read_text(encoding="utf-8")
    assert "docs/method.md" in page and "(figures/x.png)" in page
    assert ", by seeds 0 to 4. A claim" in page  # fresh ones have a page that looks the same
    assert "- as written: **holds** (test accuracy: adam against sgd, +2.98 points" in page
    assert "nan" not in (page + out[0].read_text() + out[1].read_text()).lower()


def test_a_claim_without_its_runs_is_not_run_and_named(write_run, tmp_path):
    given = spec(
        {"suited_rates": {"of": "adam", "than": "sgd"}, "tuned": {"of": "adam", "than": "x"}}
    )
    out = tmp_path / "c.csv"
    result = invoke(write_run("adam", ADAM), "--spec", json.dumps(given), "--csv", out)
    assert isinstance(result.exception, DataError) and result.exception.exit_code == 3
    assert "sgd" in str(result.exception) and "x" in str(result.exception)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert {row["verdict"] for row in rows} == {"not run"}
    assert all(row["p"] == row["estimate"] == "" for row in rows)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"measure": "test_acuracy"}, "test_accuracy"),
        ({"test": "beter"}, "better"),
        ({"mesure": "gap"}, "measure"),
        ({"settings": {"as_writen": {"of": "a", "than": "b"}}}, "as_written"),
        ({"settings": {"tuned": {"off": "a", "than": "b"}}}, "of"),
        ({"settings": {"tuned": {"of": "a"}}}, "than"),
        ({"settings": {"tuned": {"of": "a", "test": "reaches"}}}, "level"),
        ({"settings": {"tuned": {"of": "a", "than": "b", "level": "hihg"}}}, "low or high"),
        ({"settings": {"tuned": {"of": "a", "than": "b", "measure": "path_length"}}}, "surface"),
        ({"settings": {"tuned": {"of": {"al": "a"}, "than": "b"}}}, "all"),
        ({"settings": {"tuned": {"of": "a", "than": "b", "test": "identical"}}}, "weights"),
        ({"beside": "accuracy"}, "accuracy"),
    ],
)
def test_what_is_not_known_is_told(change, told):
    given = spec({"tuned": {"of": "a", "than": "b"}})
    given["claims"]["one"] |= change
    result = invoke("--spec", json.dumps(given))
    assert isinstance(result.exception, SpecError) and result.exception.exit_code == 2
    assert told in str(result.exception)


def test_one_seed_and_no_common_seed_are_open(write_run):
    paths = [write_run("one", {0: 0.97}), write_run("adam", ADAM), write_run("far", {7: 0.9})]
    for name, told in (("one", "one pair"), ("far", "no seed in common")):
        (row,) = judged(paths, {"tuned": {"of": "adam", "than": name}})
        assert row.verdict == "open" and told in row.decisive.outcome.note
        assert row.decisive.p is None and row.decisive.p_holm is None


def test_a_diverged_run_counts_and_is_told(write_run):
    entries = [run_entry(s, a) for s, a in SGD.items()]
    entries[2] = run_entry(2, 0.1135, diverged=601)
    paths = [write_run("adam", ADAM), write_run("sgd", entries)]
    (row,) = judged(paths, {"tuned": {"of": "adam", "than": "sgd"}})
    assert "diverged: sgd with seed 2" in row.decisive.outcome.note
    assert row.verdict == "open" and row.decisive.outcome.seeds == 5

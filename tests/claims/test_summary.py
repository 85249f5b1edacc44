"""How claims.md opens, and why each claim should hold: every sentence by its interval."""

import re

import pytest

from onescale.claims.spec import ClaimSpec
from onescale.claims.summary import summary, why
from onescale.comparison.effects import HELPS, OPEN, SAME, worths
from onescale.comparison.spec import Criteria, techniques
from onescale.core.text import points
from onescale.runs import record as records
from places import ROOT, configuration
from workflow_project import planned

CONFIG = configuration()
CLAIMS = ClaimSpec.from_mapping({"claims": CONFIG["claims"]}).claims
ROWS = techniques(
    [
        {"label": "batch norm", "of": "batch_norm", "than": "adam", "group": "over Adam"},
        {"label": "dropout", "of": "dropout", "than": "adam", "group": "over Adam"},
        {"label": "noise", "of": "noise", "than": "adam", "group": "on few images"},
    ]
)
ADAM = {s: 0.930 + 0.001 * s for s in range(5)}


@pytest.fixture
def runs(write_run):
    found = {
        "adam": ADAM,
        "batch_norm": {s: a + 0.01 + 0.0001 * s for s, a in ADAM.items()},
        "dropout": {s: a + 0.0001 * s for s, a in ADAM.items()},
        "twin": ADAM,
        "noise": {s: a + 0.01 * (-1) ** s for s, a in ADAM.items()},
        "maybe": {s: a - 0.001 - 0.0005 * s for s, a in ADAM.items()},
    }
    return records.read_all([write_run(name, one) for name, one in found.items()])


def test_a_sentence_names_each_technique_with_its_interval(runs):
    told = summary(ROWS, runs, Criteria())
    by_label = {one.technique.label: one.accuracy for one in worths(ROWS, runs, Criteria())}
    assert by_label["batch norm"].outcome == HELPS and by_label["dropout"].outcome == SAME

    def shown(label):
        return f"{label} ({points(by_label[label].low)} to {points(by_label[label].high)})"

    higher, same = shown("batch norm"), shown("dropout")
    assert f"higher with {higher}; no difference that matters with {same}." in told
    assert f"- **on few images.** Test accuracy: open with {shown('noise')}." in told
    assert "Speed" not in told  # nobody gets to 95 %
    assert "](figures/effects.png)" in told


def test_a_technique_without_its_runs_is_named(runs):
    del runs["noise"]
    told = summary(ROWS, runs, Criteria())
    assert "- on few images: not run: noise." in told and "higher with batch norm (" in told


def test_what_is_open_is_said_to_lie_lower_where_its_interval_leaves_nothing_out(runs):
    (row,) = techniques([{"label": "maybe", "of": "maybe", "than": "adam", "group": "over Adam"}])
    (worth,) = worths([row], runs, Criteria())
    assert worth.accuracy.outcome == OPEN and -0.004 < worth.accuracy.low < -0.002
    assert -0.002 < worth.accuracy.high < 0
    told = summary([row], runs, Criteria())
    assert "lower, but whether by enough to matter is open, with maybe (" in told


def test_a_technique_whose_tuning_changes_its_effect_is_said_to_be_open(runs, write_run):
    again = records.read_all([write_run("batch_norm_again1", ADAM)])
    told = summary(ROWS[:1], runs | again, Criteria())
    assert "open, since repeated tuning comes to something else, with batch norm (" in told
    assert "; tuned 2 times: helps, no difference that matters)" in told and "higher" not in told


def test_what_has_no_spread_has_its_number_and_one_seed_none(runs, write_run):
    (row,) = techniques([{"label": "twin", "of": "twin", "than": "adam", "group": "over Adam"}])
    assert "no difference that matters with twin (0.00 to 0.00)." in summary(
        [row], runs, Criteria()
    )
    one = records.read_all([write_run("twin", {0: 0.9}), write_run("adam", {0: 0.8})])
    assert "open with twin (one pair of seeds: no spread" in summary([row], one, Criteria())


def test_the_words_of_verdicts_are_explained_in_five_lines(runs):
    told = summary(ROWS, runs, Criteria())
    words = re.findall(r"^- [^*]*\*\*([a-z ]+)\*\*", told.split("claims\n")[1], re.MULTILINE)
    assert words == [
        *("holds", "holds in part", "no difference that matters", "the reverse holds", "open")
    ]


def test_a_page_without_effects_opens_with_its_claims():
    assert summary([], {}, Criteria()) == ""


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_every_claim_says_why_in_two_or_three_sentences(claim):
    sentences = re.split(r"(?<=[.)])\s+(?=[A-Z])", re.sub(r"et al\.|\bm\.", "et al", claim.why))
    assert 2 <= len(sentences) <= 4, sentences
    assert f"![{claim.words}]({claim.figure})" in why(claim) and claim.why in why(claim)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_works_that_a_claim_cites_stand_among_the_sources(claim):
    """One was cited and listed nowhere."""
    sources = (ROOT / "docs/method.md").read_text(encoding="utf-8").split("## Sources")[1]
    for name, year in re.findall(r"(\w+)(?: et al\.)?,? \(?((?:19|20)\d\d)\)?", claim.why):
        assert re.search(rf"{name}[^\n]*?\({year}\)", sources), f"{name} {year}"


def test_figures_of_claims_are_made_by_the_workflow():
    plan = planned(CONFIG)
    made = {"surface", "activations", "effects"}
    made |= {f"{kind}_{group}" for group in plan.groups for kind in plan.pictures(group)}
    made |= {
        f"{name}_{f['kind']}" for name, given in plan.studies.items() for f in given["figures"]
    }
    named = {claim.figure for claim in CLAIMS}
    named |= {one.figure for claim in CLAIMS for part in claim.settings.values() for one in part}
    assert {f"figures/{name}.png" for name in made} >= named - {None}

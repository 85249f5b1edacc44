"""Which runs the claims of a configuration need, and where seconds are compared."""

import json

import pytest
import yaml

from onescale.claims.needs import claimed, helped, require_frozen, rules, spec, timed
from onescale.core.errors import SpecError
from onescale.training.expansion import repeats
from onescale.training.plan import Plan
from places import ROOT, configuration
from workflow_project import evidence_config, planned

UNKNOWN = {"words": "So.", "one_run": ["sdg"]}
UNEVEN = {"words": "So.", "as_written": ["sgd", "adam"], "put_right": "dropout"}
HELD = {"measure": "test_accuracy", "test": "better"}
EFFECT = {"label": "Adam", "of": "adam", "than": "sgd", "group": "over SGD"}
OWN = planned(configuration())


def plan(parts, discrepancies=()) -> Plan:
    claim = {"words": "So it is.", "settings": {"suited_rates": parts}}
    config = evidence_config() | {"claims": {"one": claim}, "discrepancies": list(discrepancies)}
    return planned(config)


def test_claims_need_the_runs_that_they_name():
    config = plan([HELD | {"of": "adam", "than": {"best": ["ratios_*"]}}])
    assert claimed(config) == ["adam", "ratios_0_5", "ratios_0_9"]
    assert claimed(config, "seconds") == []


def test_weights_are_needed_where_bits_are_compared():
    same = {"measure": "weights", "test": "identical", "of": "sgd", "than": "dropout"}
    gap = HELD | {"measure": "gap", "of": "adam", "than": "sgd"}
    assert claimed(plan([gap, same]), "arrays") == ["sgd", "dropout"]


def test_what_is_tuned_needs_every_repeat_of_its_tuning():
    published = yaml.safe_load((ROOT / "config/published.yaml").read_text(encoding="utf-8"))
    config = configuration()
    for group, given in published["tuning"].items():
        config["tuning"][group] |= given
    repeated = planned(config)
    for group in published["tuning"]:
        for name, again in repeated.repeated(group).items():
            assert repeats(name, repeated.trained) == again and len(again) == 2
    assert {"fast_adam", "fast_adam_again2", "tuned_sgd_again1"} <= set(claimed(repeated))
    assert "fast_adam_again2" in timed(repeated, "claims")


def test_predictions_are_needed_where_test_accuracies_are_compared():
    early = HELD | {"of": "dropout", "than": "sgd", "after": 601}
    assert claimed(plan([HELD | {"of": "adam", "than": "sgd"}, early]), "arrays") == ["adam", "sgd"]


@pytest.mark.parametrize("key", ["measure", "beside"])
@pytest.mark.parametrize("measure", ["seconds", "step_cost"])
def test_seconds_are_needed_where_they_are_judged_or_shown(key, measure):
    part = HELD | {"of": "adam", "than": "sgd", key: measure, "level": 0.5}
    assert timed(plan([part]), "claims") == ["adam", "sgd"]


def test_pages_tell_which_of_their_variants_are_timed():
    config = plan(
        HELD | {"of": "adam"}, [{"words": "So.", "as_written": "sgd", "put_right": "adam"}]
    )
    assert timed(config, "comparison") == ["sgd", "adam", "dropout"]
    assert timed(config, "comparison_tuned") == ["tuned_sgd", "tuned_adam"]
    assert timed(config, "study_ratios") == ["adam", "ratios_0_5", "ratios_0_9"]
    assert timed(config, "discrepancies") == ["sgd", "adam"]


@pytest.mark.parametrize(
    ("parts", "places", "page", "told"),
    [
        (HELD | {"of": "adm"}, [], "claims", "claims: unknown name 'adm'"),
        (HELD | {"of": {"all": ["nothing_*"]}}, [], "claims", r"claims: unknown name 'nothing_\*'"),
        (HELD | {"of": {"spraed": "he"}}, [], "claims", "claims.one.suited_rates: .*spraed"),
        (HELD | {"of": "adam", "measure": "gpa"}, [], "claims", "suited_rates: .*'gpa'.*gap"),
        (HELD | {"of": "adam", "test": "betr"}, [], "claims", "suited_rates: .*'betr'.*better"),
        (HELD | {"of": "adam"}, [], "claims", "suited_rates: test 'better' needs 'than'"),
        (HELD | {"of": "adam"}, [UNKNOWN], "discrepancies", "discrepancies: .*'sgd'"),
        (
            HELD | {"of": "adam"},
            [UNEVEN],
            "discrepancies",
            "'So.': as many put_right as as_written",
        ),
    ],
)
def test_a_name_that_nothing_has_is_told(parts, places, page, told):
    with pytest.raises(SpecError, match=told):
        claimed(plan(parts, places)) if page == "claims" else timed(plan(parts, places), page)


def test_our_own_claims_name_what_is_trained():
    assert set(claimed(OWN)) <= set(OWN.trained)
    assert set(claimed(OWN, "arrays")) | set(timed(OWN, "claims")) <= set(claimed(OWN))
    assert timed(OWN, "discrepancies")


def frozen(tmp_path, rules) -> str:
    """A claims.csv that was judged by these rules."""
    path = tmp_path / f"{rules}.csv"
    path.write_text(f"claim,rules\n1,{rules}\n")
    return str(path)


def test_rules_are_known_by_all_that_was_fixed_before_the_runs():
    part = HELD | {"of": "adam", "than": "tuned_sgd"}
    same = rules(plan(part))
    assert same == rules(plan(part)) and same.startswith("3-")
    changed = plan(part)
    changed.variants["adam"]["steps"] += 1
    others = [plan(part | {"margin": 0.01}), plan(part | {"than": "sgd"}), changed]
    others += [plan(part), plan(part)]
    others[3].config["rules"] = {"version": 4}
    others[4].searches["tuned_sgd"]["held_out"] += 1
    assert len({same, *map(rules, others)}) == 6
    unnamed = plan(part)
    unnamed.variants["dropout"]["steps"] += 1
    unnamed.config["seeds"] = [5]
    assert rules(unnamed) == same


def test_rules_change_with_the_file_of_an_optimiser_of_ones_own(tmp_path):
    file = tmp_path / "mine.py"
    config = plan(HELD | {"of": "adam", "than": "sgd"})
    config.variants["adam"]["optimizer"] = {"name": "mine", "file": str(file), "class": "Mine"}
    told = set()
    for content in ("decay = 0.9", "decay = 0.99", "decay = 0.9"):
        file.write_text(content)
        told.add(rules(config))
    assert len(told) == 2


def test_effects_need_the_runs_that_they_name():
    def of(row):
        return Plan.from_config(evidence_config() | {"effects": [row]})

    assert helped(of(EFFECT)) == ["adam", "sgd"]
    assert json.loads(of(EFFECT).parts("effects", "statistics"))["effects"] == [EFFECT]
    fast = EFFECT | {"fast": ["tuned_adam", "tuned_sgd"]}
    assert helped(of(fast)) == ["adam", "sgd", "tuned_adam", "tuned_sgd"]
    with pytest.raises(SpecError, match="effects: unknown name 'adm'; did you mean 'adam'"):
        helped(of(EFFECT | {"of": "adm"}))
    assert helped(Plan.from_config(evidence_config())) == []


def test_what_a_page_shows_beside_verdicts_is_no_rule():
    """And is not asked of the page of fresh seeds, whose figures are none."""
    part = HELD | {"of": "adam", "than": "sgd"}
    claim = {"words": "So it is.", "why": "Since.", "figure": "f.png", "settings": {"tuned": part}}
    shown = evidence_config() | {"claims": {"one": claim}, "effects": [EFFECT]}
    bare = {"words": "So it is.", "settings": {"tuned": part}}
    plain = evidence_config() | {"claims": {"one": bare}}
    assert rules(Plan.from_config(shown)) == rules(Plan.from_config(plain))
    fresh = json.loads(spec(Plan.from_config(shown), seeds=[100]))
    assert fresh["claims"] == {"one": bare} and fresh["seeds"] == [100] and "effects" not in fresh
    assert json.loads(spec(Plan.from_config(shown)))["claims"]["one"] == claim


def test_nothing_is_confirmed_but_by_the_rules_of_the_first_seeds(tmp_path):
    config = plan(HELD | {"of": "adam", "than": "sgd"})
    absent, now = str(tmp_path / "absent.csv"), frozen(tmp_path, rules(config))
    require_frozen(config, now, absent)
    require_frozen(config, now, now)
    with pytest.raises(SpecError, match=r"nothing to confirm: no .*absent\.csv; run `snakemake"):
        require_frozen(config, absent, absent)
    with pytest.raises(SpecError, match=r"not frozen: .*1-0\.csv was judged by 1-0, and now they "):
        require_frozen(config, frozen(tmp_path, "1-0"), absent)
    with pytest.raises(SpecError, match=r"not fresh: .*1-0\.csv used them by the rules 1-0; name"):
        require_frozen(config, now, frozen(tmp_path, "1-0"))

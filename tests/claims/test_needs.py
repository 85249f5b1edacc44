"""Which runs the claims of a configuration need, and where seconds are compared."""

import pytest

from onescale.claims.needs import claimed, timed
from onescale.core.errors import SpecError
from onescale.training.plan import Plan
from places import configuration
from workflow_project import evidence_config

HELD = {"measure": "test_accuracy", "test": "better"}
OWN = Plan.from_config(configuration())


def plan(parts, discrepancies=()) -> Plan:
    claim = {"words": "So it is.", "settings": {"suited_rates": parts}}
    config = evidence_config() | {"claims": {"one": claim}, "discrepancies": list(discrepancies)}
    return Plan.from_config(config)


def test_claims_need_the_runs_that_they_name():
    config = plan([HELD | {"of": "adam", "than": {"best": ["ratios_*"]}}])
    assert claimed(config) == ["adam", "ratios_0_5", "ratios_0_9"]
    assert claimed(config, "seconds") == []


def test_weights_are_needed_where_bits_are_compared():
    same = {"measure": "weights", "test": "identical", "of": "sgd", "than": "dropout"}
    gap = HELD | {"measure": "gap", "of": "adam", "than": "sgd"}
    assert claimed(plan([gap, same]), "arrays") == ["sgd", "dropout"]


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
        (HELD | {"of": "adam"}, [{"one_run": ["sdg"]}], "discrepancies", "discrepancies: .*'sgd'"),
    ],
)
def test_a_name_that_nothing_has_is_told(parts, places, page, told):
    with pytest.raises(SpecError, match=told):
        claimed(plan(parts, places)) if page == "claims" else timed(plan(parts, places), page)


def test_our_own_claims_name_what_is_trained():
    assert set(claimed(OWN)) <= set(OWN.trained)
    assert set(claimed(OWN, "arrays")) | set(timed(OWN, "claims")) <= set(claimed(OWN))
    assert timed(OWN, "discrepancies")

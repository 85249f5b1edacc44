"""What a configuration asks for: names, and what each stands for."""

import json

import pytest

from onescale.core.errors import SpecError
from onescale.training.plan import Plan
from onescale.training.tuning import Search
from onescale.training.variant import Variant
from places import configuration
from workflow_project import evidence_config

OWN = Plan.from_config(configuration())


@pytest.fixture
def plan() -> Plan:
    return Plan.from_config(evidence_config())


def test_a_point_that_means_a_known_variant_is_that_variant(plan):
    assert plan.points("ratios") == ["adam", "ratios_0_5", "ratios_0_9"]
    assert plan.trained == [
        *("sgd", "adam", "dropout", "ratios_0_5", "ratios_0_9"),
        *("tuned_sgd", "tuned_adam"),
    ]


def test_own_seeds_are_those_of_new_points(plan):
    seeds = {name: plan.seeds(name) for name in ("adam", "ratios_0_5", "tuned_sgd")}
    assert seeds == {"adam": "0,1", "ratios_0_5": "5,6", "tuned_sgd": "0,1"}


def test_fresh_seeds_are_as_many_as_a_variant_has_of_its_own(plan):
    plan.config["confirm"] = {"seeds": [100, 101, 102]}
    fresh = {name: plan.fresh_seeds(name) for name in ("adam", "ratios_0_5", "tuned_sgd")}
    assert fresh == {"adam": "100,101,102", "ratios_0_5": "100,101", "tuned_sgd": "100,101,102"}


def test_points_of_two_studies_that_mean_the_same_are_trained_once():
    config = evidence_config()
    config["studies"]["again"] = config["studies"]["ratios"] | {"seeds": [9]}
    plan = Plan.from_config(config)
    assert plan.points("again") == plan.points("ratios")
    assert plan.seeds("ratios_0_5") == "5,6"


def test_a_study_tells_its_points_and_axes(plan):
    told = json.loads(plan.study("ratios"))
    assert told["axes"] == ["dropout.ratio"] and told["name"] == "ratios"
    assert told["points"][1] == {"variant": "ratios_0_5", "values": {"dropout.ratio": 0.5}}
    assert json.loads(plan.figure("ratios", "response")) == {
        "kind": "response",
        "x": "dropout.ratio",
    }


def test_tuned_groups_are_compared_as_others_are(plan):
    told = json.loads(plan.comparison(["tuned"]))
    assert told["comparisons"] == {
        "tuned": {
            "title": "Tuned",
            "reference": "tuned_sgd",
            "variants": ["tuned_sgd", "tuned_adam"],
        }
    }
    assert told["trials"] == {"tuned_sgd": 2, "tuned_adam": 2}
    assert json.loads(plan.comparison(["techniques"]))["trials"] == {}


def test_a_group_is_drawn_by_any_time_where_it_is_timed_to_levels():
    config = evidence_config()
    assert "anytime" in Plan.from_config(config).pictures("techniques")
    config["defaults"]["levels"] = []
    plan = Plan.from_config(config)
    assert plan.pictures("techniques") == plan.pictures("tuned") == ["curves", "comparison"]
    assert (plan.page("techniques"), plan.page("tuned")) == ("comparison", "comparison_tuned")


def test_effects_name_their_variants():
    row = {"label": "Adam", "of": "adam", "than": "sgd", "group": "over SGD"}
    plan = Plan.from_config(evidence_config() | {"effects": [row]})
    assert plan.with_effects() == ["adam", "sgd"]
    assert json.loads(plan.effects())["effects"] == [row]
    with pytest.raises(SpecError, match="effects: unknown name 'adm'; did you mean 'adam'"):
        Plan.from_config(evidence_config() | {"effects": [row | {"of": "adm"}]}).with_effects()


def test_what_trains_longer_starts_earlier(plan):
    longer = plan.variants["adam"] | {"steps": 6000}
    plan.variants.update(longer=longer, shifted=longer | {"augment": {"shift": 2}})
    loads = [plan.workload(name) for name in ("adam", "longer", "shifted")]
    assert loads == [1, 6, 12]  # 60 updates of 100 images; 6,000; and twice the work on each
    assert plan.workload("longer", trainings=3) == 18
    assert plan.trainings("tuned_sgd") == 2  # two trials with one seed each


def test_a_name_that_no_variant_has_is_told_with_the_nearest(plan):
    assert plan.known(["adam", "tuned_sgd", "adam"], "claims") == ["adam", "tuned_sgd"]
    with pytest.raises(SpecError, match="claims: unknown name 'adm'; did you mean 'adam'"):
        plan.known(["adm"], "claims")


@pytest.mark.parametrize("name", OWN.variants)
def test_every_variant_of_ours_is_one_that_trains(name):
    assert Variant.from_mapping(json.loads(OWN.spec(name))).name == name


@pytest.mark.parametrize("name", OWN.searches)
def test_every_search_of_ours_is_one_that_tunes(name):
    assert json.loads(OWN.spec(name)) == {"name": name}
    assert len(Search.from_mapping(OWN.searches[name]).points()) == OWN.trials(name)

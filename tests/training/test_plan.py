"""What a configuration asks for: names, and what each stands for."""

import json

import pytest
import yaml

from onescale.core.errors import SpecError
from onescale.nn.optimizers import OPTIMIZERS
from onescale.training.expansion import with_files
from onescale.training.plan import Plan
from onescale.training.search import Search
from onescale.training.variant import Variant
from places import ROOT, configuration
from workflow_project import evidence_config, planned

OWN = planned(configuration())


@pytest.fixture
def plan() -> Plan:
    return planned(evidence_config())


def test_a_point_that_means_a_known_variant_is_that_variant(plan):
    assert plan.points("ratios") == ["adam", "ratios_0_5", "ratios_0_9"]
    assert plan.trained == [
        *("sgd", "adam", "dropout", "ratios_0_5", "ratios_0_9"),
        *("tuned_sgd", "tuned_adam"),
    ]


def test_own_seeds_are_those_of_new_points(plan):
    seeds = {name: plan.seeds(name) for name in ("adam", "ratios_0_5", "tuned_sgd")}
    assert seeds == {"adam": "0,1", "ratios_0_5": "5,6", "tuned_sgd": "0,1"}
    plan.config["seeds"] = [1e3, 2**53 - 1, 2**64 + 1]
    assert plan.seeds("adam") == "1000,9007199254740991,18446744073709551617"


def test_fresh_seeds_are_as_many_as_a_variant_has_of_its_own(plan):
    plan.config["confirm"] = {"seeds": [100, 101, 102]}
    fresh = {name: plan.fresh_seeds(name) for name in ("adam", "ratios_0_5", "tuned_sgd")}
    assert fresh == {"adam": "100,101,102", "ratios_0_5": "100,101", "tuned_sgd": "100,101,102"}


def test_points_of_two_studies_that_mean_the_same_are_trained_once():
    config = evidence_config()
    config["studies"]["again"] = config["studies"]["ratios"] | {"seeds": [9]}
    plan = planned(config)
    assert plan.points("again") == plan.points("ratios")
    assert plan.seeds("ratios_0_5") == "5,6"


def test_a_study_tells_its_points_and_axes(plan):
    told = json.loads(plan.study("ratios"))
    assert told["axes"] == ["dropout.ratio"] and told["name"] == "ratios"
    assert told["points"][1] == {"variant": "ratios_0_5", "values": {"dropout.ratio": 0.5}}
    assert json.loads(plan.figure("studies", "ratios", "response")) == {
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
    config["variants"]["sgd"]["steps"] = 1  # of which there is nothing to follow
    assert "anytime" not in Plan.from_config(config).pictures("techniques")
    config["defaults"]["levels"] = []
    plan = Plan.from_config(config)
    assert plan.pictures("techniques") == plan.pictures("tuned") == ["curves", "comparison"]
    assert (plan.page("techniques"), plan.page("tuned")) == ("comparison", "comparison_tuned")


def test_what_trains_longer_starts_earlier(plan):
    longer = plan.variants["adam"] | {"steps": 6000}
    plan.variants.update(longer=longer, shifted=longer | {"augment": {"shift": 2}})
    loads = [plan.workload(name) for name in ("adam", "longer", "shifted")]
    assert loads == [1, 6, 12]  # 60 updates of 100 images; 6,000; and twice the work on each
    assert plan.workload("longer", trainings=3) == 18
    assert plan.search("tuned_sgd").trainings == 2  # two trials with one seed each


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
    assert len(OWN.search(name).points()) == OWN.search(name).trials


OURS = list(OPTIMIZERS)
LION = str(ROOT / "docs/examples/lion.py")
SPACE = {"rate": {"log_uniform": [0.001, 1]}}


def searched(**changes) -> Plan:
    """With a group of a variant for every optimiser, and one of our own."""
    config = evidence_config()
    group = {"title": "All", "reference": "t_sgd", "prefix": "t", "held_out": 1000, "seeds": [7, 8]}
    config["tuning"] = {"all": group | {"draws": 3, "figures": [{"kind": "best_of"}]} | changes}
    config["optimizers"]["lion"] = {"file": LION, "class": "Lion", "space": SPACE}
    config["comparisons"]["techniques"]["own_optimizers"] = True
    return planned(config)


def test_a_prefix_stands_for_a_variant_of_every_optimiser():
    plan = searched()
    assert list(plan.searches) == [f"t_{name}" for name in [*OURS, "lion"]]
    adam = plan.searches["t_adam"]
    assert adam["base"]["optimizer"] == {"name": "adam"} and adam["base"]["steps"] == 60
    assert set(adam["vary"]) == {"optimizer.rate", "optimizer.epsilon"}
    assert plan.search("t_adam").trials == 4 and plan.search("t_adam").trainings == 8


def test_an_optimiser_of_ones_own_is_a_variant_and_stands_beside_the_others():
    plan = searched()
    source = {"name": "lion", "file": LION, "class": "Lion"}
    assert plan.variants["lion"]["optimizer"] == source
    assert plan.searches["t_lion"]["base"]["optimizer"] == source
    assert plan.groups["techniques"]["variants"] == ["sgd", "adam", "dropout", "lion"]
    assert "own_optimizers" not in plan.comparison(["techniques"])
    assert plan.files("lion") == plan.files("t_lion") == [LION]
    assert plan.files("adam") == plan.files("t_adam") == []


def test_its_file_stands_wherever_it_is_named():
    config = evidence_config()
    config["optimizers"]["lion"] = {"file": LION, "class": "Lion", "space": SPACE}
    config["variants"] |= {
        "lion": {"optimizer": {"name": "lion", "rate": 0.001}},
        "lion_64": {"optimizer": "lion", "precision": "float64"},
    }
    labels = {"a": {"name": "lion"}, "b": {"name": "adam"}}
    config["studies"]["ratios"] |= {"vary": {"optimizer": labels}, "figures": [{"kind": "dots"}]}
    plan = planned(config)
    assert plan.variants["lion"]["optimizer"]["rate"] == 0.001
    for name in ("lion", "lion_64", "ratios_a"):
        assert plan.variants[name]["optimizer"]["file"] == LION
    assert plan.points("ratios") == ["ratios_a", "adam"]


def test_files_of_the_data_set_in_use_and_of_tables_are_taken_where_they_are_found():
    config = configuration()
    found = with_files(config, "there/{}".format)
    before, after = config["datasets"], found["datasets"]
    assert after["mnist"]["sources"] == [f"there/{one}" for one in before["mnist"]["sources"]]
    assert after["fashion-mnist"] == before["fashion-mnist"]
    assert found["tables"]["class_ages"]["file"] == "there/data/class_ages.csv"
    assert config == configuration() and found["variants"] is config["variants"]


def test_repeats_are_searches_with_other_draws_and_seeds_and_rows_of_their_own():
    plan = searched(repeats=2)
    assert plan.repeated("all")["t_sgd"] == ["t_sgd_again1", "t_sgd_again2"]
    assert len(plan.repeated("all")) == len(OURS) + 1
    assert plan.with_repeats(["t_adam"]) == ["t_adam", "t_adam_again1", "t_adam_again2"]
    first, again = (plan.searches[name] for name in ("t_adam", "t_adam_again2"))
    assert (first["seeds"], again["seeds"]) == ([7, 8], [2007, 2008])
    assert first.get("draw_seed", 0) == 0 and again["draw_seed"] == 2
    told = json.loads(plan.comparison(["all_again1"]))["comparisons"]["all_again1"]
    assert told["reference"] == "t_sgd_again1" and "t_lion_again1" in told["variants"]
    assert {"t_adam", "t_adam_again1"} <= set(plan.trained)
    assert plan.groups["all"]["title"].endswith("(the first of 3 tunings)")
    assert plan.groups["all_again1"]["title"].endswith("(repeat 1 of the tuning)")


def test_without_repeats_there_are_none():
    assert (
        not any(searched().repeated("all").values())
        and "first" not in searched().groups["all"]["title"]
    )


@pytest.mark.parametrize("name", ["quick", "fashion"])
def test_what_is_laid_over_names_each_tuning_after_its_objective(name):
    laid = yaml.safe_load((ROOT / f"config/{name}.yaml").read_text(encoding="utf-8"))["tuning"]
    assert "most accurate of 6" in laid["optimizers_tuned"]["title"]
    assert "fastest of 6" in laid["optimizers_fast"]["title"]


def test_the_published_run_makes_all_tunings_three_times():
    published = yaml.safe_load((ROOT / "config/published.yaml").read_text(encoding="utf-8"))
    config = configuration()
    config["seeds"] = published["seeds"]
    for group, given in published["tuning"].items():
        config["tuning"][group] |= given
    plan, repeats = planned(config), {}
    for group in config["tuning"]:
        repeats |= {name: again for name, again in plan.repeated(group).items() if again}
    optimizers = {f"{p}_{name}" for p in ("tuned", "fast") for name in OURS}
    assert set(repeats) == optimizers | set(config["tuning"]["regularizers_300_tuned"]["variants"])
    assert {len(names) for names in repeats.values()} == {2} and len(published["seeds"]) == 20


def test_all_optimisers_of_ours_are_tuned():
    assert list(configuration()["optimizers"]) == OURS


def test_both_tunings_of_ours_have_the_budget_that_they_should():
    for name in ("tuned_adam", "fast_adam"):
        search = Search.from_mapping(OWN.searches[name])
        assert search.draws >= 50 and len(search.seeds) >= 5

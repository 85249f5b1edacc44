"""Another data set needs nothing but its name: what that decides in a configuration."""

import pytest

from onescale.claims.needs import claimed
from onescale.claims.spec import ClaimSpec
from onescale.core.errors import SpecError
from onescale.training.configuration import checked
from onescale.training.plan import Plan
from onescale.training.variant import Variant
from places import configuration, shipped
from workflow_project import small_config, with_value

REPORTED = [{"row": "Adam", "test": "0.9", "as_written": "adam", "put_right": "adam"}]
HELD = {"of": "adam", "than": "sgd", "test": "better"}
CLAIMS = {
    "faster": {
        "words": "Adam is faster.",
        "settings": {"tuned": [HELD | {"measure": "steps", "level": ["low", "high", 0.9]}]},
    },
    "printed": {
        "words": "Adam gets to 90 % and to 91 %.",
        "settings": {
            "tuned": {
                "of": "adam", "test": "reaches_printed", "measure": "test_accuracy",
                "printed": "0.90",
            },
            "as_written": {
                "of": "adam", "test": "reproduces", "measure": "test_accuracy", "printed": "0.91",
            },
        },
    },
    "other": {
        "words": "Adam is better, and half of what is near the mean.",
        "settings": {
            "as_written": [
                HELD | {"measure": "test_accuracy"},
                {"of": {"spread": "he", "activation": "relu"}, "test": "reaches",
                 "measure": "piled_at_mean", "level": 0.5},
            ]
        },
    },
}  # fmt: skip


def configured(dataset: str, **changes) -> dict:
    config = small_config() | {"reported": REPORTED, "claims": CLAIMS, "dataset": dataset}
    return checked(config | changes, shipped)


@pytest.mark.parametrize(
    ("dataset", "given", "folder"),
    [
        ("mnist", {}, "results"),
        ("fashion-mnist", {}, "results/fashion-mnist"),
        ("fashion-mnist", {"results": "mine/here"}, "mine/here"),
    ],
)
def test_results_go_to_a_folder_of_their_own(dataset, given, folder):
    assert configured(dataset, **given)["results"] == folder


def test_variants_are_timed_to_the_levels_of_the_data_set():
    plan = Plan.from_config(configured("fashion-mnist"))
    assert {Variant.from_mapping(v).levels for v in plan.variants.values()} == {(0.85, 0.87)}
    own = with_value(small_config(), ("variants", "adam"), {"levels": [0.5]})
    plan = Plan.from_config(checked(own | {"dataset": "fashion-mnist"}, shipped))
    assert plan.variants["adam"]["levels"] == [0.5]
    assert plan.variants["sgd"]["levels"] == [0.85, 0.87]


def test_claims_speak_of_low_and_high():
    for dataset, levels in (("mnist", [0.95, 0.97, 0.9]), ("fashion-mnist", [0.85, 0.87, 0.9])):
        spec = ClaimSpec.from_mapping(Plan.from_config(configured(dataset)).claims())
        assert [one.level for one in spec.claims[0].settings["tuned"]] == levels
    wrong = {"one": CLAIMS["faster"] | {"level": "lowest"}}
    with pytest.raises(SpecError, match=r"claims\.one.*lowest"):
        configured("mnist", claims=wrong)


def test_what_the_chapter_prints_is_held_to_its_own_data_set_alone():
    both = {name: configured(name) for name in ("mnist", "fashion-mnist")}
    assert [len(config["reported"]) for config in both.values()] == [1, 0]
    specs = {
        name: ClaimSpec.from_mapping(Plan.from_config(config).claims())
        for name, config in both.items()
    }
    assert {name: spec.printed for name, spec in specs.items()} == {
        "mnist": True, "fashion-mnist": False,
    }  # fmt: skip


@pytest.mark.parametrize("dataset", configuration()["datasets"])
def test_each_of_our_data_sets_can_be_trained_and_judged(dataset):
    plan = Plan.from_config(checked(configuration() | {"dataset": dataset}, shipped))
    assert set(claimed(plan)) <= set(plan.trained)
    assert len({tuple(v.get("levels", ())) for v in plan.variants.values()}) == 2  # and a study's

"""Wrong configurations, each told in one line that names the place and what was meant."""

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry

from onescale.core.errors import SpecError
from onescale.training.configuration import checked, require_unmoved
from places import ROOT, configuration, shipped
from workflow_project import evidence_config, planned, small_config, with_value

SCHEMAS = ROOT / "workflow/schemas"
RATES = ("studies", "ratios", "vary", "dropout.ratio")
FIGURES = ("studies", "ratios", "figures")
TUNED = ("tuning", "tuned", "variants")
SPACE = {"rate": {"log_uniform": [0.001, 1]}}
OWN = {"file": str(ROOT / "docs/examples/lion.py"), "class": "Lion", "space": SPACE}
BY_PREFIX = {"title": "Fine", "prefix": "fine", "held_out": 1000, "seeds": [7], "draws": 3}
WRONG = [
    (("sedes",), [0], "top level: .*'sedes' was unexpected.*known: results, .*studies"),
    (("seeds",), [], "seeds: "),
    (("seeds",), ["0x1"], "seeds.0: '0x1' is not a whole number"),
    (("dataset",), "mnits", "dataset: .*did you mean 'mnist'"),
    (("defaults",), None, "defaults: None is not a mapping, such as"),
    (("variants",), {}, "variants: "),
    (("variants", "adam"), {"optimizer": {"name": "adan"}}, "variant adam: .*'adan'.*'adam'"),
    (("variants", "adam"), {"hiden": [50]}, "variant adam: .*'hiden'.*'hidden'"),
    (("variants", "adam"), {"init": "hee"}, "variant adam: .*'hee'.*'he'"),
    (("variants", "Adam"), {}, "variants: 'Adam' is not a name: 2 to 100 of a–z"),
    (("variants", "adam"), {"name": "other"}, "variants.adam: .*'name' was unexpected"),
    (("comparisons", "techniques", "variants"), ["sgd", "adm"], "techniques: variants: .*'adm'"),
    (("comparisons", "techniques", "reference"), "dropuot", "techniques: reference: .*'dropout'"),
    (("reported",), [{"row": "SGD", "as_written": "sgd", "put_right": "sdg"}], "SGD: put_right: "),
    (("digits", "misread"), ["adma"], "digits: misread: .*'adam'"),
    (("statistics", "level"), 2, "statistics.level: 2 "),
    (("surface", "start"), [1], "surface.start: "),
    (("tables", "class_ages", "lable"), "name", "tables.class_ages: .*'lable'.*known: file, label"),
    (RATES, [0.5, 1.5], "studies: ratios: .*ratio.*1.5"),
    (RATES, [0.5, 0.5], "studies: ratios: .*'0_5' comes twice"),
    ((*RATES[:3], "dropuot.ratio"), [0.5], "studies: ratios: .*'dropuot'"),
    (FIGURES, [{"kind": "response", "x": "ratio"}], "studies: ratios: figures: x: .*'ratio'"),
    (FIGURES, [{"kind": "pie"}], "studies.ratios.figures.0.kind: 'pie'"),
    (("variants", "ratios_0_5"), {}, "studies: ratios: another variant is called ratios_0_5"),
    (("tuning", "tuned", "reference"), "tuned_sdg", "tuned: reference: .*'tuned_sgd'"),
    ((*TUNED, "adam"), {"vary": {"steps": [1, 2]}}, "tuned: another variant is called adam"),
    ((*TUNED, "tuned_adam", "vary"), {"steps": [1]}, "as many trials for each, not tuned_sgd 2, "),
    ((*TUNED, "tuned_adam", "vary"), {"stesp": [1, 2]}, "tuned: tuned_adam: .*'stesp'"),
    ((*TUNED, "tuned_adam", "vary"), {"steps": [0, 2]}, "tuned: tuned_adam: .*steps"),
    ((*TUNED[:2], "draws"), 2, "tuned: tuned_sgd: .*log_uniform"),
    ((*TUNED[:2], "rungs"), [{"keep": 3, "seeds": 1}], "tuned: tuned_sgd: rungs: .*all 2 trials"),
    ((*TUNED[:2], "objective"), "sped", "tuning.tuned.objective: 'sped'"),
    ((*TUNED[:2], "prefix"), "fine", "tuning: tuned: it needs either `variants` or a `prefix`"),
    (TUNED[:2], BY_PREFIX | {"prefix": "Fine"}, "tuning.tuned.prefix: 'Fine'"),
    (TUNED[:2], BY_PREFIX | {"reference": "fine_sdg"}, "reference: .*'fine_sgd'"),
    ((*TUNED[:2], "repeats"), -1, "tuning.tuned.repeats: -1 "),
    ((*TUNED[:2], "trial"), {"stesp": 1}, "tuning.tuned.trial: .*'stesp'"),
    (("optimizers", "lion"), {"space": {}}, "optimizers.lion"),
    (("optimizers", "adan"), {"space": SPACE}, "optimizers: .*'adan'.*'adam'.* file and class"),
    (("optimizers", "lion"), OWN | {"file": "lion.py"}, "lion.py: No such file"),
    (("optimizers", "lion"), OWN | {"file": "{a}.py"}, "optimizers.lion: {a}.py: .*braces"),
    (("optimizers", "adam"), OWN, "optimizers: adam is one of ours"),
    (("optimizers", "lion"), {"file": "lion.py", "space": SPACE}, "optimizers.lion: 'class' is"),
    (("claims",), {"one": {"words": "So.", "settings": {"put_rihgt": {"of": "adam"}}}}, "rihgt"),
    (("claims",), {"one": {"words": "So.", "settings": {}, "mesure": "gap"}}, "mesure"),
    (("confirm",), {"seeds": [100, 1]}, "confirm: seeds: 1 is used before"),
    (("confirm",), {"seeds": [5]}, "confirm: seeds: 5 is used before"),  # by a study
    (("confirm",), {"seeds": [8, 7]}, "confirm: seeds: 7 is used before"),  # by tuning
]


@pytest.mark.parametrize(("place", "value", "told"), WRONG)
def test_a_wrong_configuration_is_told_in_one_line(place, value, told):
    with pytest.raises(SpecError, match=told) as caught:
        planned(with_value(evidence_config(), place, value))
    assert "\n" not in str(caught.value)


def test_a_configuration_that_does_not_stand_by_itself_is_laid_over_the_shipped_one():
    given = {"seeds": [7], "variants": {"mine": {"steps": 5}, "adam": {"steps": 6}}}
    plan, whole = planned(given), configuration()
    assert plan.seeds("mine") == "7"
    assert list(plan.config["variants"]) == [*whole["variants"], "mine"]
    adam = plan.config["variants"]["adam"]
    assert adam == whole["variants"]["adam"] | {"steps": 6}
    assert plan.studies.keys() == whole["studies"].keys()


def test_a_configuration_that_stands_by_itself_brings_its_evidence_or_has_none():
    config = {k: v for k, v in small_config().items() if k not in ("studies", "tuning")}
    plan = planned(config)
    assert plan.trained == list(config["variants"]) and not plan.studies


REFUSED = ["/up", "x/", "a//b", "./x", "-x", "{x}", "a\nb", "\x1b[2J", "a\u202eb", "a ", "\udcff"]


@pytest.mark.parametrize("name", [*REFUSED, "x" * 256, "a/" + "é" * 128])
def test_a_folder_that_something_on_the_way_would_misread_is_refused(name):
    with pytest.raises(SpecError, match=r"^results: .* name a folder") as caught:
        planned(small_config() | {"results": name})
    assert "\n" not in str(caught.value) and "\x1b" not in str(caught.value)


def test_a_name_that_no_file_can_bear_is_refused():
    config = evidence_config()
    config["studies"]["ratios"]["vary"] = {"dropout.ratio": {"x" * 300: 0.5}}
    with pytest.raises(SpecError, match=r"studies: ratios: ratios_x.*: a name of 307 characters"):
        planned(config)
    with pytest.raises(SpecError, match="is not a name: 2 to 100"):
        planned(with_value(config, ("variants", "x" * 101), {}))


def test_results_stay_where_the_configuration_says():
    config = {"results": "out/nets"}
    require_unmoved(config, str)
    with pytest.raises(SpecError, match="say where files go by results: FOLDER"):
        require_unmoved(config, "sub/{}".format)


def test_a_folder_may_have_any_other_name():
    name = "한글 결과/$(touch x) 'a' \"b\"; #&%*?[x]~`y`\\"
    assert planned(small_config() | {"results": name}).config["results"] == name


def test_ranges_are_tried_at_both_ends():
    config = with_value(evidence_config(), TUNED[:2], BY_PREFIX)
    space = {"rate": {"log_uniform": [0.1, 1.0]}, "momentum": {"log_uniform": [0.1, 1.0]}}
    config = with_value(config, ("optimizers", "momentum", "space"), space)
    with pytest.raises(SpecError, match=r"tuned: fine_momentum: optimizer.momentum: 1.0 "):
        planned(config)


def test_a_space_of_another_setting_is_told_with_the_nearest():
    config = with_value(evidence_config(), TUNED[:2], BY_PREFIX)
    config = with_value(config, ("optimizers", "adam", "space"), {"epsilom": SPACE["rate"]})
    with pytest.raises(SpecError, match=r"fine_adam: .*'epsilom'; did you mean 'epsilon'"):
        planned(config)


def test_seeds_of_the_command_line_arrive_as_text():
    assert checked(small_config() | {"seeds": ["0", "17"]}, shipped)["seeds"] == [0, 17]


@pytest.mark.parametrize("name", ["config", "evidence"])
def test_each_file_fits_the_schema_that_its_head_names(name):
    """As an editor holds it: the file by itself, to the schema that stands in its first line."""
    path = ROOT / f"config/{name}.yaml"
    mark, _, named = path.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")
    assert mark == "# yaml-language-server: "
    assert (path.parent / named).resolve().parent == SCHEMAS
    schemas = {p.name: yaml.safe_load(p.read_text("utf-8")) for p in SCHEMAS.iterdir()}
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    registry = Registry().with_contents(schemas.items())
    alone = Draft202012Validator({"$ref": Path(named).name}, registry=registry)
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    alone.validate(content)
    assert set(content) == set(schemas[Path(named).name]["properties"])
    assert not alone.is_valid(content | {"other": 1})

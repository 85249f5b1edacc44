"""Values that nobody means, in configurations, specifications, fits and columns of parquet files:
each refused in one line that names its place, or harmless, and never a bug."""

import copy
import datetime
import functools
import json
import os
import random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onescale import cli
from onescale.claims import needs
from onescale.core import settings
from onescale.core.errors import DataError, OnescaleError, SpecError
from onescale.data.fetch import load
from onescale.data.idx import ROLES, IdxSpec
from onescale.tables.reading.dataset import open_files
from onescale.tables.scaling import fit_file
from onescale.training.configuration import checked
from onescale.training.plan import Plan
from onescale.training.search import Search
from onescale.training.variant import Variant
from places import configuration, shipped, values_in
from workflow_project import with_value

DATE = datetime.date(2020, 1, 1)
ODD = [
    *(None, True, -1, 10**400, 1e300, float("inf"), float("nan"), "", "x", "\x1b[2J", "x" * 3000),
    *([], [1], [[]], [None], ["x", "x"], {}, {"a": 1}, {1: 2}, {None: 1}, [float("nan")]),
    *(DATE, b"abc", {1, 2}, "../x", "{x}", {"name": None}),
]  # fmt: skip


def planned(config):
    """All that a rule asks of a configuration before anything runs."""
    config = checked(config, shipped)
    plan = Plan.from_config(config)
    for name in plan.trained:
        plan.spec(name), plan.seeds(name), plan.minutes(name)
    if config["claims"]:
        needs.spec(plan)
        for what in ("runs", "arrays", "seconds"):
            needs.claimed(plan, what)
    return needs.helped(plan)


@functools.cache
def kinds_of_places():
    """One place of every kind in the configuration: what a name stands for is what another's is."""
    named = ("variants", "comparisons", "studies", "tuning", "claims", "tables", "datasets")
    kinds = {}
    for place in values_in(configuration()):
        hidden = place[0] in (*named, "optimizers", "effects", "discrepancies")
        kinds.setdefault((place[0], "*", *place[2:]) if hidden else place, place)
    return [*kinds.values()]


def test_an_odd_value_anywhere_in_the_configuration():
    draw, bugs = random.Random(1), []
    cases = [(place, odd) for place in kinds_of_places() for odd in ODD]
    for place, odd in draw.sample(cases, 600 if "ONESCALE_FAULTS" in os.environ else 4):
        try:
            planned(with_value(configuration(), place, odd))
        except OnescaleError as error:
            if "\n" in str(error):
                bugs.append(f"{place} = {odd!r:.40}: several lines")
        except Exception as error:
            bugs.append(f"{place} = {odd!r:.40}: {type(error).__name__}: {error}")
    assert not bugs, "\n".join(bugs)


TUNED = ("tuning", "regularizers_300_tuned", "variants")
SPREAD = ("claims", "batch_norm_initial_weights", "settings", "chapter_rates", 0)


@pytest.mark.parametrize(
    ("place", "odd", "told"),
    [
        (("variants", "adam", "steps"), 1e300, "variant adam: steps: 1e.300 must be a whole "),
        (("variants", "adam", "steps"), 10**400, "int 1000"),
        (("variants", "adam", "hidden"), [1e300], "hidden: 1e.300 must be a whole number"),
        (("variants", "augment", "augment", "rotation"), 10**320, "variants.augment.augment"),
        ((*TUNED, "tuned_adam_300", "vary", "optimizer.rate", 0), DATE, "date"),
        ((*TUNED, "tuned_adam_300", "vary", -1), [0.1], "tuned_adam_300"),
        ((*TUNED, "tuned_adam_300", "vary", None), [0.1], "tuned_adam_300"),
        ((*SPREAD, "of", "all"), None, "of|all"),
        ((*SPREAD, "than", "all"), {"a": 1}, "all"),
        ((*SPREAD, "level"), [["x"]], "level"),
        (("seeds",), [1e300], "seeds"),
        (("surface", "start", 0), float("nan"), "surface.start.0"),
        (("statistics", "level"), b"abc", "statistics.level: bytes"),
    ],
)  # fmt: skip
def test_what_was_a_bug_in_a_configuration(place, odd, told):
    with pytest.raises(SpecError, match=told):
        planned(with_value(configuration(), place, odd))


def test_what_repeats_itself_or_nests_without_end(monkeypatch):
    monkeypatch.setattr(settings, "_MOST", 10_000)
    inside, bomb = [], ["x"] * 30
    inside.append(inside)
    for _ in range(12):
        bomb = [bomb] * 30
    for odd in (inside, {"a": {"b": inside}}, bomb):
        with pytest.raises(SpecError, match="nested too deeply, or more than any use has"):
            settings.plain({"key": odd})
    assert settings.plain({1: [True, None], "b": (0.5,)}) == {"1": [True, None], "b": [0.5]}


SEARCH = {"name": "a", "held_out": 9, "seeds": [1], "base": {}, "vary": {"optimizer.rate": [0.1]}}


@pytest.mark.parametrize(
    "odd",
    [
        {"seeds": 3}, {"seeds": ["x"]}, {"held_out": "many"}, {"draws": 1e300}, {"base": [1]},
        {"rungs": {"keep": 1}}, {"vary": {f"{k}": [*range(99)] for k in range(9)}},
    ],
)  # fmt: skip
def test_a_search_that_nobody_means(odd):
    with pytest.raises(SpecError):
        Search.from_mapping(SEARCH | odd).check()


def test_a_whole_number_that_no_float_holds():
    with pytest.raises(SpecError, match="steps"):
        Variant(steps=10**400)


ABOUT = {
    "sources": ["here"], "train": 9, "test": 9, "shape": [2, 2], "classes": 2,
    "sha256": {f"{role}-idx": "0" * 64 for role in ("train-images", "train-labels",
                                                    "test-images", "test-labels")},
}  # fmt: skip


@pytest.mark.parametrize("key", ["sources", "train", "shape", "classes", "labels", "type"])
def test_a_data_set_that_nobody_means(key):
    assert IdxSpec.from_mapping("own", ABOUT).classes == 2
    for odd in (None, True, 1.5, 10**30, {"a": 1}, [None], [10**30, 1], "\x1b"):
        with pytest.raises(SpecError):
            IdxSpec.from_mapping("own", ABOUT | {key: odd})


def test_a_cache_that_says_odd_things_of_itself(tmp_path):
    for role in ROLES:
        np.save(tmp_path / f"{role}.npy", np.zeros((3, 4) if "images" in role else 3, np.uint8))
    about = {"name": "own", "hash": "", "classes": 2, "shape": [2, 2], "train": 3, "test": 3}
    about["sha256"] = dict.fromkeys(ROLES, "")
    for key in ("shape", "classes", "train", "sha256", "name"):
        for odd in (None, [], [1], {}, "x", 10**30, [[]], [None], True):
            path = tmp_path / "dataset.json"
            path.write_text(json.dumps(about | {key: odd}), encoding="utf-8")
            with pytest.raises(DataError, match="damaged"):
                load(tmp_path)


def fitted(folder, *options):
    table, fit = folder / "table.csv", folder / "fit.json"
    table.write_text("g,x,y\na,1,2\na,3,5\nb,4,4\nb,5,8\n", encoding="utf-8")
    cli.cli.main(["fit", str(table), "-q", *options, "-o", str(fit)], standalone_mode=False)
    return table, fit, json.loads(fit.read_text(encoding="utf-8"))


def test_an_odd_value_anywhere_in_a_fit_that_is_trusted(tmp_path):
    table, fit, content = fitted(tmp_path, "--by", "g")
    words = [["apply", str(fit), str(table)], ["merge", str(fit), str(fit)]]
    few = 2 if "ONESCALE_FAULTS" not in os.environ else len(ODD)
    for place in values_in(content):
        for odd in random.Random(str(place)).sample(ODD, few):
            edited = with_value(copy.deepcopy(content), place, odd)
            try:
                fit.write_text(json.dumps(edited), encoding="utf-8")
            except (TypeError, ValueError):  # what no JSON says
                continue
            for command in words:
                try:
                    out = ["--trust-edited", "-o", str(tmp_path / "out")]
                    cli.cli.main([*command, *out], standalone_mode=False)
                except OnescaleError as error:
                    assert "\n" not in str(error)


@pytest.mark.parametrize("key", ["form", "read", "columns"])
def test_a_key_that_stands_twice(key, tmp_path):
    _, fit, content = fitted(tmp_path)
    text = json.dumps(content).replace(f'"{key}":', f'"{key}": null, "{key}":', 1)
    fit.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=f"'{key}' stands twice"):
        fit_file.load(fit, trust_edited=True)


COLUMNS = {
    "a zone unknown": pa.array([0, 1]).cast(pa.timestamp("us", tz="Mars/X")),
    "no calendar": pa.array([[2**62], [1]]).cast(pa.list_(pa.timestamp("us"))),
    "an interval": pa.array([(1, 2, 3), None], pa.month_day_nano_interval()),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_without_a_text(name, tmp_path):
    path, table = tmp_path / "t.arrow", pa.table({"k": COLUMNS[name], "x": [1.0, 2.0]})
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)
    with pytest.raises(DataError, match=r"t\.arrow: column 'k' of type .*: no text"):
        cli.cli.main(["standardize", str(path), "-q"], standalone_mode=False)


def test_bytes_in_a_dictionary_and_no_numbers_in_a_list(tmp_path):
    path = tmp_path / "t.parquet"
    dictionary = pa.array([b"\xff", b"a"]).dictionary_encode()
    pq.write_table(pa.table({"b": dictionary, "n": [[float("nan"), float("inf")], [1.0]]}), path)
    batch = next(iter(open_files([str(path)]).batches()))
    assert list(batch.texts(0)) == ["/w==", "YQ=="]
    assert list(batch.texts(1)) == ['[null, "inf"]', "[1.0]"]


def test_a_type_that_parquet_lacks(tmp_path):
    path = tmp_path / "t.arrow"
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([1, 2], pa.int32()), pa.array([1.0, 2.0]))
    table = pa.table({"k": runs, "x": [1.0, 2.0]})
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)
    out = tmp_path / "o.parquet"
    with pytest.raises(DataError, match="cannot be written as parquet"):
        cli.cli.main(["standardize", str(path), "-q", "-o", str(out)], standalone_mode=False)
    assert not out.exists()

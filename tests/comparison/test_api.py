"""Comparing from Python says what the files of the workflow say."""

import pytest

import onescale
from onescale.comparison import table
from onescale.comparison.spec import Spec
from onescale.core.csv_files import as_csv
from onescale.runs.record import read_all

ACCURACIES = {"adam": {0: 0.97, 1: 0.98, 2: 0.96}, "sgd": {0: 0.94, 1: 0.95, 2: 0.91}}
SHORT = {"hidden": [4], "steps": 3, "evaluate_every": 1, "batch_size": 10}


@pytest.fixture
def data(cache):
    from onescale.data.fetch import load

    return load(cache)


def test_run_files_of_a_folder_are_compared_as_on_the_command_line(write_run, tmp_path):
    paths = [write_run(name, runs) for name, runs in ACCURACIES.items()]
    runs = onescale.load_runs(tmp_path)
    frame = onescale.compare(runs, reference="sgd")
    rows = table.compare(read_all(paths), Spec.of(runs, "sgd"))
    assert frame.to_csv(index=False) == as_csv(rows)
    for shown in ("adam", "97.00", "accuracy on mnist"):
        assert shown in runs._repr_html_()
    adam = frame.set_index("variant").loc["adam"]
    shown = frame._repr_html_()
    assert f"{100 * adam['difference']:+.2f}" in shown and str(adam["verdict"]) in shown
    assert "verdict" not in onescale.compare(runs)._repr_html_()


def test_criteria_are_those_of_the_configuration(write_run, tmp_path):
    for name, runs in ACCURACIES.items():
        write_run(name, runs)
    runs = onescale.load_runs(tmp_path)
    wide, narrow = (onescale.compare(runs, confidence=c)["test_accuracy_low"] for c in (0.99, 0.9))
    assert (wide < narrow).all()
    with pytest.raises(onescale.SpecError, match=r"unknown key 'confidenc'.*'confidence'"):
        onescale.compare(runs, confidenc=0.9)


def test_variants_are_trained_as_each_by_itself(data):
    given = {"one": SHORT, "two": SHORT | {"hidden": [5]}}
    runs = onescale.train_all(given, data, [3, 1])
    for name, variant in given.items():
        alone = {run.seed: run for run in onescale.train(variant, data, [3, 1])}
        assert runs[name].name == name and runs[name].runs.keys() == {1, 3}
        for seed, run in runs[name].runs.items():
            assert run.history == alone[seed].history
    at_once = onescale.compare(given, data, [3, 1])
    columns = ["variant", "seeds", "test_accuracy_mean", "test_accuracy_low"]
    assert at_once[columns].equals(onescale.compare(runs)[columns])


def test_what_cannot_be_compared_is_told(data, tmp_path):
    with pytest.raises(onescale.DataError, match="no run files"):
        onescale.load_runs(tmp_path)
    with pytest.raises(onescale.SpecError, match="go with data"):
        onescale.compare({"one": SHORT})
    with pytest.raises(onescale.SpecError, match="reference: unknown variant 'on'"):
        onescale.compare({"one": SHORT}, data, [0], reference="on")
    for none in ([SHORT], {}, None):
        with pytest.raises(onescale.SpecError, match=r"variants: one or more by name, \{'adam'"):
            onescale.compare(none)
    wrong = {
        "seeds: 3 must be a list of them": ({"one": SHORT}, data, 3),
        "data: an onescale.Dataset is needed; found tuple": ({"one": SHORT}, (), [0]),
        "variant one: .*unknown key 'step'": ({"one": SHORT | {"step": 3}}, data, [0]),
        "variant one: .*null must be a mapping": ({"one": None}, data, [0]),
    }
    for told, given in wrong.items():
        with pytest.raises(onescale.SpecError, match=told):
            onescale.train_all(*given)


def test_runs_are_taken_as_they_are_had(write_run, tmp_path):
    """From a folder of results, a file, a mapping, alone."""
    from onescale.figures.curves import listed

    (tmp_path / "runs").mkdir()
    path = write_run("adam", ACCURACIES["adam"]).rename(tmp_path / "runs/adam.json")
    (tmp_path / "manifest.json").write_text("{}")
    runs = onescale.load_runs(tmp_path)
    assert [*runs] == [*onescale.load_runs(path)] == ["adam"]
    assert listed(runs) == listed(runs["adam"]) == listed([runs["adam"]]) == [*runs.values()]
    for none in ([], ["adam"]):
        with pytest.raises(onescale.SpecError, match="drawn of records"):
            listed(none)

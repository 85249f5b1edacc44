"""Studies read back: values along axes, measures, drift, and bad input."""

import json
import math

import pandas as pd
import pytest
from click.testing import CliRunner

from made_up_runs import run_entry
from onescale.cli.compare import study as study_command
from onescale.comparison.drift import drift, layer_shift
from onescale.comparison.study import Study, study_page, study_table
from onescale.core.errors import DataError, SpecError
from onescale.runs.record import read_all


def layer(means, sd=1.0):
    return {"mean": 0.5, "sd": sd, "dead": 0.0, "saturated": 0.0, "node_means": means}


def entries(base, seen=None, **options):
    found = [run_entry(s, base + 0.001 * s, **options) for s in range(3)]
    for entry in found:
        if seen:
            entry["history"]["activations"] = seen
    return found


@pytest.fixture
def study(write_run):
    """Dropout at 0 and at 0.5, on all images and on 300."""
    points, paths = [], []
    for images in ("all", "300"):
        for ratio in (None, 0.5):
            name = f"d_{images}_{'none' if ratio is None else '0_5'}"
            base = 0.97 - (0.2 if images == "300" else 0) - (0.1 if ratio else 0)
            paths.append(write_run(name, entries(base)))
            points.append({"variant": name, "values": {"images": images, "dropout.ratio": ratio}})
    spec = {"name": "d", "title": "Dropout", "axes": ["images", "dropout.ratio"], "points": points}
    return spec, paths


def read(study):
    spec, paths = study
    return Study.from_mapping(spec), read_all(paths)


def test_a_row_a_point_with_what_was_measured(study):
    frame = pd.DataFrame(study_table(*read(study)))
    assert list(frame["images"]) == ["all", "all", "300", "300"]
    assert list(frame["dropout.ratio"]) == ["none", "0.5"] * 2
    accuracies = pd.Series([0.97, 0.971, 0.972])
    assert frame["test_accuracy_mean"][0] == pytest.approx(accuracies.mean())
    assert frame["test_accuracy_sd"][0] == pytest.approx(accuracies.std())
    assert frame["gap_mean"][0] == pytest.approx(0.01)
    assert frame["learnt"][0] == 1


def test_no_interval_of_an_accuracy_leaves_what_one_can_be(write_run):
    """Of three seeds, two of which learn, Student's t reaches past 100 %."""
    path = write_run("wide", {0: 0.95, 1: 0.2, 2: 0.96})
    point = {"variant": "wide", "values": {"rate": 0.8}}
    given = {"name": "d", "title": "Rates", "axes": ["rate"], "points": [point]}
    spec = Study.from_mapping(given)
    rows = study_table(spec, read_all([path]))
    assert rows[0]["test_accuracy_high"] > 1 and rows[0]["test_accuracy_low"] < 0
    page = study_page(spec, rows)
    assert "0.00 to 100.00" in page and "cut at 0 and 100 %" in page


def test_seconds_below_a_tenth_keep_two_digits_that_count(study):
    spec, records = read(study)
    rows = study_table(spec, records)
    for row, seconds in zip(rows, (0.00984, 0.0484, 0.124, 3.91), strict=True):
        row["seconds_to_95"] = seconds
    page = study_page(spec, rows)
    for told in (" 0.0098 ", " 0.048 ", " 0.12 ", " 3.91 "):
        assert told in page


def test_levels_are_those_of_the_variants(study):
    spec, paths = study
    spec |= {"learns": 0.8}
    for path in paths:
        content = json.loads(path.read_text(encoding="utf-8"))
        content["variant"]["levels"] = [0.9]
        path.write_text(json.dumps(content), encoding="utf-8")
    found, records = read((spec, paths))
    rows = study_table(found, records)
    frame = pd.DataFrame(rows)
    assert 601 < frame["steps_to_90"][0] < 1201 and frame["reached_90"][3] == 0
    assert list(frame["learnt"]) == [1, 1, 0, 0]
    page = study_page(found, rows)
    assert "steps to 90" in page and "80 % or more" in page and "nan" not in page.lower()


def test_cells_of_levels_are_those_that_the_legend_explains(write_run):
    """How many seeds got there where not all did, a dash where none; a column that the page leaves
    out is not excused."""
    runs = {"steps": (1, 1000, 2000, 3000), "curve": [0.1, 0.96, 0.98, 0.98]}
    never = {"steps": (1, 1000), "curve": [0.1, 0.9]}
    mixed = [run_entry(0, 0.98, **runs), run_entry(1, 0.9, **never), run_entry(2, 0.9, **never)]
    path = write_run("d", mixed)
    spec = {
        "name": "d",
        "title": "D",
        "axes": ["x"],
        "points": [{"variant": "d", "values": {"x": 1}}],
    }
    made = Study.from_mapping(spec), read_all([path])
    page = study_page(made[0], study_table(*made))
    assert " 1 of 3 |" in page and "“3 of 5” says how many do, a dash that none does" in page
    assert "evaluations after update 1" not in page


def test_shift_is_in_pooled_standard_deviations():
    """Two nodes move by 3 and 4; the layer's sd was 1 and became 7: pooled √25 = 5."""
    moved = layer_shift(layer([0, 0], 1.0), layer([3, 4], 7.0))
    assert moved == pytest.approx(math.sqrt((9 + 16) / 2) / 5)
    assert layer_shift(layer([0, 0], 0.0), layer([0, 0], 0.0)) == 0


def test_drift_is_from_first_to_last_and_along_the_path(write_run):
    seen = [
        [layer([0.0]), layer([1.0])],
        [layer([2.0]), layer([1.0])],
        [layer([1.0]), layer([1.0])],
    ]
    record = read_all([write_run("a", entries(0.9, seen))])["a"]
    found = drift(record.runs[0])
    assert found["drift"] == pytest.approx((1 + 0) / 2)
    assert found["drift_path"] == pytest.approx((2 + 0) / 2 + (1 + 0) / 2)
    spec = {"name": "s", "title": "t", "axes": [], "points": [{"variant": "a", "values": {}}]}
    rows = study_table(Study.from_mapping(spec), {"a": record})
    assert rows[0]["drift"] == pytest.approx(0.5)
    assert "path" in study_page(Study.from_mapping(spec), rows)


def test_a_run_that_diverged_at_once_has_no_drift(write_run):
    runs = entries(0.1135, [None, None, None], diverged=1)
    record = read_all([write_run("a", runs)])["a"]
    assert drift(record.runs[0]) is None
    spec = {"name": "s", "title": "t", "axes": [], "points": [{"variant": "a", "values": {}}]}
    study = Study.from_mapping(spec)
    rows = study_table(study, {"a": record})
    assert rows[0]["drift"] is None
    assert "3 of 3 runs diverged" in study_page(study, rows)
    assert "nan" not in study_page(study, rows).lower()


def test_one_seed_has_no_interval(write_run):
    record = read_all([write_run("a", [run_entry(0, 0.9)], timing=False)])["a"]
    spec = {"name": "s", "title": "t", "axes": [], "points": [{"variant": "a", "values": {}}]}
    study = Study.from_mapping(spec)
    page = study_page(study, study_table(study, {"a": record}))
    assert "one seed" in page and "nan" not in page.lower() and "<NA>" not in page


def test_the_command_writes_both_files(study, tmp_path):
    spec, paths = study
    csv, page = tmp_path / "d.csv", tmp_path / "d.md"
    arguments = [*map(str, paths), "--spec", json.dumps(spec), "--csv", str(csv)]
    result = CliRunner().invoke(study_command, [*arguments, "--markdown", str(page)])
    assert result.exit_code == 0, result.output
    assert pd.read_csv(csv)["variant"].tolist() == [p["variant"] for p in spec["points"]]
    assert page.read_text().startswith("# Dropout")


@pytest.mark.parametrize("given", [[], {}, {"points": [{}]}, {"points": [], "x": 1}])
def test_a_study_that_is_none(given):
    with pytest.raises(SpecError, match="study"):
        Study.from_mapping(given)


def test_unknown_axes_and_missing_runs(study):
    found, records = read(study)
    with pytest.raises(SpecError, match=r"did you mean 'dropout.ratio'"):
        found.values("dropout.ratios")
    records.pop("d_300_none")
    with pytest.raises(DataError, match="d_300_none"):
        study_table(found, records)

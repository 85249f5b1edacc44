"""The files of a plan, and how step times of many runs are measured in parts."""

import pytest

from onescale.claims import files
from onescale.claims.files import ResultFiles
from onescale.tables.commands.job import TableJob
from onescale.training.configuration import checked
from places import ROOT, configuration, shipped
from workflow_project import planned

OWN = ResultFiles(planned(configuration()))


def test_what_is_tuned_has_a_file_and_other_variants_none():
    assert OWN.chosen("tuned_adam") == [f"{OWN.results}/tuning/optimizers_tuned/tuned_adam.json"]
    assert OWN.chosen("adam") == [] and OWN.runs(["adam"]) == [f"{OWN.results}/runs/adam.json"]


def test_class_ages_are_there_on_the_scales_that_are_made():
    given = {"file": "data/class_ages.csv", "label": "name"}
    every = ResultFiles(OWN.plan, {"class_ages": TableJob("class_ages", given)})
    assert every.ages("minmax", "chapter") == [
        f"{OWN.results}/tables/class_ages/{scale}.csv" for scale in ("minmax", "chapter")
    ]
    few = TableJob("class_ages", given | {"methods": ["minmax"]})
    assert ResultFiles(OWN.plan, {"class_ages": few}).ages("minmax", "chapter") == []
    assert OWN.ages("minmax") == []


@pytest.mark.parametrize("together", [2, 3, 8])
def test_parts_share_their_first_run_and_hold_every_other_once(together, monkeypatch):
    everything = OWN.timed("comparison")
    assert len(everything) > 9 and OWN.measured("comparison") == everything
    monkeypatch.setattr(files, "TOGETHER", together)
    parts = range(len(OWN.measured("comparison")))
    held = [OWN.measured_in_part("comparison", part) for part in parts]
    assert {part[0] for part in held} == {everything[0]}
    assert [run for part in held for run in part[1:]] == everything[1:]
    assert max(map(len, held)) <= together


def test_figures_and_pages_have_two_files_each():
    assert OWN.pages(["claims", "tuning/a"]) == [
        f"{OWN.results}/{name}"
        for name in ("claims.csv", "claims.md", "tuning/a.csv", "tuning/a.md")
    ]
    assert OWN.figures(["surface"]) == [
        f"{OWN.results}/figures/surface.{e}" for e in ("png", "svg")
    ]


def test_tables_are_those_of_the_configuration(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = ResultFiles.from_config(checked(configuration(), shipped))
    assert list(found.tables) == ["class_ages"] and found.plan.trained == OWN.plan.trained

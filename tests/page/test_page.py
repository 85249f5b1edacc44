"""The page as a file: what it holds, what it asks for, and that no text lacks a language."""

import csv
import json
import re

import pytest

from onescale.core.errors import DataError
from onescale.page.build import ASSETS, PANELS, catalogue, script
from onescale.page.results import Results
from onescale.page.results import _claims as gathered_claims
from onescale.page.results import _tables as gathered_tables
from onescale.runs import step_times
from page.conftest import command, texts
from places import ROOT, configuration


def written() -> set[str]:
    """Every text that scripts and template have in them."""
    found = set(re.findall(r'\bt\(\s*"((?:[^"\\]|\\.)*)"', script()))
    seen = re.search(r"const SEEN = \{(.*?)\n\};", script(), re.DOTALL)[1]
    found |= set(re.findall(r'"(.+)"', seen))
    found |= set(
        re.findall(r"data-t>([^<{]+)<", (ASSETS / "page.html").read_text(encoding="utf-8"))
    )
    return found | set(PANELS.values())


def test_no_text_lacks_a_language():
    known = catalogue()
    patterns = known.pop("patterns")
    names = {"SGD", "AdaGrad", "Adam", "He", "relu"}  # the same in all languages
    wanted = written() | texts(configuration())
    assert sorted(wanted - known.keys() - names) == []
    for english, korean in {**known, **patterns}.items():
        holes = [sorted(re.findall(r"\{\w+\}", one)) for one in (english, korean)]
        assert holes[0] == holes[1], english
        words = re.search("[A-Za-z]{3}", re.sub(r"\{\w+\}", "", english))
        assert re.search("[가-힣]", korean) or not words or english in names


def test_it_is_one_file_that_asks_for_nothing(page):
    text = page.read_text(encoding="utf-8")
    own = re.sub(r'<script id="(data|library)".*?</script>', "", text, flags=re.DOTALL)
    assert not re.search(r'(?:src|href)="(?!#|data:)|url\((?!"data:)|@import', own)
    assert "default-src 'none'" in own and "connect-src 'none'" in own
    assert page.stat().st_size < 2_000_000


def held(page) -> dict:
    """The data in a page."""
    text = page.read_text(encoding="utf-8")
    return json.loads(re.search(r'<script id="data".*?>(.*?)</script>', text, re.DOTALL)[1])


def test_parts_that_stand_beside_those_that_are_judged_are_marked():
    published = ROOT / "results/published"
    claims = gathered_claims(Results(published, configuration(), {}, {}))
    marked = [(c["number"], part["part"]) for c in claims for part in c["parts"] if part["also"]]
    with open(published / "claims_parts.csv", encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["also"] == "True"]
    assert marked == [(int(row["claim"]), row["part"]) for row in rows] != []


def test_it_does_without_what_is_not_there(results, tmp_path):
    """After `make` there are no claims yet."""
    folder, config = results
    for name in ("runs", "tables", "comparison.csv", "manifest.json"):
        (tmp_path / name).symlink_to(folder / name)
    command("page", tmp_path)
    content = held(tmp_path / "index.html")
    assert content["claims"] == content["faults"] == [] and content["digits"] is None
    assert [group["name"] for group in content["groups"]] == list(config["comparisons"])


def test_step_times_are_read_once_however_many_variants(results, tmp_path, monkeypatch):
    folder, _ = results
    for name in ("runs", "comparison.csv", "manifest.json"):
        (tmp_path / name).symlink_to(folder / name)
    records, path = Results.read(tmp_path).records, tmp_path / "step_times/comparison.json"
    variants = {name: record.variant for name, record in records.items()}
    costs = {name: dict.fromkeys(record.runs, 5.0) for name, record in records.items()}
    step_times.write(step_times.StepTimes(path, variants, costs, {}))
    asked, read = [], step_times.read
    monkeypatch.setattr(step_times, "read", lambda path: asked.append(path) or read(path))
    records = Results.read(tmp_path).records
    assert len(records) > 1 and asked == [path]
    assert {run.us_per_step for one in records.values() for run in one.runs.values()} == {5.0}


def test_a_folder_without_results_is_told(tmp_path):
    with pytest.raises(DataError, match=r"manifest\.json: no such file"):
        Results.read(tmp_path)


def test_claims_have_the_numbers_and_order_of_their_table(page, results):
    folder, _ = results
    with open(folder / "claims.csv", encoding="utf-8", newline="") as stream:
        wanted = dict.fromkeys((int(row["claim"]), row["name"]) for row in csv.DictReader(stream))
    assert [(claim["number"], claim["name"]) for claim in held(page)["claims"]] == list(wanted)


def test_a_table_is_shown_in_whatever_form_it_stands(results, tmp_path):
    """A class as Korean Excel saves it, with a group; and one too long to choose from a list."""
    written, scaled = (
        "이름;반;점수\n가;1;80\n나;1;90\n",
        "이름,점수_standardized\n가,-1.0\n나,1.0\n",
    )
    (tmp_path / "class.csv").write_text(written, encoding="cp949")
    tables = {}
    for name, rows in {"short": 1, "long": 1500}.items():
        (tmp_path / f"tables/{name}").mkdir(parents=True)
        head, *body = scaled.splitlines(keepends=True)
        text = head + "".join(body) * rows
        (tmp_path / f"tables/{name}/standardized.csv").write_text(text, encoding="utf-8")
        tables[name] = {"file": str(tmp_path / "class.csv"), "label": "이름", "by": "반"}
        tables[name]["dialect"] = {"encoding": "cp949", "delimiter": ";"}
    (shown,) = gathered_tables(Results(tmp_path, {"tables": tables}, {}, {})).items()
    assert shown == (
        "short",
        {
            "label": "이름",
            "by": ["반"],
            "rows": [
                {"이름": "가", "반": "1", "점수": "80"},
                {"이름": "나", "반": "1", "점수": "90"},
            ],
            "scales": {
                "standardized": [
                    {"이름": "가", "점수_standardized": "-1.0"},
                    {"이름": "나", "점수_standardized": "1.0"},
                ]
            },
        },
    )

"""What `make publish` writes into docs/results.md, of a run judged by the rules of today."""

import importlib.util
import shutil

import pytest

from onescale.claims.summary import verdict_words
from places import ROOT

HEAD = "claim,words,setting,measure,case,verdict,verdict_corrected,parts,parts_not_asked,rules"
ROWS = [
    "1,Batch norm speeds training.,as_written,steps,,holds,holds,2,1,2-ab",
    "1,Batch norm speeds training.,as_written,seconds,,holds in part,open,2,0,2-ab",
    "1,Batch norm speeds training.,tuned,steps,,open,open,2,0,2-ab",
]


@pytest.fixture
def tables(tmp_path, monkeypatch):
    """The script, with a published run of its own."""
    path = ROOT / "workflow/scripts/results_page.py"
    spec = importlib.util.spec_from_file_location("results_page", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    shutil.copy(ROOT / "results/published/comparison.csv", tmp_path)
    (tmp_path / "claims.csv").write_text("\n".join([HEAD, *ROWS]) + "\n", encoding="utf-8")
    monkeypatch.setattr(script, "PUBLISHED", tmp_path)
    return script


def test_it_shows_what_helped_and_every_verdict_with_its_words_explained(tables):
    told = tables.section()
    assert "](../results/published/figures/effects.png)" in told and verdict_words() in told
    assert "([the evidence](../results/published/claims.md))" in told
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in told.splitlines()
        if "|" in line
    ]
    assert rows[2][:5] == [
        "1",
        "Batch norm speeds training.",
        "steps",
        "holds, of what was asked",
        "–",
    ]
    assert rows[2][6] == "open"
    assert rows[3][:4] == ["", "", "CPU seconds", "holds in part †"]  # what Holm removes is marked
    assert told.count("\n| ---") == 2  # the verdicts, and one table of numbers
    # What the chapter prints and ours are not of the same update, and both are said.
    assert "after update 9,601" in told and "after the last update, 10,000" in told

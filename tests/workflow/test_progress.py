"""What a person sees of a run, of a failed one, and what V=1 and a dry run show."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import yaml

from made_up_runs import run_entry
from places import ROOT
from snakemake_logger_plugin_onescale import LogHandler, found
from workflow_project import small_config, snakemake, write

CALL = ("--cores", "2", "-s", ROOT / "Snakefile", "--configfile", "mine.yaml")


@pytest.fixture
def folder(tmp_path):
    """A table of one part that is no table of numbers, and one that is."""
    tables = {
        name: {"file": f"{name}.csv", "label": "who", "methods": ["minmax"]}
        for name in ("right", "wrong")
    }
    write(tmp_path, small_config())  # read in half the time
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({"tables": tables}))
    (tmp_path / "right.csv").write_text("who,x\na,1\nb,2\n")
    (tmp_path / "wrong.csv").write_text("who,x\na,oh\nb,no\n")
    return tmp_path


def test_a_line_a_finished_job_and_the_end_of_the_log_of_a_failed_one(folder, monkeypatch):
    (folder / "results").mkdir()
    (folder / "results/index.html").write_text("of an earlier run")
    ran = snakemake(folder, *CALL, "--", "results/tables/right/minmax.csv")
    assert ran.returncode == 0 and ran.stdout == ""  # nothing of a page that it did not write
    said = [line for line in ran.stderr.splitlines() if not line.startswith("Using ")]
    assert said[0] == "1 job" and len(said) == 2 and "\x1b" not in ran.stderr
    assert re.fullmatch(r"\[1/1\] putting right on one scale: minmax, \d+ s", said[1])
    ran = snakemake(folder, *CALL, "--", "results/tables/wrong/minmax.csv")
    failed = ran.stderr[ran.stderr.index("failed: scale_table") :]
    assert "| onescale: wrong.csv:2: column 'x': 'oh' is not a number" in failed
    again = f"again: snakemake --cores 2 -s {ROOT}/Snakefile --configfile mine.yaml -- results"
    assert f"{again}/tables/wrong/minmax.csv" in failed
    monkeypatch.setenv("V", "1")
    ran = snakemake(folder, *CALL, "-f", "--", "results/tables/right/minmax.csv")
    assert "Finished jobid: 0 (Rule: scale_table)" in ran.stderr
    assert "Job stats:" in snakemake(folder, *CALL, "-n", "--", "tables").stdout


def test_the_second_of_two_workflows_that_need_the_same_files_is_told_so_in_a_line(tmp_path):
    """Both fetch the images first; the first is held there by the lock of the cache."""
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({"results": "first"}))
    cache = tmp_path / "data/cache/mnist"
    cache.mkdir(parents=True)
    with open(cache / ".lock", "w") as lock, ThreadPoolExecutor() as pool:
        fcntl.flock(lock, fcntl.LOCK_EX)
        first = pool.submit(snakemake, tmp_path, *CALL, "--", "fetch_dataset")
        while not list(tmp_path.glob("first/logs/fetch_dataset.log")):
            time.sleep(0.05)
        second = snakemake(tmp_path, *CALL, "--config", "results=second", "--", "fetch_dataset")
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert first.result().returncode == 0, first.result().stderr
    told = [line for line in second.stderr.splitlines() if not line.startswith("Using ")]
    assert second.returncode == 1 and len(told) == 1, second.stderr
    assert told[0].startswith(f"{tmp_path}: another Snakemake is at work on the same files")


def test_a_job_took_what_lies_between_its_records_whenever_they_are_heard_of(capsys):
    given = {"verbose": False, "dryrun": False, "quiet": None, "nocolor": True, "stdout": True}
    handler = LogHandler(SimpleNamespace(**given), None)
    begun = {"jobid": 1, "rule_msg": "drawing", "rule_name": "draw", "output": [], "created": 5.0}
    for event, record in {
        "job_info": begun,
        "job_finished": {"job_id": 1, "created": 77.4},
    }.items():
        handler.emit(SimpleNamespace(event=event, **record))
    assert capsys.readouterr().out == "drawing, 1 min 12 s\n"


def test_what_a_training_found(tmp_path):
    path = tmp_path / "runs/adam.json"
    path.parent.mkdir()
    runs = [run_entry(seed, 0.96 + 0.01 * seed) for seed in range(3)]
    content = {"variant": {"name": "adam", "levels": []}, "dataset": {}, "versions": {}}
    content["runs"] = runs
    path.write_text(json.dumps(content))
    others = [str(path.with_suffix(".timing.json")), str(tmp_path / "runs/adam.npz")]
    assert found([*others, str(path)]) == "adam: test 97.00 ± 2.48 %, 3 seeds"
    assert found(["results/figures/a.png"]) == found(["results/runs/gone.json"]) == ""

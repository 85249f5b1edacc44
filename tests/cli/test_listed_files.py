"""Commands of many files read them from a list: `@FILE`, a line each."""

from click.testing import CliRunner

from onescale.cli import cli
from onescale.core.errors import DataError


def test_a_list_says_what_its_files_would(write_run, tmp_path):
    runs = [str(write_run("sgd", {0: 0.9, 1: 0.91})), str(write_run("adam", {0: 0.95, 1: 0.96}))]
    listed = tmp_path / "runs of all.txt"
    listed.write_text("\n".join(runs), encoding="utf-8")
    told = CliRunner().invoke(cli, ["compare", *runs, "--reference", "sgd"])
    assert told.exit_code == 0 and "adam" in told.output
    again = CliRunner().invoke(cli, ["compare", f"@{listed}", "--reference", "sgd"])
    assert again.output == told.output


def test_a_list_that_is_not_there_is_named():
    found = CliRunner().invoke(cli, ["compare", "@nowhere.txt"]).exception
    assert isinstance(found, DataError) and str(found).startswith("nowhere.txt: no list of files")

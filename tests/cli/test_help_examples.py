"""Every example that `--help` of a table command shows runs as it is typed."""

import os
import re
import shlex
import shutil

import pytest

from onescale import cli
from onescale.cli import GROUPS
from places import AGES

SALES = "city,shop,year,price\nSeoul,a,2024,4.5\nBusan,b,2024,5\nDaegu,a,2023,3.9\nJeju,b,2023,4\n"
PEOPLE = "who,age,income1,income2\na,31,1200,90\nb,44,80000,700\nc,29,450,55\nd,60,5100,1000\n"
FILES = {
    "sales.csv": SALES,
    "train.csv": SALES,
    "new.csv": SALES,
    "part1.csv": SALES,
    "part2.csv": SALES,
    "folder/part3.csv": SALES,
    "2024-01.csv": SALES,
    "2024-02.csv": SALES,
    "people.csv": PEOPLE,
    "incomes.csv": "who,country,income\na,KR,31\nb,KR,44\nc,US,29\nd,US,60\ne,US,33\n",
    "survey.csv": "who,income,weight\na,31,1\nb,44,2.5\nc,29,0.5\n",
    "balances.csv": "who,balance\na,-31\nb,44\nc,29\n",
}
# What examples build on, in the order in which a person would come to them.
ORDER = ["fit", "merge", "apply", "invert"]


def examples() -> list[str]:
    commands = sorted(GROUPS["Tables"], key=lambda one: (one.name in ORDER, one.name != "fit"))
    lines = []
    for command in commands:
        told = (command.help or "").partition("Examples:")[2]
        lines += [line.strip() for line in told.splitlines() if "onescale" in line]
    return lines


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    shutil.copy(AGES, tmp_path / "class_ages.csv")
    return tmp_path


def test_they_run_as_typed(folder, capsys):
    ran = 0
    for line in examples():
        if "train.csv --set" in line:  # of people, as that of scale
            shutil.copy("people.csv", "train.csv")
        if "scaler.json new.csv" in line or "scaled.csv" in line.split("-o")[0]:
            _run("onescale fit sales.csv -c price -o scaler.json")
            _run("onescale apply scaler.json sales.csv --replace -o scaled.csv")
        for part in line.split(" && "):
            _run(part)
            ran += 1
        (folder / "train.csv").write_text(SALES, encoding="utf-8")
    assert ran > 30 and "학생20" in capsys.readouterr().out


def _run(line: str) -> None:
    program, *words = shlex.split(re.sub(r"\s+#.*", "", line))
    if program == "mkdir":
        return os.mkdir(*words)
    try:
        assert cli.cli.main(words, standalone_mode=False) in (None, 0), line
    except Exception as error:
        raise AssertionError(f"{line}: {error}") from error

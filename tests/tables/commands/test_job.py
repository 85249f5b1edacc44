"""Tables of the workflow's configuration: parts give the digits of the whole."""

import math
import shlex

import pytest

from onescale.core.errors import DataError, SpecError
from onescale.tables.commands.job import TableJob

ROWS = [f"n{k};{math.sin(k)!r};{k % 7};{'ab'[k % 2]}".replace(".", ",") for k in range(640)]
HEAD = "who;x;y;g\n"
METHODS = ["standardized", "minmax100", "batch_norm", "rank", "maxabs", "robust"]
ASKED = {"label": "who", "by": ["g"], "methods": METHODS, "dialect": {"decimal": ","}}


@pytest.mark.parametrize("count", [1, 7, 64])
def test_parts_have_the_digits_of_the_whole(onescale, tmp_path, monkeypatch, count):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "all.csv").write_text(HEAD + "\n".join(ROWS) + "\n")
    (tmp_path / "parts").mkdir()
    for k in range(count):
        rows = ROWS[640 * k // count : 640 * (k + 1) // count]
        (tmp_path / f"parts/{k:02}.csv").write_text(HEAD + "\n".join(rows) + "\n")
    whole = TableJob("mine", ASKED | {"file": "all.csv"})
    parts = TableJob("mine", ASKED | {"file": "parts/*.csv"})
    assert (whole.in_parts, parts.in_parts) == (False, True) and len(parts.parts) == count
    for scale in METHODS:
        expected = onescale(*shlex.split(whole.scaling(scale)), "all.csv").out
        if parts.merges(scale):
            for name, path in parts.parts.items():
                onescale(*shlex.split(parts.fitting(scale)), path, "-o", f"{name}.json")
            onescale("merge", *(f"{name}.json" for name in parts.parts), "-o", "fit.json")
        else:
            onescale(*shlex.split(parts.fitting(scale)), *parts.files, "-o", "fit.json")
        scaled = [
            onescale(*shlex.split(parts.applying()), "fit.json", path).out.split("\n", 1)
            for path in parts.files
        ]
        assert scaled[0][0] + "\n" + "".join(rest for _, rest in scaled) == expected


def test_folders_that_hold_a_column_make_groups(onescale, tmp_path, monkeypatch):
    """As `onescale standardize FOLDER --by year` does it, to the byte."""
    monkeypatch.chdir(tmp_path)
    for k in range(6):
        part = tmp_path / f"all [x]/year={2023 + k % 2}/{k}.csv"
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text("who,x\n" + "".join(f"n{i},{i * k}\n" for i in range(5)))
    for folder in ("whole", "made/year=2023", "made/year=2024"):
        (tmp_path / folder).mkdir(parents=True)
    job = TableJob("mine", {"file": "all [x]", "by": "year", "methods": ["standardized"]})
    fitting, applying = job.fitting("standardized").split(), job.applying().split()
    for k, given in enumerate(job.given(job.files)):
        onescale(*fitting, given, "-o", f"{k}.json")
    onescale("merge", *(f"{k}.json" for k in range(6)), "-o", "fit.json")
    for (name, _), given in zip(job.parts.items(), job.given(job.files), strict=True):
        onescale(*applying, "fit.json", given, "-o", job.into(f"made/{name}", name))
    onescale("standardize", "all [x]", "--by", "year", "-o", "whole/")
    for name in job.parts:
        assert (tmp_path / "made" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_what_a_configuration_may_not_ask(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/a.csv").write_text("x\n1\n")
    with pytest.raises(
        SpecError, match=r"tables\.mine: unknown method 'robus'; did you mean 'robust'"
    ):
        TableJob("mine", {"file": "a.csv", "methods": ["robus"]})
    with pytest.raises(SpecError, match=r"tables\.mine: chapter is of whole columns"):
        TableJob("mine", {"file": "parts", "methods": ["chapter"]})
    with pytest.raises(SpecError, match=r"tables\.mine: https://…@h/x\.csv: is no file; fetch it"):
        TableJob("mine", {"file": "https://me:secret@h/x.csv"})
    with pytest.raises(DataError, match=r"none/\*.csv: no file matches"):
        TableJob("mine", {"file": "none/*.csv"})
    for name in ("{a}.csv", "-x.csv", "./-x.csv"):
        with pytest.raises(SpecError, match=r"tables\.mine: .*: a name with braces, or with - "):
            TableJob("mine", {"file": name})
    (tmp_path / "parts/{b}.csv").write_text("x\n1\n")
    with pytest.raises(SpecError, match=r"tables\.mine: parts/{b}\.csv: a name with braces"):
        TableJob("mine", {"file": "parts"})
    (tmp_path / "parts/{b}.csv").rename(tmp_path / "parts/-b.csv")
    assert len(TableJob("mine", {"file": "parts"}).files) == 2

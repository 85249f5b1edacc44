"""Arguments for a shell: what it takes apart again is what was given."""

import shlex
from pathlib import Path

from onescale.core.arguments import LONGEST, configured, fitting, listed, words


def test_what_is_too_long_for_an_argument_travels_in_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    short, long = "가" * (LONGEST // 3), "가" * (LONGEST // 3 + 1)
    assert fitting(short) == short
    held = fitting(long)
    assert held == fitting(long) and Path(held.removeprefix("@")).read_text("utf-8") == long


def test_a_shell_reads_what_was_meant(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ["a b", "$(touch x)", "한글 '결과'", "-o"]
    assert shlex.split(words("claims", names, title="'; rm", csv="")) == [
        "claims", *names, "--title", "'; rm",
    ]  # fmt: skip
    many = [f"{number} {'x' * 100}" for number in range(600)]
    (held,) = shlex.split(listed("first", many))
    assert Path(held.removeprefix("@")).read_text("utf-8").split("\n") == ["first", *many]


def test_snakemake_is_told_of_files_from_where_it_is_started(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = [tmp_path / "config/my quick.yaml", Path("/elsewhere/b.yaml")]
    assert configured(str(tmp_path / "workflow/Snakefile"), [], []) == ""
    assert shlex.split(configured("/far/Snakefile", files, ["dataset=fashion-mnist"])) == [
        "--snakefile", "/far/Snakefile", "--configfile", "config/my quick.yaml",
        "/elsewhere/b.yaml", "--config", "dataset=fashion-mnist",
    ]  # fmt: skip

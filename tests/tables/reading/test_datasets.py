"""Several files as one table: the bytes are those of the files end to end."""

import math

import polars as pl
import pytest

from onescale.tables.reading import source

ROWS = [f"n{k},{math.sin(k)!r},{k % 7 if k % 11 else ''}" for k in range(210)]
HEAD = "who,x,y"


def written(path, rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEAD, *rows]) + "\n")


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """The table in one file, and in 7 of a folder."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "all.csv", ROWS)
    for k in range(7):
        written(tmp_path / f"parts/{k}.csv", ROWS[30 * k : 30 * k + 30])
    return tmp_path


COMMANDS = [
    ("standardize", "--ddof", 1),
    ("rank", "--by", "y", "-c", "x"),
    ("robust", "--replace", "--labelled"),
    ("describe", "--by", "y"),
    ("fit", "--by", "y"),
    ("overview", "--format", "json"),
    ("minmax", "--format", "jsonl"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_files_a_glob_and_a_folder_are_the_table_that_they_are_parts_of(onescale, parts, command):
    name, *options = command
    whole = onescale(name, "all.csv", *options).raw
    files = [f"parts/{k}.csv" for k in range(7)]
    for given in (files, ["parts/*.csv"], ["parts"], ["parts", "--threads", 1]):
        assert onescale(name, *given, *options).raw == whole


def test_a_fit_is_applied_part_by_part(onescale, parts):
    (parts / "scaled").mkdir()
    (parts / "back").mkdir()
    onescale("fit", "parts", "-o", "fit.json")
    onescale("apply", "fit.json", "parts", "-o", "scaled/", "--replace")
    whole = onescale("apply", "fit.json", "all.csv", "--replace").out.splitlines()
    found = [(parts / f"scaled/{k}.csv").read_text().splitlines() for k in range(7)]
    assert [line for lines in found for line in lines[1:]] == whole[1:]
    onescale("invert", "fit.json", "scaled", "-o", "back")
    assert len(list((parts / "back").iterdir())) == 7
    ran = onescale("apply", "fit.json", "parts", "-o", "parts", fails=True)
    assert ran.status == 3 and "0.csv: is the input" in ran.err
    ran = onescale("apply", "fit.json", "parts", "-o", "none/", fails=True)
    assert "there is no such folder; make it first" in ran.err


def test_no_file_is_written_over_another_of_the_same_command(onescale, parts):
    (parts / "parts/0.tsv").write_bytes((parts / "parts/0.csv").read_bytes().replace(b",", b"\t"))
    (parts / "made").mkdir()
    given = ["parts/0.csv", "parts/0.tsv", "-o", "made", "--format", "csv"]
    ran = onescale("standardize", *given, fails=True)
    assert ran.status == 3
    assert "0.csv: would be that of parts/0.csv and of parts/0.tsv; rename one" in ran.err
    assert not [*(parts / "made").iterdir()]


def test_folders_with_keys_are_columns(onescale, parts):
    for k, (year, place) in enumerate([("2020", "a%20b"), ("2021", "__HIVE_DEFAULT_PARTITION__")]):
        folder = parts / f"keys/year={year}/place={place}"
        folder.mkdir(parents=True)
        pl.DataFrame({"x": [1.0 + k, 3.0]}).write_parquet(folder / "part.parquet")
    (parts / "keys/_SUCCESS").write_text("")
    ran = onescale("standardize", "keys", "--by", "year")
    assert ran.out.splitlines() == [
        "x,year,place,x_standardized",
        "1.0,2020,a b,-1.0",
        "3.0,2020,a b,1.0",
        "2.0,2021,,-1.0",
        "3.0,2021,,1.0",
    ]
    (parts / "out").mkdir()
    onescale("minmax", "keys", "--replace", "-o", "out")
    back = pl.read_parquet(
        parts / "out/year=2020/place=a%20b/part.parquet", hive_partitioning=False
    )
    assert back.to_dict(as_series=False) == {"x": [0.0, 1.0]}
    assert (
        "'year' is what folders are called"
        in onescale("rank", "keys", "-c", "year", fails=True).err
    )
    pl.DataFrame({"x": [1.0]}).write_parquet(parts / "keys/year=2020/other.parquet")
    assert "folders of ['year', 'place'] on the way" in onescale("rank", "keys", fails=True).err


BROKEN = {
    "x.csv": ("who,y,x\na,1,2\n", "x.csv: column 2 is 'y', not 'x' as in parts/0.csv"),
    "w.csv": ("who,x\na,1\n", "w.csv: 2 columns, and 3 in parts/0.csv"),
    "r.csv": ("who,x,y\na,1,2\nb,1\n", "r.csv:3: 2 cells where the header (line 1) has 3"),
    "t.csv": ("who,x,y\n\na,1,oh\n", "t.csv:3: column 'y': 'oh' is not a number"),
    "e.csv": ("", "e.csv: an empty file holds no table"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_with_one_file_names_it(onescale, parts, name):
    text, says = BROKEN[name]
    (parts / name).write_text(text)
    ran = onescale("standardize", "parts", name, "-c", "x", "-c", "y", "-o", "out.csv", fails=True)
    assert ran.status == 3 and says in ran.err and ran.err.count("\n") == 1
    assert not (parts / "out.csv").exists()


def test_files_of_other_kinds_are_no_one_table(onescale, parts):
    pl.read_csv(parts / "all.csv").write_parquet(parts / "a.parquet")
    pl.read_csv(parts / "all.csv").cast({"y": pl.Float64}).write_parquet(parts / "b.parquet")
    assert "another kind of file" in onescale("rank", "parts", "a.parquet", fails=True).err
    ran = onescale("rank", "a.parquet", "b.parquet", fails=True)
    assert "column 'y' is of type double, not int64 as in a.parquet" in ran.err
    for name in ("none", "none*"):
        (parts / "none").mkdir(exist_ok=True)
        ran = onescale("rank", name, fails=True)
        assert ran.status == 3 and ran.err.startswith(f"onescale: {name}: ")


def test_a_part_that_changes_between_the_passes_is_noticed(onescale, parts, monkeypatch):
    blocks, seen = source.Source.blocks, []

    def changing(self, size=None):
        seen.append(self.name)
        if seen.count("parts/3.csv") == 2:
            written(parts / "parts/5.csv", ROWS[:30])
        return blocks(self, size)

    monkeypatch.setattr(source.Source, "blocks", changing)
    ran = onescale("standardize", "parts", "-o", "out.csv", fails=True)
    assert "parts/5.csv: the file changed while it was read" in ran.err
    assert not (parts / "out.csv").exists()


def test_urls(onescale, parts):
    import fsspec

    memory = fsspec.filesystem("memory")
    for k in range(7):
        memory.pipe(f"/parts/{k}.csv", (parts / f"parts/{k}.csv").read_bytes())
    whole = onescale("standardize", "all.csv").raw
    for url in ("memory://parts/*.csv", "memory://parts", f"file://{parts}/all.csv"):
        assert onescale("standardize", url).raw == whole
    assert "gone.csv: cannot be read" in onescale("rank", "memory://gone.csv", fails=True).err
    ran = onescale("rank", "nope://me:secret@there/x.csv", fails=True)
    assert ran.status == 3 and "secret" not in ran.err and "nope" in ran.err

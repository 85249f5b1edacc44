"""A table in parts through the workflow, and one of them broken."""

import yaml

from places import ROOT
from workflow_project import snakemake


def test_a_broken_part_is_named_and_the_fits_of_others_are_kept(tmp_path):
    table = {"file": "my parts", "label": "who", "columns": ["x"], "methods": ["standardized"]}
    (tmp_path / "my parts").mkdir()
    for name, cell in (("a", "1"), ("b c", "oh"), ("d", "3")):
        (tmp_path / f"my parts/{name}.csv").write_text(f"who,x\n{name},{cell}\n")
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({"tables": {"mine": table}}))
    call = (
        "--cores",
        "2",
        "-s",
        ROOT / "Snakefile",
        "--configfile",
        "mine.yaml",
        "--keep-going",
        "--",
        "tables",
    )
    ran = snakemake(tmp_path, *call)
    made = tmp_path / "results/tables/mine"
    assert (
        ran.returncode
        and "my parts/b c.csv:2: column 'x': 'oh' is not a number" in ran.stdout + ran.stderr
    )
    assert {path.name for path in (made / "fits/standardized").iterdir()} == {
        "a.csv.json",
        "d.csv.json",
    }
    assert not (made / "standardized.json").exists() and not (made / "standardized").exists()
    (tmp_path / "my parts/b c.csv").write_text("who,x\nb c,2\n")
    assert snakemake(tmp_path, *call).returncode == 0
    scaled = [(made / f"standardized/{name}.csv").read_text() for name in ("a", "b c", "d")]
    assert scaled[1] == "who,x_standardized\nb c,0.0\n" and scaled[0].endswith(
        "-1.224744871391589\n"
    )

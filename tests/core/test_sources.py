"""The source files that a module runs, held to what Python itself imports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onescale.core.sources import at_hand, sources, stamp, workflow_files
from places import ROOT

LOADED = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*(m.__file__ for n, m in sys.modules.items() if n.startswith("onescale.")), sep="\\n")
"""


@pytest.mark.parametrize("module", ["onescale.training.trainer", "onescale.claims.page"])
def test_all_that_python_imports_is_among_them(module):
    result = subprocess.run(
        [sys.executable, "-c", LOADED, module], capture_output=True, text=True, check=True
    )
    # Packages whose __init__ is a line of text come along with every module and tell nothing.
    loaded = {path for path in result.stdout.split() if not path.endswith("__init__.py")}
    assert loaded and loaded <= set(sources(module, ROOT / "src"))


def test_lazy_imports_are_found_and_others_left_out(tmp_path):
    files = {
        "__init__.py": "",
        "one.py": "import os\nfrom onescale import two\nif os:\n    import onescale.part.four\n",
        "two.py": "from onescale.three import name\nfrom onescale import one\n",
        "three.py": "name = 1\n",
        "part/__init__.py": "",
        "part/four.py": "import numpy\n",
        "unused.py": "",
    }
    (tmp_path / "onescale/part").mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / "onescale" / name).write_text(text)
    used = sources("onescale.one", tmp_path)
    assert [path.removeprefix(f"{tmp_path}/onescale/") for path in used] == [
        *("one.py", "part/four.py", "three.py", "two.py")
    ]


def test_a_stamp_is_as_old_as_the_newest_source_and_another_after_an_edit(tmp_path, monkeypatch):
    (tmp_path / "onescale").mkdir()
    for age, name in enumerate(("__init__", "one", "two")):
        (tmp_path / f"onescale/{name}.py").write_text("from onescale import two\n")
        os.utime(tmp_path / f"onescale/{name}.py", (1000 + age, 1000 + age))
    monkeypatch.chdir(tmp_path)
    held, ages = [], []
    for edited in (None, "two", None):
        if edited:
            (tmp_path / "onescale/two.py").write_text("edited = 1\n")
            os.utime(tmp_path / "onescale/two.py", (2000, 2000))
        stamp.cache_clear()
        (path,) = stamp("onescale.one", tmp_path)
        held.append(Path(path).read_text())
        ages.append(os.stat(path).st_mtime)
    assert ages == [1002, 2000, 2000]
    assert held[0] != held[1] == held[2]
    stamp.cache_clear()
    monkeypatch.setattr("onescale.core.sources.FOLDER", "onescale/one.py")  # no folder
    assert stamp("onescale.one", tmp_path) == sources("onescale.one", tmp_path)


def test_a_module_that_moved_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"onescale\.moved: no such module"):
        sources("onescale.moved", tmp_path)


def test_a_file_is_taken_from_the_working_folder_then_from_beside_the_workflow(
    tmp_path, monkeypatch
):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    shipped = tmp_path / "there/data/a.csv"
    shipped.parent.mkdir(parents=True)
    shipped.touch()
    assert at_hand("data/a.csv", "../there/workflow/..") == "../there/data/a.csv"
    assert at_hand("data/class_ages.csv", "../there") == str(ROOT / "data/class_ages.csv")
    assert at_hand("data/none.csv", "../there") == "data/none.csv"
    (tmp_path / "here/data").mkdir()
    (tmp_path / "here/data/a.csv").touch()
    assert at_hand("data/a.csv", "../there") == "data/a.csv"


def test_files_of_the_workflow_are_those_of_its_folder_seen_from_the_working_one(
    tmp_path, monkeypatch
):
    for name in ("Snakefile", "workflow/rules/a.smk", "workflow/scripts/a.pyc", "data/a.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "elsewhere").mkdir()
    own = ["Snakefile", "workflow/rules/a.smk"]
    monkeypatch.chdir(tmp_path)
    assert workflow_files(f"{tmp_path}/workflow/..") == own
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert workflow_files(f"{tmp_path}/workflow/..") == [f"{tmp_path}/{name}" for name in own]

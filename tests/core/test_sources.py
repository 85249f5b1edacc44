"""The source files that a module runs, held to what Python itself imports."""

import subprocess
import sys

import pytest

from onescale.core.sources import sources
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


def test_a_module_that_moved_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"onescale\.moved: no such module"):
        sources("onescale.moved", tmp_path)

"""Pages of Python run as they stand, and print what they say they print."""

import contextlib
import io
import re

import pytest

from places import ROOT


@pytest.mark.parametrize("page", ["training", "notebook", "tables"])
def test_the_page_is_true(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    text = (ROOT / f"docs/{page}.md").read_text(encoding="utf-8")
    names: dict = {}
    printed = io.StringIO()
    for kind, block in re.findall(r"```(python|text)\n(.*?)```", text, re.DOTALL):
        if kind == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(block, page, "exec"), names)
        else:
            assert _alike(printed.getvalue(), block)


def _alike(found: str, expected: str) -> bool:
    """The same text, with accuracies to within 0.03: other processors round otherwise."""
    number = re.compile(r"\b[01]\.\d{2,3}\b")
    pairs = zip(number.findall(found), number.findall(expected), strict=True)
    close = all(abs(float(a) - float(b)) <= 0.03 for a, b in pairs)
    return close and number.sub("…", found) == number.sub("…", expected)

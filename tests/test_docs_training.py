"""docs/training.md runs as it stands, and prints what it says it prints."""

import contextlib
import io
import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "training.md"


def test_the_page_is_true(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    printed = io.StringIO()
    for kind, block in re.findall(r"```(python|text)\n(.*?)```", PAGE.read_text(), re.DOTALL):
        if kind == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(block, str(PAGE), "exec"), names)
        else:
            assert _alike(printed.getvalue(), block)


def _alike(found: str, expected: str) -> bool:
    """The same text, with accuracies to within 0.03: other processors round otherwise."""
    number = re.compile(r"\b[01]\.\d{3}\b")
    pairs = zip(number.findall(found), number.findall(expected), strict=True)
    close = all(abs(float(a) - float(b)) <= 0.03 for a, b in pairs)
    return close and number.sub("…", found) == number.sub("…", expected)

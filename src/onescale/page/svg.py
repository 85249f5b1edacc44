"""Figures as the page holds them: the SVG that was drawn, packed small. Its text is text, which the
page shows in its own language, and its greys are those of the page, so that it can be dark.

What the drawing library writes for other readers is left out: metadata, comments, names that
nothing refers to, and digits beyond a hundredth of a point.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from onescale.page.build import packed

_LEFT_OUT = re.compile(
    r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->|(?<= ) *font-family: [^;\"]*;?"
    r"| transform=\"rotate\(-0 [^\"]*\"|\n\s*(?=[<z])",
    re.DOTALL,
)
# Greys of onescale.figures, and blue, the darkest of the colours, as variables of the page.
_VARIABLES = {
    "#222222": "text", "#767676": "quiet", "#d9d9d9": "line", "#e6e6e6": "line",
    "#ffffff": "paper", "#0072b2": "blue",
}  # fmt: skip


def figures(folder: Path, names: Iterable[str | None]) -> dict[str, str]:
    """Those of these names that were drawn, packed: names are those of their PNG."""
    drawn = {name: (folder / name).with_suffix(".svg") for name in names if name}
    return {
        name: packed(small(path.read_text(encoding="utf-8")))
        for name, path in drawn.items()
        if path.exists()
    }


def small(svg: str) -> str:
    """An SVG element for a page of HTML: what it shows, and no more."""
    text = _LEFT_OUT.sub("", svg[svg.index("<svg") :])
    meant = set(re.findall(r"#([\w-]+)", text))
    text = re.sub(r"<[^>]*>", lambda tag: _small_tag(tag[0], meant), text)
    for empty in ("<defs></defs>", "<g></g>"):
        text = text.replace(empty, "")
    # What the style element said of all elements is said of the root, and not of the page.
    return text.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)


def _small_tag(tag: str, meant: set[str]) -> str:
    """One tag: text between tags stays as it is, numbers in it too."""
    tag = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in meant else "", tag)
    tag = re.sub(r"-?\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", tag)
    for colour, name in _VARIABLES.items():
        tag = tag.replace(colour, f"var(--{name})")
    return tag

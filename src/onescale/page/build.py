"""One HTML file of a template, a catalogue of texts, styles, scripts, the chart library's runtime
and what was gathered: it asks for nothing else, so it opens from a disk, a mail, a USB stick.
"""

import base64
import gzip
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parent / "assets"
# In this order, each with what those before it define.
SCRIPTS = (
    "texts", "numbers", "exact", "optimizers", "state", "elements", "charts", "figures",
    "short", "techniques", "curves", "bowl", "weights", "claims", "faults", "mine", "table", "main",
)  # fmt: skip
PANELS = {
    "short": "In short",
    "techniques": "Techniques",
    "curves": "Curves",
    "bowl": "The bowl",
    "weights": "Initial weights",
    "claims": "Claims",
    "faults": "As written and put right",
    "mine": "My number",
    "table": "The class",
}
LIBRARY = ("bokeh.min.js", "bokeh-api.min.js")


def catalogue() -> dict[str, Any]:
    """The texts of the page in other languages than English, by their English; `patterns` are those
    with numbers and names in them."""
    return tomllib.loads((ASSETS / "texts.ko.toml").read_text(encoding="utf-8"))


def html(content: Mapping[str, Any]) -> str:
    """The page that shows `content` (`results.gathered` and more)."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ASSETS),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        style=(ASSETS / "page.css").read_text(encoding="utf-8"),
        script=script(),
        library=library(),
        panels=PANELS,
        sheet=content["sheet"],
        data=_json({**content, "sheet": None, "texts": {"ko": catalogue()}}),
    )


def script() -> str:
    """Our own JavaScript, in one piece."""
    return "\n".join((ASSETS / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)


def library() -> str:
    """The chart library's runtime as it ships with its Python package, packed: a quarter of its
    size, which the browser unpacks when the first chart is shown."""
    from bokeh.util.paths import bokehjs_path

    folder = bokehjs_path() / "js"
    return packed("\n".join((folder / name).read_text(encoding="utf-8") for name in LIBRARY))


def packed(text: str) -> str:
    """A text through gzip and in letters, the same each time."""
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode("ascii")


def _json(value: Any) -> str:
    """JSON that may stand in a script element: nothing in it can end one."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")

"""A page of Markdown as one HTML file: figures in it, headings with their anchors, and links to
other pages of Markdown led to their HTML. HTML in the text is shown as text, since cells of tables
are anybody's."""

import base64
import html
import mimetypes
import re
from pathlib import Path

from onescale.page.build import ASSETS

_ANCHOR = re.compile(r'^(#{1,6} )<a id="([\w-]+)"></a>', re.MULTILINE)
_MARK = "\N{WORD JOINER}"  # where an anchor stood
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
body {{ max-width: none; }}
table {{ font-size: 0.85rem; }}
td {{ vertical-align: top; }}
img {{ max-width: 100%; }}
</style>
<main>
{body}</main>
"""


def rendered(path: Path) -> str:
    """The HTML of a file of CommonMark with tables."""
    from markdown_it import MarkdownIt

    text = path.read_text(encoding="utf-8")
    anchors = iter([match[2] for match in _ANCHOR.finditer(text)])
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(_ANCHOR.sub(rf"\1{_MARK}", text))
    title = path.stem
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            words = tokens[place + 1]
            title = words.content if token.tag == "h1" else title
            if words.content.startswith(_MARK):
                words.children[0].content = words.children[0].content.removeprefix(_MARK)
                token.attrSet("id", next(anchors))
        for part in token.children or ():
            _lead(part, path.parent)
    for way, tag in {"open": '<div class="scroll"><table>', "close": "</table></div>"}.items():
        reader.add_render_rule(f"table_{way}", lambda *_, tag=tag: tag)
    body = reader.renderer.render(tokens, reader.options, {})
    style = (ASSETS / "page.css").read_text(encoding="utf-8")
    return _PAGE.format(title=html.escape(title), style=style, body=body)


def _lead(part, folder: Path) -> None:
    """Put a figure into the page; lead a link to a page of Markdown to its HTML."""
    source = part.attrs.get("src") if part.type == "image" else None
    if source and (folder / source).is_file():
        kind = mimetypes.guess_type(source)[0]
        content = base64.b64encode((folder / source).read_bytes()).decode()
        part.attrs["src"] = f"data:{kind};base64,{content}"
    if part.type == "link_open":
        part.attrs["href"] = re.sub(r"^([^:#]+)\.md(?=$|#)", r"\1.html", str(part.attrs["href"]))

"""Pages of Markdown in a browser's form: anchors, links, figures, and cells that are no HTML."""

import re

from onescale.page.rendered import rendered
from page.conftest import command
from places import ROOT


def test_what_a_page_has_is_in_its_html(tmp_path):
    page = tmp_path / "claims.md"
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    page.write_text(
        '# Claims\n\n## <a id="claim-1"></a>1. So *it* is.\n\n'
        "[first](#claim-1) [other](b.md#x) [away](https://example.org/a.md)\n\n![a](a.png)\n"
        "![gone](gone.png)\n\n| who | x |\n| --- | -: |\n| <b>학생01</b> | −1.5 |\n",
        encoding="utf-8",
    )
    html = rendered(page)
    assert "<title>Claims</title>" in html and '<h2 id="claim-1">1. So <em>it</em> is.</h2>' in html
    assert re.findall('href="([^"]+)"', html) == [
        "#claim-1",
        "b.html#x",
        "https://example.org/a.md",
    ]
    assert 'src="data:image/png;base64,iVBORw=="' in html and 'src="gone.png"' in html
    assert "&lt;b&gt;학생01&lt;/b&gt;" in html and '<td style="text-align:right">−1.5</td>' in html


def test_every_published_page_keeps_its_anchors_and_rows():
    for page in (ROOT / "results/published").glob("*.md"):
        text, html = page.read_text(encoding="utf-8"), rendered(page)
        assert re.findall('<a id="([^"]+)">', text) == re.findall(r'<h\d id="([^"]+)">', html)
        rows = [line for line in text.splitlines() if line.startswith("|")]
        assert html.count("<tr>") == len(rows) - html.count("<table>")
        assert "&lt;a id" not in html


def test_it_is_written_beside_the_page(tmp_path):
    (tmp_path / "a.md").write_text("# A\n")
    command("html", tmp_path / "a.md")
    assert "<h1>A</h1>" in (tmp_path / "a.html").read_text("utf-8")

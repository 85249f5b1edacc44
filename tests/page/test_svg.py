"""Figures packed for the page: what they show is all there, what they told other readers is not."""

import base64
import gzip
import re
from xml.etree import ElementTree

from onescale.figures import style
from onescale.page import svg

SPACE = "{http://www.w3.org/2000/svg}"


@style.drawing
def drawn(folder, words):
    figure = style.canvas(4, 3)
    axes = figure.add_subplot()
    axes.plot([0, 1 / 3], [0, 1 / 7], color=style.COLOURS[0], marker="o")
    axes.set(title=words, xlabel="x", xticks=[1 / 3], xticklabels=["0.33333"])
    return style.write(figure, folder / "a")[1].read_text(encoding="utf-8")


def test_it_shows_what_was_drawn(tmp_path):
    words = "a < b, 0.12345  #222222 ü"
    before = drawn(tmp_path, words)
    after = ElementTree.fromstring(svg.small(before))
    texts = [text.text for text in after.iter(f"{SPACE}text")]
    assert texts == [text.text for text in ElementTree.fromstring(before).iter(f"{SPACE}text")]
    assert words.replace("  ", "\N{NO-BREAK SPACE} ") in texts and "0.33333" in texts
    shapes = [
        len(list(one.iter(f"{SPACE}path"))) for one in (after, ElementTree.fromstring(before))
    ]
    assert shapes[0] == shapes[1] > 4
    names = {one.get("id") for one in after.iter()} - {None}
    meant = set(re.findall(r'(?:href="|url\()#([^")]+)', svg.small(before)))
    assert names == meant


def test_it_says_nothing_to_the_rest_of_a_page_and_takes_its_colours(tmp_path):
    small = svg.small(drawn(tmp_path, "t"))
    assert small.startswith('<svg stroke-linejoin="round"')
    assert not re.search("<style|<metadata|<!--|font-family|#222222|#0072b2", small)
    assert "var(--text)" in small and "var(--blue)" in small
    assert not re.search(r"\d\.\d{3}", re.sub(">[^<]*<", "><", small))


def test_figures_are_found_by_the_names_of_their_png(tmp_path):
    text = drawn(tmp_path, "t")
    found = svg.figures(tmp_path, ["a.png", None, "other.png", "a.png"])
    assert list(found) == ["a.png"]
    assert gzip.decompress(base64.b64decode(found["a.png"])).decode() == svg.small(text)

"""What all figures share: fonts, scales of axes, pens."""

import re
import sys
from itertools import combinations

import pytest
from matplotlib import font_manager, rcParams
from matplotlib.ft2font import FT2Font

from onescale.figures import style, surface


def test_text_in_an_svg_is_text_in_fonts_that_every_machine_has(tmp_path):
    figure = surface.paths([{"name": "sgd", "rate": 0.5}])
    svg = style.write(figure, tmp_path / "a")[1].read_text(encoding="utf-8")
    written = set(re.findall("<text[^>]*>([^<]+)</text>", svg))
    assert {"Paths on z = x²/20 + y²", "SGD\N{NO-BREAK SPACE} η = 0.5", "y"} <= written
    families = set(re.findall('font-family: ([^;"]+)', svg))
    assert len(families) == 1 and families.pop().endswith(", sans-serif")


def test_the_callers_style_is_left_alone():
    before = dict(rcParams)
    surface.paths([{"name": "sgd"}])
    assert dict(rcParams) == before


def test_28_lines_look_different():
    pens = [style.pen(place) for place in range(28)]
    assert len({(pen["color"], str(pen["linestyle"])) for pen in pens}) == 28


@pytest.mark.parametrize(
    ("low", "high"), [(10, 98), (96.9, 97.4), (10, 100), (97, 97), (100, 100), (0, 100), (0, 0)]
)
def test_accuracy_scale_has_ticks_and_room(low, high):
    figure = style.canvas(4, 3)
    axes = figure.subplots()
    style.accuracy_scale(axes, "y", low, high)
    bottom, top = axes.get_ylim()
    assert bottom <= max(low, 1) and (top > high or top == 99.995)
    ticks = [tick for tick in axes.get_yticks() if bottom <= tick <= top]
    assert len(ticks) >= 2
    figure.canvas.draw()


@pytest.mark.parametrize(
    ("which", "low", "told"),
    [
        ("x", 96, "accuracy (%)"),
        ("x", 80, "accuracy (%); logarithmic in the error"),
        ("y", 80, "accuracy (%)\nlogarithmic in the error"),
    ],
)
def test_a_logarithmic_axis_of_accuracies_says_so(which, low, told):
    axes = style.canvas(4, 3).subplots()
    style.accuracy_scale(axes, which, low, 98, "accuracy (%)")
    assert getattr(axes, f"get_{which}label")() == told
    style.accuracy_scale(axes, which, 80, 98)
    assert getattr(axes, f"get_{which}label")() == "logarithmic in the error"


def test_a_short_logarithmic_axis_is_labelled_in_plain_figures():
    figure = style.canvas(4, 3)
    axes = figure.subplots()
    axes.set(xscale="log", xlim=(200, 2000))
    style.plain_log_scale(axes.xaxis)
    figure.draw_without_rendering()
    shown = [label.get_text() for label in axes.get_xticklabels(which="both")]
    assert {"200", "600", "1000", "2000"} <= set(shown) and not any("times" in one for one in shown)


@pytest.mark.parametrize("which", ["x", "y"])
@pytest.mark.parametrize("low", [0, 40, 89, 96, 99])
@pytest.mark.parametrize("high", [97.7, 99.4, 100])
def test_labels_of_accuracies_do_not_touch(which, low, high):
    figure = style.canvas(4, 3)
    axes = figure.add_axes((0.2, 0.2, 0.75, 0.75))
    style.accuracy_scale(axes, which, min(low, high), high)
    figure.canvas.draw()
    labels = axes.get_xticklabels() if which == "x" else axes.get_yticklabels()
    boxes = [label.get_window_extent() for label in labels]
    assert len(boxes) >= 2
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_hangul_has_glyphs_in_the_fonts_that_are_used():
    """A name drawn in a font without its letters would be a row of boxes, and a warning."""
    style.drawing(lambda: None)()
    paths = font_manager.fontManager._find_fonts_by_props(
        font_manager.FontProperties(family=["DejaVu Sans", "NanumGothic"])
    )
    known = set().union(*(FT2Font(path).get_charmap() for path in paths))
    assert {ord(letter) for letter in "학생이름가힣0z−"} <= known
    assert "koreanize_matplotlib" not in sys.modules

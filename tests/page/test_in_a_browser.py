"""The page in a real browser: what it shows, moves, reckons and asks for."""

import html
import io
import json
import random
import re
from importlib.resources import files

import numpy as np
import pytest
from PIL import Image

from onescale.claims.spec import ClaimSpec
from onescale.claims.words import about
from onescale.nn import surface
from onescale.page import pictures
from onescale.page.build import PANELS
from page.conftest import OPTIONS
from page.drawn import draw, figures_of_claims
from page.driven import complaints, go, run
from places import ROOT, configuration
from workflow_project import planned

# What has the same name in Korean.
NAMES = {"SGD", "AdaGrad", "Adam", "ReLU", "relu", "tanh", "Xavier", "He", "CPU", "nat"}
# Every claim opened: [figures, words that are astray in them, texts without Korean].
FIGURES = """
    for (const one of document.querySelectorAll('#panel details')) one.open = true;
    await new Promise((done) => setTimeout(done, 60));
    await Promise.all([...document.querySelectorAll('.drawing')].map((box) => box.drawn));
    const astray = [], figures = [...document.querySelectorAll('.drawing svg')];
    for (const figure of figures) {
      const edge = figure.getBoundingClientRect(), placed = [];
      for (const words of figure.querySelectorAll('text')) {
        const box = words.getBoundingClientRect(), text = words.textContent.trim();
        if (!text) continue;
        if (box.left < edge.left - 1 || box.right > edge.right + 1) astray.push(text);
        for (const [other, was] of placed) {
          const across = Math.min(box.right, was.right) - Math.max(box.left, was.left);
          const down = Math.min(box.bottom, was.bottom) - Math.max(box.top, was.top);
          if (across > 1 && down > box.height / 3) astray.push([text, other]);
        }
        placed.push([text, box]);
      }
    }
    return [figures.length, astray, [...missing]];
"""


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_panel_opens_in_both_languages(browser, language):
    for panel in PANELS:
        go(browser, f"#{panel}&lang={language}")
        title, text, untold = run(
            browser,
            "const panel = document.getElementById('panel');"
            "for (const one of panel.querySelectorAll('details')) one.open = true;"
            "await new Promise((done) => setTimeout(done, 60));"  # details tell of it later
            "const title = document.getElementById('title').textContent;"
            "return [title, panel.textContent, [...missing]]",
        )
        assert (title == PANELS[panel]) == (language == "en")
        assert len(text) > 200 and "undefined" not in text and "NaN" not in text, panel
        assert untold == [], panel
    assert complaints(browser) == []


def test_every_part_of_every_claim_can_be_told_in_korean(browser):
    """Of the project's own claims; the made-up results have few."""
    plan = planned(configuration())
    claims = ClaimSpec.from_mapping(plan.claims()).resolved(plan.trained)
    parts = {about(one) for _, _, one in claims.hypotheses()}
    go(browser, "#short&lang=ko")
    told = run(browser, "return [given[0].map((one) => t(one)), [...missing]]", sorted(parts))
    figures = sorted({claim.figure for claim in claims.claims if claim.figure})
    assert all(run(browser, "return given[0].map((one) => t(seen(one)))", figures))
    assert told[1] == []
    words = "|".join(map(re.escape, ("against", "reaches", "stays below", " of ", "no worse")))
    assert [one for one in told[0] if re.search(words, one)] == []


def test_every_word_in_figures_of_claims_is_korean_or_a_name(browser, tmp_path):
    plan = planned(configuration())
    figures = sorted(figures_of_claims(plan))
    drawn = [draw(one, plan, tmp_path / "figures").read_text(encoding="utf-8") for one in figures]
    words = {html.unescape(one) for text in drawn for one in re.findall("<text[^>]*>([^<]+)", text)}
    go(browser, "#claims&lang=ko")
    told = run(browser, "return [given[0].map((one) => t(one)), [...missing]]", sorted(words))
    assert len(words) > 100 and told[1] == []
    left = {one for text in told[0] for one in re.findall("[A-Za-z_][A-Za-z0-9_]+", text)}
    assert left - plan.variants.keys() <= NAMES


def test_words_in_the_published_figures_stay_in_their_places(browser, page):
    """In both languages: none beyond the edge, none over another."""
    for language in ("en", "ko"):
        browser.get((ROOT / "results/published/index.html").as_uri() + f"#claims&lang={language}")
        shown, astray, untold = run(browser, FIGURES)
        assert shown >= 20 and astray == [] and untold == [], language
    browser.get(page.as_uri())


def test_commands_have_the_options_of_the_run(browser):
    go(browser, "#techniques&variant=adam")
    shown = run(browser, "return document.querySelector('#variant pre').textContent")
    assert shown.endswith(f"\nsnakemake --cores 4 train_adam {OPTIONS}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_is_printed_on_white(browser, scheme):
    run(browser, "location.hash = '#bowl'; main.open(); main.scheme(given[0]);", scheme)
    run(browser, "")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = browser.find_element("css selector", ".chart").screenshot_as_png
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    run(browser, "main.scheme('auto')")
    paper = Image.open(io.BytesIO(shown)).convert("L")
    assert np.median(paper) > 250


def test_it_asks_for_nothing(browser):
    events = [json.loads(one["message"])["message"] for one in browser.get_log("performance")]
    sent = [
        e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"
    ]
    assert {url.split(":")[0] for url in sent} <= {"file", "data", "blob", "chrome"}


def test_paths_are_those_of_onescale(browser, results):
    """Over rates, memories and starts that are not the embedded ones."""
    draw, known = random.Random(3), run(browser, "return bowl.names")
    assert len(known) >= 8
    for usual in run(browser, "return DATA.bowl.optimizers"):
        name = usual.pop("name")
        if name not in known:  # left out of the page's bowl
            continue
        given = usual | {"rate": draw.uniform(0.01, 0.9)}
        given |= {
            key: draw.uniform(0.1, 0.95) for key in ("momentum", "decay", "beta1") if key in given
        }
        start = [draw.uniform(-9, 9), draw.uniform(-3, 3)]
        ours = run(browser, "return bowl.path(...given)", {"name": name, **given}, start, 40)
        theirs = surface.path({"name": name, **given}, start, 40)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9, err_msg=name)
    assert run(browser, "return bowl.off(DATA.bowl)") < 1e-12


@pytest.mark.parametrize("rate", [1.5, 1e3, 1e300])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_path_that_runs_away_is_no_fault_of_the_page(browser, rate):
    asked = {"start": [-7.0, 2.0], "updates": 60, "optimizers": [{"name": "sgd", "rate": rate}]}
    known = pictures.bowl(asked)
    assert 1 <= len(min(known["paths"], key=len)) < 61
    assert run(browser, "return bowl.off(...given)", known) < 1e-9


def test_sliders_move_paths_and_the_address_keeps_them(browser):
    go(browser, "#bowl&lang=en")
    moved = """
        const length = () => document.querySelector('#panel tbody tr td.number').textContent;
        const before = length();
        const slider = document.querySelector('#panel tbody input[type=range]');
        slider.value = -1; slider.dispatchEvent(new Event('input'));
        return [before, length(), location.hash]"""
    before, after, address = run(browser, moved)
    assert before != after and "sgd=0.1" in address
    go(browser, "#curves&lang=en")
    go(browser, address)
    assert (
        run(browser, "return document.querySelector('#panel tbody tr td.number').textContent")
        == after
    )


def test_charts_name_their_tools_in_korean_and_hold_no_keyboard(browser):
    for panel in ("curves", "bowl"):
        go(browser, f"#{panel}&lang=ko")
        names, layers = run(
            browser,
            "const [box] = document.querySelectorAll('.chart');"
            "const names = inside(box, '[class*=Button]').map((one) => one.title);"
            "return [names, inside(box, '.bk-events').map((one) => one.tabIndex)]",
        )
        assert len(names) > 4 and all(re.search("[가-힣]", one) for one in names), names
        assert layers == [-1]


def test_the_way_to_the_content_leaves_panel_and_language(browser):
    go(browser, "#bowl&lang=ko")
    skip = "document.querySelector('.skip').click(); return [location.hash, document.title]"
    address, title = run(browser, skip)
    assert address.startswith("#bowl&lang=ko") and title == "onescale – 그릇 위의 경사 하강"
    assert run(browser, "return document.activeElement.id") == "panel"


def test_a_variant_is_taken_out_of_the_curves_and_the_address_tells(browser):
    go(browser, "#curves&lang=en&form=seeds")
    name, visible, address = run(
        browser,
        """const box = document.querySelector('fieldset.variants input');
        const name = box.parentElement.textContent;
        box.click();
        const parts = document.querySelector('#panel .chart').parts[name];
        return [name, parts.map((one) => one.visible), location.hash]""",
    )
    assert visible == [False]
    assert "v=" in address and name not in re.split("[=,&]|%2C", address)
    go(browser, address)
    assert not run(browser, "return document.querySelector('fieldset.variants input').checked")


def test_curves_that_take_other_data_are_those_that_would_be_drawn_with_it(browser):
    data = """const box = document.querySelector('#panel .chart');
        return Object.values(box.parts).flat().map((one) => Object.fromEntries(
            Object.entries(one.data_source.data).map(([key, list]) => [key, [...list]])))"""
    for form in ("bands", "seeds"):
        go(browser, f"#curves&lang=en&form={form}")
        before = run(browser, data)
        for words in ("training images", "CPU seconds"):
            click = "[...document.querySelectorAll('#panel button')].find((one) => "
            run(browser, f"{click} one.textContent === given[0]).click()", words)
        renewed, address = run(browser, data), run(browser, "return location.hash")
        assert "of=train" in address and "x=seconds" in address
        pressed = "return document.querySelectorAll('#panel [aria-pressed=true]').length"
        assert run(browser, pressed) == 3
        go(browser, address)
        assert run(browser, data) == renewed != before


def test_a_variant_keeps_its_name_where_a_technique_is_called_the_same(browser):
    go(browser, "#claims&lang=ko")
    told = run(browser, "return [t('test accuracy: dropout against adam'), t('dropout')]")
    assert told == ["테스트 정확도: dropout 대 adam", "드롭아웃"]


def test_on_a_narrow_page_the_bowl_is_stretched_and_words_are_readable(browser):
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        go(browser, "#bowl")
        high = run(browser, "return document.querySelector('.chart').clientHeight")
        go(browser, "#table")
        words = "document.querySelector('.stand text').getBoundingClientRect().height"
        readable = run(browser, f"return {words}")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert 200 < high < 250  # of 20 by 6 units, in less than 390 pixels
    assert readable > 11


def test_an_effect_beyond_the_scale_is_an_arrow_and_no_dot(browser):
    shapes = (
        "const made = whisker(given[0], given[0], given[0], 0.03, 0.002);"
        "return [...made.querySelectorAll('.solid')].map((one) => one.tagName)"
    )
    assert run(browser, shapes, 0.1226) == run(browser, shapes, -0.0755) == ["path"]
    assert run(browser, shapes, 0.0086) == ["circle"]


def test_a_scale_stands_above_the_effects_and_an_effect_stands_where_it_says(browser):
    go(browser, "#short&lang=en")
    scale = (
        "const ticks = [...document.querySelectorAll('#panel thead .dots text')];"
        "return ticks.map((tick) => [tick.textContent, Number(tick.getAttribute('x'))])"
    )
    (low, left), (zero, middle), (high, right) = run(browser, scale)
    assert (low[0], zero, high[0]) == ("−", "0", "+") and low[1:] == high[1:]
    at = (
        "return Number(whisker(given[0], null, null, given[1], 0.002)"
        ".querySelector('circle').getAttribute('cx'))"
    )
    end = float(high) / 100
    places = [run(browser, at, value, end) for value in (-end, 0, end / 2, end)]
    assert places == [left, middle, (middle + right) / 2, right]


def test_a_verdict_tells_what_holm_over_the_page_would_make_of_it(browser):
    row = "{ setting: 'tuned', verdict: 'holds', verdict_corrected: given[0] }"
    item = f"return verdictItem({row}).textContent"
    go(browser, "#claims&lang=en")
    assert run(browser, item, "open") == "tuned: holds († open)"
    assert run(browser, item, "holds") == "tuned: holds"


def test_nothing_serious_keeps_people_out(browser):
    axe = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    browser.execute_script(axe)
    for panel in PANELS:
        for scheme in ("light", "dark"):
            go(browser, f"#{panel}&lang=en")
            found = run(
                browser, "main.scheme(given[0]); return (await axe.run()).violations", scheme
            )
            serious = [v for v in found if v["impact"] in ("serious", "critical")]
            told = [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in serious]
            assert told == [], (panel, scheme)
    run(browser, "main.scheme('auto')")

"""A folder of results as the workflow leaves it, from made-up runs, and the page that shows it: as
a file, and in a real browser."""

import json
import shutil

import pytest
from click.testing import CliRunner

from onescale.claims.needs import spec as claims_spec
from onescale.cli import cli
from onescale.training.plan import Plan
from page.drawn import draw, figures_of_claims, write_runs
from places import AGES, configuration

OPTIONS = "--configfile mine.yaml"
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-component-update", "--disable-background-networking", "--disable-sync"),
]
SCALES = {"standardized": "standardize", "minmax": "minmax", "chapter": "scale --method chapter"}


def command(*arguments) -> str:
    result = CliRunner().invoke(cli, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def page_config() -> dict:
    """The project's own configuration, with few groups, claims and faults."""
    config = configuration() | {
        "studies": {},
        "tuning": {},
        "results": "results",
        "seeds": [0, 1, 2],
    }
    groups = ("chapter", "corrected", "regularizers")
    config["comparisons"] = {name: config["comparisons"][name] for name in groups}
    claims = {name: config["claims"][name] for name in ("sgd_strays", "dropout_narrows")}
    for claim in claims.values():
        for setting in set(claim["settings"]) - {"as_written", "chapter_rates"}:
            del claim["settings"][setting]
    places = [one for one in config["discrepancies"] if "table" in one or "mended" in str(one)]
    return config | {
        "claims": claims,
        "discrepancies": places,
        "effects": [one for one in config["effects"] if one["than"] in ("adam", "corrected_sgd")],
    }


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """(folder of results with evidence, its configuration)."""
    folder, config = tmp_path_factory.mktemp("page") / "results", page_config()
    plan = Plan.from_config(config)
    names = set(plan.members("comparisons")) | {name for name in plan.variants if "mended" in name}
    runs = write_runs(folder / "runs", plan, names, config["seeds"])
    for name, how in SCALES.items():
        output = folder / f"tables/class_ages/{name}.csv"
        output.parent.mkdir(parents=True, exist_ok=True)
        command(*how.split(), AGES, "--label", "name", "--labelled", "-o", output)
    command(
        "compare",
        *runs,
        "--spec",
        plan.comparison(config["comparisons"]),
        "--csv",
        folder / "comparison.csv",
    )
    parts = ("--csv", folder / "claims.csv", "--parts", folder / "claims_parts.csv")
    command("claims", *runs, "--spec", claims_spec(plan), *parts)
    given = json.dumps({key: config[key] for key in ("discrepancies", "statistics")})
    tables = ("--tables", folder / "tables/class_ages", "--csv", folder / "discrepancies.csv")
    command("discrepancies", *runs, "--spec", given, *tables)
    for figure in figures_of_claims(plan):
        draw(figure, plan, folder / "figures")
    config["tables"]["class_ages"]["file"] = str(AGES)
    table = folder / "comparison.csv"
    text = json.dumps(config)
    command("manifest", table, "--configuration", text, "-o", folder / "manifest.json")
    return folder, config


@pytest.fixture(scope="session")
def page(results):
    """The file of the page."""
    folder, _ = results
    command("page", folder, "--options", OPTIONS)
    return folder / "index.html"


def texts(config: dict) -> set[str]:
    """Every text of a configuration that the page shows."""
    found = {
        group.get("title")
        for group in (*config["comparisons"].values(), *config["tuning"].values())
    }
    found |= {one[key] for one in config["effects"] for key in ("group", "label")}
    found |= {row["row"] for row in config["reported"]}
    found |= {place["words"] for place in config["discrepancies"]}
    for claim in config["claims"].values():
        found |= {claim["words"], claim["why"].strip()}
        found |= set(_words(claim["settings"]))
    return {one for one in found if one}


def _words(value):
    """What bears parts of a claim, and what is said of them."""
    if isinstance(value, dict):
        yield from (value[key] for key in ("case", "note") if key in value)
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)


@pytest.fixture(scope="module")
def browser(page, tmp_path_factory):
    """Chromium with the page open."""
    if not (chromium := shutil.which("chromium")) or not (driver := shutil.which("chromedriver")):
        pytest.skip("no chromium with its driver on this machine")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    opened.set_script_timeout(60)
    opened.get(page.as_uri())
    yield opened
    opened.quit()

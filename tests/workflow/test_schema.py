"""Schema, defaults and documentation stay in step with the code (`make schema` mends)."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from onescale.nn.initializers import INITIALIZERS
from onescale.nn.optimizers import OPTIMIZERS
from onescale.nn.schedules import SCHEDULES
from onescale.training.variant import Variant
from places import configuration

ROOT = Path(__file__).parents[2]
CONFIG = configuration()
VARIANT = yaml.safe_load((ROOT / "workflow/schemas/variant.schema.yaml").read_text("utf-8"))


def test_what_is_derived_is_in_step():
    script = ROOT / "workflow/scripts/schema.py"
    result = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_bar_in_a_formula_ends_no_cell(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "workflow/scripts")
    reference = importlib.import_module("reference")
    one = {"properties": {"name": {"const": "adamax"}}, "description": "u ← max(βu, |g|)."}
    keys = {"optimizer": {"oneOf": [one]}, "clip": {"type": "number", "description": "Of |g|."}}
    assert reference.table({"properties": keys}).splitlines()[2:] == [
        r"| `optimizer: {name: adamax}` | – | u ← max(βu, \|g\|). |",
        r"| `clip` | number | Of \|g\|. |",
    ]


@pytest.mark.parametrize(
    ("key", "table"),
    [("optimizer", OPTIMIZERS), ("schedule", SCHEDULES), ("init", INITIALIZERS)],
)
def test_every_entry_of_a_table_is_allowed(key, table):
    allowed = jsonschema.Draft202012Validator(VARIANT).is_valid
    for name in table:
        assert allowed({key: name if key == "init" else {"name": name}})
        assert not allowed({key: f"{name}x" if key == "init" else {"name": f"{name}x"}})


@pytest.mark.parametrize("name", CONFIG["variants"])
def test_variants_fit_schema_and_code(name):
    given = CONFIG["variants"][name]
    jsonschema.validate(given, VARIANT)
    variant = Variant.from_mapping(CONFIG["defaults"] | given | {"name": name})
    assert Variant.from_mapping(json.loads(json.dumps(variant.to_mapping()))) == variant


def test_the_defaults_of_configuration_and_code_agree():
    assert Variant.from_mapping(CONFIG["defaults"]) == Variant()


def test_every_key_of_the_configuration_is_documented():
    text = (ROOT / "config/README.md").read_text(encoding="utf-8")
    assert not {key for key in CONFIG if f"| `{key}` |" not in text}


def test_the_readme_shows_the_published_run():
    script = ROOT / "workflow/scripts/publish.py"
    result = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr

# What the configuration must be, checked before anything else, with a line about the first fault.
import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from onescale.core.errors import SpecError, suggest
from onescale.training.variant import Variant
from referencing import Registry, Resource


def refuse(fault):
    """End with one line about the configuration, without the frames that Snakemake prints around
    an exception."""
    sys.exit(f"configuration: {fault}")


def check_schema():
    """Hold the configuration to its closed schema; the first fault is told in one line.

    Not by Snakemake's `validate`: it reads the schema of a variant anew for every variant, which
    takes seconds, and fills in defaults, while a variant's left-out keys come from `defaults`.
    """
    folder = Path(workflow.basedir, "workflow/schemas")
    whole, variant = (
        yaml.safe_load((folder / f"{name}.schema.yaml").read_text(encoding="utf-8"))
        for name in ("config", "variant")
    )
    registry = Registry().with_resource(
        "variant.schema.yaml", Resource.from_contents(variant)
    )
    fault = next(
        Draft202012Validator(whole, registry=registry).iter_errors(config), None
    )
    if fault:
        place = ".".join(map(str, fault.absolute_path)) or "top level"
        known = (
            fault.schema.get("properties")
            if fault.validator == "additionalProperties"
            else None
        )
        allowed = f"; known: {', '.join(known)}" if known else ""
        refuse(f"{place}: {fault.message}{allowed}")


def check_variants():
    """Hold each variant to what the code that trains it allows: it names the nearest known key."""
    for name, given in {"defaults": config["defaults"], **config["variants"]}.items():
        try:
            Variant.from_mapping(given)
        except SpecError as error:
            refuse(f"variant {name}: {error}")


def check_names():
    """What a schema cannot say: every name that is mentioned must be one that is described."""
    variants = config["variants"]
    mentioned = [("dataset", config["dataset"], config["datasets"])]
    for group, given in config["comparisons"].items():
        place = f"comparisons: {group}"
        mentioned += [
            (f"{place}: variants", name, variants) for name in given["variants"]
        ]
        if "reference" in given:
            mentioned.append(
                (f"{place}: reference", given["reference"], given["variants"])
            )
    for study, given in config["studies"].items():
        mentioned += [
            (f"studies: {study}: figures: {key}", figure[key], given["vary"])
            for figure in given["figures"]
            for key in ("x", "lines", "panels")
            if key in figure
        ]
    for group, given in config["tuning"].items():
        if "reference" in given:
            place = f"tuning: {group}: reference"
            mentioned.append((place, given["reference"], given["variants"]))
    for row in config["reported"]:
        place = f"reported: {row['row']}"
        mentioned += [
            (f"{place}: {key}", row[key], variants)
            for key in ("as_written", "put_right")
        ]
    mentioned += [
        ("digits: misread", name, variants) for name in config["digits"]["misread"]
    ]
    for place, name, known in mentioned:
        if name not in known:
            refuse(f"{place}: {suggest(name, known)}")


if isinstance(config["seeds"], list):  # --config seeds=[0,1] brings its numbers as text
    config["seeds"] = [
        int(seed) if str(seed).isdecimal() else seed for seed in config["seeds"]
    ]
if all(isinstance(config[key], dict) for key in ("defaults", "variants")):
    check_variants()
check_schema()
check_names()

"""What a configuration must be, told by its first fault before anything runs.

Three questions in this order: does the code that trains take each variant (it names the nearest key
that it knows), does the whole fit its closed schema, and is every name that is mentioned also
described, which no schema can say. What it says in short is written out on the way (`expansion`);
what the names then stand for is the affair of `plan`. Needs the
extra `workflow`: jsonschema and PyYAML.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

from onescale.core.errors import SpecError, placed, suggest
from onescale.training.expansion import with_own_optimizers, written_out
from onescale.training.plan import CHAPTER
from onescale.training.variant import Variant

PARTS = ("config", "evidence")  # each a file of the configuration, with a schema of that name
Mention = tuple[str, str, Iterable[str]]  # place, name, the names that it may be


def checked(config: Mapping[str, Any], schemas: Path) -> dict[str, Any]:
    """`config`, both files merged, written out, if it can be meant; schemas: the folder of the JSON
    schemas.

    Its seeds become whole numbers where they came as text (`--config seeds=[0,1]`). Raises
    SpecError, naming the place.
    """
    seeds = config.get("seeds")
    if isinstance(seeds, list):
        config = {**config, "seeds": [int(s) if str(s).isdecimal() else s for s in seeds]}
    _hold(config, validator(schemas, ["optimizers"]))  # which all others may name
    config = with_own_optimizers(config)
    if all(isinstance(config.get(key), dict) for key in ("defaults", "variants")):
        for name, given in {"defaults": config["defaults"], **config["variants"]}.items():
            with placed(f"variant {name}"):
                Variant.from_mapping(given)
    _hold(config, validator(schemas))
    config = written_out(config)
    _check_fresh(config)
    for place, name, known in _mentions(config):
        if name not in known:
            raise SpecError(f"{place}: {suggest(name, known)}")
    return for_dataset(config)


def for_dataset(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration with what its data set decides: the folder of results and the levels that
    variants are timed to, where they are not given, and whether the chapter's numbers apply."""
    name = config["dataset"]
    folder = config["results"] or ("results" if name == CHAPTER else f"results/{name}")
    if levels := config["datasets"][name].get("levels"):
        config = {**config, "defaults": {"levels": levels, **config["defaults"]}}
    if name != CHAPTER:
        config = {**config, "reported": []}
    return {**config, "results": folder}


def validator(schemas: Path, only: Collection[str] = ()) -> Draft202012Validator:
    """Holds the whole configuration, or these keys of it, to the schemas of its files.

    Not Snakemake's `validate`: it reads the schema of a variant anew for every variant, which takes
    seconds, and fills in defaults, while a variant's left-out keys come from `defaults`.
    """
    read = {
        path.name: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in schemas.glob("*.schema.yaml")
    }
    files = {f"{part}.schema.yaml": read[f"{part}.schema.yaml"] for part in PARTS}
    whole = {
        "type": "object",
        "additionalProperties": bool(only),
        "required": only or [key for schema in files.values() for key in schema["required"]],
        "properties": {
            key: {"$ref": f"{name}#/properties/{key}"}
            for name, schema in files.items()
            for key in only or schema["properties"]
            if key in schema["properties"]
        },
    }
    resources = [(name, Resource.from_contents(schema)) for name, schema in read.items()]
    return Draft202012Validator(whole, registry=Registry().with_resources(resources))


def _hold(config: Mapping[str, Any], validator: Draft202012Validator) -> None:
    if fault := next(validator.iter_errors(config), None):
        raise SpecError(_in_words(fault))


def _check_fresh(config: Mapping[str, Any]) -> None:
    """Seeds that confirm what others showed must be none of these."""
    parts = (config, *config["studies"].values(), *config["tuning"].values())
    used = {seed for part in parts for seed in part.get("seeds", ())}
    if again := used.intersection(config.get("confirm", {}).get("seeds", ())):
        raise SpecError(f"confirm: seeds: {min(again)} is used before; name others")


def _in_words(fault: ValidationError) -> str:
    place = ".".join(map(str, fault.absolute_path)) or "top level"
    known = fault.schema.get("properties") if fault.validator == "additionalProperties" else None
    return f"{place}: {fault.message}" + (f"; known: {', '.join(known)}" if known else "")


def _mentions(config: Mapping[str, Any]) -> Iterator[Mention]:
    """Every name that stands for something described elsewhere; claims have more (`Plan.known`)."""
    variants = config["variants"]
    yield "dataset", config["dataset"], config["datasets"]
    for group, given in config["comparisons"].items():
        for name in given["variants"]:
            yield f"comparisons: {group}: variants", name, variants
    for part in ("comparisons", "tuning"):
        for group, given in config[part].items():
            if "reference" in given:
                yield f"{part}: {group}: reference", given["reference"], given["variants"]
    for study, given in config["studies"].items():
        for figure in given["figures"]:
            for key in ("x", "lines", "panels"):
                if key in figure:
                    yield f"studies: {study}: figures: {key}", figure[key], given["vary"]
    for row in config["reported"]:
        for key in ("as_written", "put_right"):
            yield f"reported: {row['row']}: {key}", row[key], variants
    for name in config["digits"]["misread"]:
        yield "digits: misread", name, variants

"""What a configuration must be, told by its first fault before anything runs.

Three questions in this order: does the code that trains take each variant (it names the nearest key
that it knows), does the whole fit its closed schema, and is every name that is mentioned also
described, which no schema can say. What it says in short is written out on the way (`expansion`);
what the names then stand for is the affair of `plan`. Needs the extra `workflow`: jsonschema and
PyYAML.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

from onescale.core import settings
from onescale.core.errors import SpecError, placed, some, suggest
from onescale.core.text import visible
from onescale.training.expansion import with_files, with_own_optimizers, written_out
from onescale.training.plan import CHAPTER
from onescale.training.variant import Variant

PARTS = ("config", "evidence")  # each a file of the configuration, with a schema of that name
_SCHEMAS = tuple(f"{name}.schema.yaml" for name in (*PARTS, "variant"))
# What Snakemake, a shell and a command line all take for the name of a folder.
_FOLDER = re.compile(r"(?![-/]|\./)(?:[^/{}\x00-\x1f\x7f]|/(?![/]|$))+")
_LONGEST = 255  # bytes of a name in a folder
Mention = tuple[str, str, Iterable[str]]  # place, name, the names that it may be


def checked(
    config: Mapping[str, Any], shipped: Callable[[str], str], find: Callable[[str], str] = str
) -> dict[str, Any]:
    """`config`, both files merged, written out, if it can be meant; shipped: the text of a file
    that comes with the workflow, by its path: a schema, or the configuration that one which does
    not stand by itself is laid over; find: where a file is that it names.

    Its seeds become whole numbers where they came as text (`--config seeds=[0,1]`). Raises
    SpecError, naming the place.
    """
    schemas = {name: _read(shipped(f"workflow/schemas/{name}")) for name in _SCHEMAS}
    config = completed(settings.plain(config), schemas, shipped)
    seeds = config.get("seeds")
    if isinstance(seeds, list):
        config = {**config, "seeds": [int(s) if str(s).isdecimal() else s for s in seeds]}
    _hold(config, validator(schemas, ["optimizers"]))  # which all others may name
    config = with_own_optimizers(config, find)
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
    return with_files(for_dataset(config), find)


def require_unmoved(config: Mapping[str, Any], moved: Callable[[str], str]) -> None:
    """Raises SpecError where the workflow that this one is a module of moves its results; moved:
    where it puts a path."""
    folder = f"{config['results']}/"
    if moved(folder) != folder:
        raise SpecError(
            "a module's prefix moves files, but not what commands are told; leave it out, and say"
            " where files go by results: FOLDER in the module's configuration"
        )


def for_dataset(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration with what its data set decides: the folder of results and the levels that
    variants are timed to, where they are not given, and whether the chapter's numbers apply."""
    name = config["dataset"]
    if config["results"] and not _is_folder(config["results"]):
        raise SpecError(
            f"results: {config['results']!r}: name a folder as seen from here, such as out/mine: "
            "no / at either end or twice, no - or ./ first, no blank at either end, no braces, no "
            "control characters, no part of more than 255 bytes"
        )
    folder = config["results"] or ("results" if name == CHAPTER else f"results/{name}")
    if levels := config["datasets"][name].get("levels"):
        config = {**config, "defaults": {"levels": levels, **config["defaults"]}}
    if name != CHAPTER:
        config = {**config, "reported": []}
    return {**_what_fits(config), "results": folder}


def _is_folder(name: str) -> bool:
    try:
        short = all(len(part.encode()) <= _LONGEST for part in name.split("/"))
    except UnicodeEncodeError:  # bytes that are no text
        return False
    shown = visible(name) == name == name.strip()
    return short and shown and _FOLDER.fullmatch(name) is not None


def _what_fits(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the variants that the data set cannot be trained with: more images than it has, or
    turned and mirrored where there are no square images of bytes. Then the evidence steps aside
    too, since its claims are about all of them; and pictures of images, where there are none."""
    given = config["datasets"][config["dataset"]]
    rows, columns = given.get("shape", (28, 28))
    square = rows == columns and given.get("type", "uint8") == "uint8"
    kept = {}
    for name, own in config["variants"].items():
        spec = Variant.from_mapping({**config["defaults"], **own})
        if given.get("train", 60_000) >= (spec.train_images or spec.batch_size) and (
            square or not spec.augment
        ):
            kept[name] = own
    if not kept:
        raise SpecError(
            f"dataset {config['dataset']}: every variant wants more than its {given['train']:,} "
            "training images; say defaults: {batch_size: …}, or fewer train_images"
        )
    if square and len(kept) == len(config["variants"]):
        return config
    groups = {}
    for name, group in config["comparisons"].items():
        fitting = [variant for variant in group["variants"] if variant in kept]
        if fitting and group.get("reference", fitting[0]) in kept:
            groups[name] = {**group, "variants": fitting}
    digits = config["digits"]
    misread = [name for name in digits["misread"] if name in kept and rows > 1]
    digits = {"augmented": digits["augmented"] if square else {}, "misread": misread}
    evidence = ("studies", "tuning", "claims", "effects", "discrepancies")
    none = {key: type(config[key])() for key in evidence if key in config}
    return {**config, **none, "variants": kept, "comparisons": groups, "digits": digits}


def completed(
    config: Mapping[str, Any], schemas: Mapping[str, Any], shipped: Callable[[str], str]
) -> dict[str, Any]:
    """A configuration with all keys: it stands by itself if it has those of config.yaml, and then
    what it does not ask for is left out; else it is laid over the one that is shipped."""
    required = [schemas[f"{part}.schema.yaml"]["required"] for part in PARTS]
    if config.keys() >= set(required[0]):
        return {**{key: {} for key in required[1]}, **config}
    whole: dict[str, Any] = {}
    for part in PARTS:
        whole |= _read(shipped(f"config/{part}.yaml"))
    return _laid_over(config, whole)


def _laid_over(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> dict[str, Any]:
    """As Snakemake lays one configuration over another: mappings key by key, all else whole."""
    both = dict(lower)
    for key, value in upper.items():
        under = both.get(key)
        nested = isinstance(value, Mapping) and isinstance(under, Mapping)
        both[key] = _laid_over(value, under) if nested else value
    return both


def _read(text: str) -> Any:
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (both safe)


def validator(schemas: Mapping[str, Any], only: Collection[str] = ()) -> Draft202012Validator:
    """Holds the whole configuration, or these keys of it, to the schemas of its files, by name.

    Not Snakemake's `validate`: it reads the schema of a variant anew for every variant, which takes
    seconds, and fills in defaults, while a variant's left-out keys come from `defaults`.
    """
    files = {f"{part}.schema.yaml": schemas[f"{part}.schema.yaml"] for part in PARTS}
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
    resources = [(name, Resource.from_contents(schema)) for name, schema in schemas.items()]
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


_TOLD = {  # what is no more than a type or a pattern to a schema
    ("pattern", "^[a-z0-9_]{2,100}$"): "a name: 2 to 100 of a–z, 0–9 and _",
    ("type", "array"): "a list, such as [one, another]",
    ("type", "object"): "a mapping, such as {key: value}",
    ("type", "integer"): "a whole number",
    ("type", "number"): "a number",
    ("type", "string"): "text",
    ("type", "boolean"): "true or false",
}


def _in_words(fault: ValidationError) -> str:
    place = ".".join(map(str, fault.absolute_path)) or "top level"
    known = fault.schema.get("properties") if fault.validator == "additionalProperties" else None
    rule = (fault.validator, str(fault.validator_value))
    if rule in _TOLD:
        return f"{place}: {fault.instance!r} is not {_TOLD[rule]}"
    return f"{place}: {fault.message}" + (f"; known: {some([*known])}" if known else "")


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

# The helper functions of the workflow: the only place for them.
import ast
import functools
import json
import os
from pathlib import Path

from onescale.errors import SpecError, suggest
from onescale.variant import Variant
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate


def check_schema():
    """Hold the configuration to its closed schema; the first fault is told in one line.

    Defaults of the schema are not filled in: a variant's left-out keys come from `defaults`.
    """
    try:
        validate(config, "../schemas/config.schema.yaml", set_default=False)
    except WorkflowError as error:
        fault = error.__context__
        place = ".".join(map(str, fault.absolute_path)) or "top level"
        known = (
            fault.schema.get("properties")
            if fault.validator == "additionalProperties"
            else None
        )
        allowed = f"; known: {', '.join(known)}" if known else ""
        raise WorkflowError(
            f"configuration: {place}: {fault.message}{allowed}"
        ) from None


def check_variants():
    """Hold each variant to what the code that trains it allows: it names the nearest known key."""
    for name, given in {"defaults": config["defaults"], **config["variants"]}.items():
        try:
            Variant.from_mapping(given)
        except SpecError as error:
            raise WorkflowError(f"configuration: variant {name}: {error}")


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
    for row in config["reported"]:
        place = f"reported: {row['row']}"
        mentioned += [
            (f"{place}: {key}", row[key], variants)
            for key in ("as_written", "put_right")
        ]
    for place, name, known in mentioned:
        if name not in known:
            raise WorkflowError(f"configuration: {place}: {suggest(name, known)}")


if all(isinstance(config[key], dict) for key in ("defaults", "variants")):
    check_variants()
check_schema()
check_names()

RESULTS = config["results"]
CACHE = f"data/cache/{config['dataset']}"
SEEDS = ",".join(map(str, config["seeds"]))
# One BLAS thread a job: two threads gain nothing on nets of this size, two jobs double the
# throughput. Set for every job, so that figures and statistics keep to their one core as well.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"


def spec(name):
    """The whole specification of a variant, defaults filled in, as canonical JSON."""
    return json.dumps(
        {**config["defaults"], **config["variants"][name], "name": name}, sort_keys=True
    )


def as_json(*keys):
    """The named top-level parts of the configuration as canonical JSON."""
    return json.dumps({key: config[key] for key in keys}, sort_keys=True)


def runs(names):
    """The run files of these variants."""
    return [f"{RESULTS}/runs/{name}.json" for name in names]


def timings(names):
    """The timing files of these variants."""
    return [f"{RESULTS}/runs/{name}.timing.json" for name in names]


def compared():
    """Every variant that stands in a comparison, once each, in the order of the configuration."""
    groups = config["comparisons"].values()
    return list(dict.fromkeys(name for group in groups for name in group["variants"]))


def group(wildcards):
    """The configuration of the group of variants that a file's name holds."""
    return config["comparisons"][wildcards.group]


@functools.cache
def code(module):
    """The source files that `module` needs: itself and all of ours that it imports, at any depth.

    Snakemake does not see Python behind a shell command. As inputs of a rule, these make an edit in
    one of them run that stage again, and no other.
    """
    found, todo = set(), [module]
    while todo:
        path = Path("src", *todo.pop().split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if path.exists() and str(path) not in found:
            found.add(str(path))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    todo += [
                        alias.name
                        for alias in node.names
                        if alias.name.startswith("onescale")
                    ]
                elif isinstance(node, ast.ImportFrom) and (
                    node.module or ""
                ).startswith("onescale"):
                    todo += [node.module] + [
                        f"{node.module}.{alias.name}" for alias in node.names
                    ]
    return sorted(found)

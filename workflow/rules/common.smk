# The helper functions of the workflow, but for the checks of its configuration (checks.smk).
import ast
import functools
import json
import math
import os
import sys
from pathlib import Path

from onescale.claims.spec import ClaimSpec
from onescale.core.errors import SpecError, suggest
from onescale.training.grid import points
from onescale.training.variant import Variant


def same(spec):
    """What two specifications have in common if they mean the same run, whatever they are called."""
    return json.dumps(Variant.from_mapping({**spec, "name": "any"}).to_mapping())


def expand_studies():
    """Studies with their points, each named after a variant: one that is described already where it
    means the same run, so that it is trained once, else a new one in `VARIANTS`."""
    known = {same(given): name for name, given in VARIANTS.items()}
    for study, given in config["studies"].items():
        found = []
        base = {**config["defaults"], **given.get("base", {})}
        try:
            for point in points(base, given["vary"]):
                own = f"{study}_{point.suffix}"
                name = known.setdefault(same(point.spec), own)
                if name == own and name not in VARIANTS:
                    VARIANTS[name] = point.spec
                    OWN_SEEDS[name] = given.get("seeds", config["seeds"])
                if same(VARIANTS[name]) != same(point.spec):
                    raise SpecError(f"another variant is called {name}")
                found.append({"variant": name, "values": point.values})
        except SpecError as error:
            refuse(f"studies: {study}: {error}")
        yield study, {**given, "points": found}


def expand_tuning():
    """Groups of tuned variants, each with its searches as `onescale tune` takes them."""
    for group, given in config["tuning"].items():
        searches = {}
        for name, own in given["variants"].items():
            base = [config["defaults"], given.get("base", {}), own.get("base", {})]
            searches[name] = {
                **own,
                "name": name,
                "base": {key: value for part in base for key, value in part.items()},
                "held_out": given["held_out"],
                "seeds": given["seeds"],
                "evaluate_every": given.get("evaluate_every"),
            }
            if name in VARIANTS:
                refuse(f"tuning: {name} is a variant too")
            check_search(searches[name])
        budgets = {name: budget(search) for name, search in searches.items()}
        if len(set(budgets.values())) > 1:
            told = ", ".join(f"{name} {count}" for name, count in budgets.items())
            refuse(f"tuning: {group}: as many trials for each, not {told}")
        yield group, {**given, "variants": list(searches), "searches": searches}


def check_search(search):
    """Hold every trial of a search to what a variant allows; of ranges, their two ends."""
    axes = search["vary"].items()
    try:
        if "trials" in search:
            axes = [(axis, values["log_uniform"]) for axis, values in axes]
        for point in points(search["base"], dict(axes)):
            Variant.from_mapping(point.spec)
    except SpecError as error:
        refuse(f"tuning: {search['name']}: {error}")
    except (KeyError, TypeError):
        refuse(
            f"tuning: {search['name']}: `trials` are drawn from axes of the form "
            "{log_uniform: [low, high]}"
        )


def budget(search):
    """How many trials a search has."""
    axes = search["vary"].values()
    return search.get("trials") or math.prod(len(values) for values in axes)


RESULTS = config["results"]
CACHE = f"data/cache/{config['dataset']}"
# Every variant by its name, the study it came from included; studies may have seeds of their own.
VARIANTS = {
    name: {**config["defaults"], **given} for name, given in config["variants"].items()
}
OWN_SEEDS = {}
STUDIES = dict(expand_studies())
TUNING = dict(expand_tuning())
# What is compared and drawn by group: `tuning` describes groups as `comparisons` does.
GROUPS = config["comparisons"] | {
    name: {
        key: given[key] for key in ("title", "reference", "variants") if key in given
    }
    for name, given in TUNING.items()
}
# One BLAS thread a job: two threads gain nothing on nets of this size, two jobs double the
# throughput. Set for every job, so that figures and statistics keep to their one core as well.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
# Jobs find `onescale` beside the Python that runs Snakemake, activated or not.
os.environ.update(
    PATH=os.pathsep.join([os.path.dirname(sys.executable), os.getenv("PATH", "")])
)


def spec(name):
    """The whole specification of a variant, defaults filled in, as canonical JSON."""
    return json.dumps({**VARIANTS[name], "name": name}, sort_keys=True)


def workload(spec, trainings=1):
    """The priority of a job that trains: the more images it sees, the earlier it starts, and all
    before figures, so that no core waits for the last job."""
    images = spec["steps"] * spec["batch_size"] * (2 if spec.get("augment") else 1)
    return math.ceil(images * trainings / 100_000)


def seeds(name=None):
    """The seeds that a variant is trained with, as the command line takes them."""
    return ",".join(map(str, OWN_SEEDS.get(name, config["seeds"])))


def data_folder(wildcards, input):
    """Where the files of the data set lie."""
    return os.path.dirname(input.data[0])


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
    return GROUPS[wildcards.group]


def study(name):
    """A study as `onescale study` takes it: what was varied, and the variant of each point."""
    given = STUDIES[name]
    found = {
        key: given[key]
        for key in ("title", "points", "levels", "learns")
        if key in given
    }
    found |= {"name": name, "axes": list(given["vary"])}
    found["confidence"] = config["statistics"]["confidence"]
    return json.dumps(found, sort_keys=True)


def study_figure(name, kind):
    """The figure of a study that is of this kind."""
    return json.dumps(
        next(one for one in STUDIES[name]["figures"] if one["kind"] == kind),
        sort_keys=True,
    )


def searches(tuned):
    """What tuning leaves for each variant of a group."""
    return [
        f"{RESULTS}/tuning/{tuned}/{name}.json" for name in TUNING[tuned]["variants"]
    ]


def tuned_variants():
    """Every variant that was tuned."""
    return [name for given in TUNING.values() for name in given["variants"]]


def tuned_spec():
    """The comparison of the tuned groups, with the budget of each variant."""
    trials = {
        name: budget(search)
        for given in TUNING.values()
        for name, search in given["searches"].items()
    }
    return json.dumps(
        {
            "comparisons": {name: GROUPS[name] for name in TUNING},
            "statistics": config["statistics"],
            "trials": trials,
        }
    )


def source(module):
    """The file of a module of ours, None for any other."""
    path = Path("src", *module.split("."))
    for file in (path / "__init__.py", path.with_suffix(".py")):
        if module.startswith("onescale") and file.is_file():
            return str(file)


def known(names, place):
    """These names of trained variants, or the first fault: a name that no variant has."""
    trained = VARIANTS.keys() | set(tuned_variants())
    for name in names:
        if name not in trained:
            refuse(f"{place}: {suggest(name, trained)}")
    return names


@functools.cache
def claims():
    """What the claims claim, with patterns of names replaced by the variants that they match."""
    try:
        spec = ClaimSpec.from_mapping({"claims": config["claims"]})
    except SpecError as error:
        refuse(error)
    return spec.resolved([*VARIANTS, *tuned_variants()])


def claimed(chosen=lambda part: True):
    """The variants that claims name (that a part of theirs names, if it is chosen)."""
    return known(claims().variants(chosen), "claims")


def discrepant():
    """The variants whose differences tell what the chapter's faults cost."""
    keys = ("as_written", "put_right", "one_run")
    lists = [place.get(key, []) for place in config["discrepancies"] for key in keys]
    names = [
        name
        for given in lists
        for name in (given if isinstance(given, list) else [given])
    ]
    return known(list(dict.fromkeys(names)), "discrepancies")


def timed(page):
    """The variants whose seconds are compared on a page, and so measured in turn."""
    if page.startswith("study_"):
        points = STUDIES[page.removeprefix("study_")]["points"]
        return list(dict.fromkeys(point["variant"] for point in points))
    if page == "claims":
        return claimed(
            lambda part: {part.measure, part.beside} & {"seconds", "step_cost"}
        )
    return {
        "comparison": compared,
        "comparison_tuned": tuned_variants,
        "discrepancies": discrepant,
    }[page]()


def step_times(*pages):
    """The files with what a step costs for these pages, but for those that compare no seconds."""
    return [f"{RESULTS}/step_times/{page}.json" for page in pages if timed(page)]


def step_times_option(wildcards, input):
    """The option that hands on what a step costs, where that is an input."""
    return f"--step-times {input.step_times}" if input.step_times else ""


def judged():
    """What is judged for `evidence`, where the configuration has it."""
    return [
        f"{RESULTS}/{name}.{form}"
        for name in ("claims", "discrepancies")
        if config.get(name)
        for form in ("csv", "md")
    ]


@functools.cache
def code(module):
    """The source files that `module` needs: itself and all of ours that it imports, at any depth.

    Snakemake does not see Python behind a shell command. As inputs of a rule, these make an edit in
    one of them run that stage again, and no other.
    """
    found, todo = set(), [module]
    while todo:
        name = todo.pop()
        path = source(name) or source(
            name.rpartition(".")[0]
        )  # a name in a module, or a module
        if path and path not in found:
            found.add(path)
            for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    todo += [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    todo += [f"{node.module}.{alias.name}" for alias in node.names]
    return sorted(found)

# What only Snakemake can do: end with one line, and name files as inputs and outputs of rules. What
# the configuration asks for is checked and expanded in src/onescale/training and claims/needs.py.
# The working folder may be any: what a person names is looked for there, then beside the Snakefile.
import contextlib
import json
import os
import re
import sys
from pathlib import Path

from onescale.claims import needs
from onescale.claims.files import ResultFiles
from onescale.core.arguments import fitting, listed, words
from onescale.core.errors import DataError, SpecError
from onescale.core.sources import package
from onescale.core.sources import sources as code
from onescale.tables.commands.job import TableJob
from onescale.training.configuration import checked
from onescale.training.plan import Plan
from snakemake.io import regex_from_filepattern


@contextlib.contextmanager
def in_one_line():
    """End at a fault of the configuration with a line about it, without Snakemake's frames."""
    try:
        yield
    except (DataError, SpecError) as error:
        sys.exit(f"configuration: {error}")


def shipped(path):
    """The text of a file beside the Snakefile, wherever that lies, to be read now."""
    return Path(workflow.source_path(f"../../{path}")).read_text(encoding="utf-8")


HOME = os.path.join(workflow.current_basedir.get_path_or_uri(secret_free=True), "../..")


def at_hand(path):
    """A file that the configuration names; one that is not in the working folder, as shipped."""
    # Of a workflow read from a repository nothing lies at HOME: what the package has, or its checkout.
    own = (package(f"shipped/{path}"), package(f"../../{path}"))
    beside = [os.path.normpath(where) for where in (os.path.join(HOME, path), *own)]
    return next(filter(os.path.exists, (path, *beside)), path)


with in_one_line():
    config.update(checked(config, shipped))
    if (
        workflow.modifier.path_modifier.replace_prefix(moved := f"{config['results']}/")
        != moved
    ):
        raise SpecError(
            "a module's prefix moves files, but not what commands are told; leave it out, and say"
            " where files go by results: FOLDER in the module's configuration"
        )
    used = config["datasets"][config["dataset"]]
    used["sources"] = [at_hand(source) for source in used["sources"]]
    for table in config["tables"].values():
        table["file"] = at_hand(table["file"])
    TABLES = {name: TableJob(name, given) for name, given in config["tables"].items()}
    PLAN = Plan.from_config(config)
FILES = ResultFiles(PLAN)
RESULTS, CONFIRM = FILES.results, FILES.confirm
CACHE = f"data/cache/{config['dataset']}"
IMAGES = [
    f"{part}_{what}.npy" for part in ("train", "test") for what in ("images", "labels")
]
DATA = [f"{CACHE}/{name}" for name in ("dataset.json", *IMAGES)]
# One BLAS thread a job: two threads gain nothing on nets of this size, two jobs double the
# throughput. Set for every job, so that figures and statistics keep to their one core as well.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
# Jobs find `onescale` beside the Python that runs Snakemake, activated or not.
FOLDERS = [os.path.dirname(sys.executable), os.getenv("PATH", "")]
os.environ.update(dict.fromkeys(THREADS, "1"), PATH=os.pathsep.join(FOLDERS))


def one_of(names):
    """A pattern of these names; of none, one that nothing fits."""
    return "|".join(sorted(names)) or "(?!)"


def as_json(*keys):
    """The named top-level parts of the configuration as canonical JSON."""
    return json.dumps({key: config[key] for key in keys}, sort_keys=True)


def data_folder(wildcards, input):
    """Where the files of the data set lie."""
    return os.path.dirname(input.data[0])


def of_ages(*scales):
    """Tables of the class ages, which the chapter prints; none where the configuration has none."""
    made = TABLES["class_ages"].scales if "class_ages" in TABLES else ()
    files = [f"{RESULTS}/tables/class_ages/{scale}.csv" for scale in scales]
    return files if set(scales) <= {*made} else []


def paths(*files):
    """The paths of inputs or outputs of other rules."""
    return [f"{path}" for path in files]


@in_one_line()
def claims_spec(seeds=None):
    """The claims, and the rules that they are judged by."""
    return needs.spec(PLAN, seeds)


# Where a fault in the claims is found as late as a rule asks for them.
claimed, confirmed, effects, timed, measured, measured_in_part, step_times = map(
    in_one_line(),
    (
        *(FILES.claimed, FILES.confirmed, FILES.effects, FILES.timed),
        *(FILES.measured, FILES.measured_in_part, FILES.step_times),
    ),
)
runs, chosen, searches = FILES.runs, FILES.chosen, FILES.searches


# In reading order; the report sorts by name.
CATEGORIES = (
    *("The page", "Comparison", "Figures", "Tables", "Claims", "Studies", "Tuning"),
)
PAGES = {}  # of Markdown: how the report shows each, as HTML


def shown(path, category, caption=None, subcategory=None, **labels):
    """An output that stands in the report, with the caption of its name or of another."""
    place = f"{RESULTS}/{path}"
    about = dict(
        caption=f"../report/{caption or Path(path).stem}.rst",
        category=f"{CATEGORIES.index(category) + 1} {category}",
        subcategory=subcategory,
        labels=labels,
    )
    if not path.endswith(".md"):
        return report(place, **about)
    PAGES[place] = about
    return place


def rendered(made):
    """The HTML of the pages among these files, for the report."""
    return [_rendered(path) for path in made if path.endswith(".md")]


def _rendered(page):
    found = {p: re.match(regex_from_filepattern(p), page) for p in PAGES}
    pattern = max(filter(found.get, found), key=len)
    about, named = PAGES[pattern], found[pattern].groupdict()
    labels = {k: v.format(**named) for k, v in about["labels"].items()}
    return report(f"{page[:-2]}html", **{**about, "labels": labels})


def figure(name, category="Figures", **about):
    """The two files of a figure; the PNG stands in the report."""
    png = shown(f"figures/{name}.png", category, **about)
    return {"png": png, "svg": f"{RESULTS}/figures/{name}.svg"}

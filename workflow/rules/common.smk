# What only Snakemake can do: end with one line, and name files as inputs and outputs of rules. What
# the configuration asks for is checked and expanded in src/onescale/training and claims/needs.py.
# The working folder may be any: what a person names is looked for there, then beside the Snakefile.
import contextlib
import hashlib
import json
import os
import shlex
import sys
from pathlib import Path

from onescale.claims import needs
from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError, SpecError
from onescale.core.sources import package
from onescale.core.sources import sources as code
from onescale.tables.commands.job import TableJob
from onescale.training.configuration import checked
from onescale.training.plan import Plan


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
    beside = [os.path.normpath(os.path.join(HOME, path)), package(f"shipped/{path}")]
    return next(filter(os.path.exists, (path, *beside)), path)


with in_one_line():
    config.update(checked(config, shipped))
    used = config["datasets"][config["dataset"]]
    used["sources"] = [at_hand(source) for source in used["sources"]]
    for table in config["tables"].values():
        table["file"] = at_hand(table["file"])
    TABLES = {name: TableJob(name, given) for name, given in config["tables"].items()}
    PLAN = Plan.from_config(config)
RESULTS = config["results"]
CONFIRM = f"{RESULTS}/confirm"
CACHE = f"data/cache/{config['dataset']}"
# Inputs are named by their paths, not as `rules.….output`: Snakemake hashes all inputs of a rule that
# names another so once for each of them.
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


def fitting(text):
    """A text as one argument of a command; a long one as `@FILE` that holds it. A whole command is one
    argument of bash, and one argument may have 131,071 bytes."""
    if len(text.encode()) < 50_000:
        return text
    path = f".snakemake/onescale/{hashlib.sha256(text.encode()).hexdigest()[:20]}"
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with atomic_write(path) as stream:
            stream.write(text)
    return f"@{path}"


def listed(*inputs):
    """Files as arguments of a command, quoted for the shell; many as `@FILE`, a line each."""
    files = [
        f for given in inputs for f in ([given] if isinstance(given, str) else given)
    ]
    held = fitting("\n".join(files))
    return shlex.join(files if held == "\n".join(files) else [held])


def words(name="", *files, **options):
    """A command of this name with files and options, quoted for the shell; options without a value
    left out."""
    given = {
        f"--{k.replace('_', '-')}": fitting(str(v)) for k, v in options.items() if v
    }
    told = shlex.join([word for pair in given.items() for word in pair])
    return " ".join(filter(None, (name, listed(*files), told)))


def one_of(names):
    """A pattern of these names; of none, one that nothing fits."""
    return "|".join(sorted(names)) or "(?!)"


def as_json(*keys):
    """The named top-level parts of the configuration as canonical JSON."""
    return json.dumps({key: config[key] for key in keys}, sort_keys=True)


def data_folder(wildcards, input):
    """Where the files of the data set lie."""
    return os.path.dirname(input.data[0])


def paths(*files):
    """The paths of inputs or outputs of other rules."""
    return [f"{path}" for path in files]


def runs(names, ending="json", folder=RESULTS):
    """The run files of these variants."""
    return [f"{folder}/runs/{name}.{ending}" for name in names]


def chosen(name, ending="json"):
    """The file with what tuning chose for a variant; none if it is not tuned."""
    groups = config["tuning"].items()
    found = [tuned for tuned, given in groups if name in given["variants"]]
    return [f"{RESULTS}/tuning/{tuned}/{name}.{ending}" for tuned in found]


def searches(wildcards):
    """What tuning leaves for each variant of a group."""
    names = PLAN.groups[wildcards.tuned]["variants"]
    return [file for name in names for file in chosen(name)]


def repeated(wildcards):
    """The variants of a tuned group and those of its repeats."""
    return [
        name
        for pair in PLAN.repeated(wildcards.tuned).items()
        for name in (pair[0], *pair[1])
    ]


@in_one_line()
def claimed(what, ending="json"):
    """The run files whose `runs` or `arrays` the claims are judged by."""
    return runs(needs.claimed(PLAN, what), ending)


@in_one_line()
def confirmed(what, ending="json"):
    """The run files of fresh seeds that the claims are judged by, if their rules are frozen."""
    needs.require_frozen(PLAN, f"{RESULTS}/claims.csv", f"{CONFIRM}/claims.csv")
    return runs(needs.claimed(PLAN, what), ending, CONFIRM)


@in_one_line()
def claims_spec(seeds=None):
    """The claims, and the rules that they are judged by."""
    return needs.spec(PLAN, seeds)


@in_one_line()
def effects():
    """The run files of what helped."""
    return runs(needs.helped(PLAN))


@in_one_line()
def timed(page):
    """The runs whose seconds are compared on a page."""
    return runs(needs.timed(PLAN, page))


# Variants whose steps are measured in one job: some 0.4 s and 1 MB each.
TOGETHER = 250


def measured(page):
    """What the step times of a page are made from: its runs, or the step times of parts of them."""
    count = len(timed(page))
    if count <= TOGETHER:
        return timed(page)
    parts = range(-(-(count - 1) // (TOGETHER - 1)))
    return [f"{RESULTS}/step_times/{page}.part{part}.json" for part in parts]


def measured_in_part(page, part):
    """The first run, and those of this part."""
    first, *rest = timed(page)
    return [first, *rest[part * (TOGETHER - 1) :][: TOGETHER - 1]]


def step_times(*pages):
    """The files with what a step costs for these pages, but for those that compare no seconds."""
    return [f"{RESULTS}/step_times/{page}.json" for page in pages if timed(page)]


def shown(path, category, caption=None, subcategory=None, **labels):
    """An output that stands in the report, with the caption of its name or of another."""
    return report(
        f"{RESULTS}/{path}",
        caption=f"../report/{caption or Path(path).stem}.rst",
        category=category,
        subcategory=subcategory,
        labels=labels,
    )


def figure(name, category="Figures", **about):
    """The two files of a figure; the PNG stands in the report."""
    png = shown(f"figures/{name}.png", category, **about)
    return {"png": png, "svg": f"{RESULTS}/figures/{name}.svg"}

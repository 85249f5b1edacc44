# What only Snakemake can do: end with one line, and name files as inputs and outputs of rules. What
# the configuration asks for is checked and expanded in src/onescale/training and claims/needs.py.
# The working folder may be any: what a person names is looked for there, then beside the Snakefile.
import contextlib
import functools
import json
import os
import sys
from pathlib import Path

from onescale.claims import needs
from onescale.claims.files import ResultFiles
from onescale.core import sources
from onescale.core.arguments import fitting, listed, words
from onescale.core.errors import DataError, SpecError
from onescale.core.threads import one_thread
from onescale.page.report import Report
from onescale.tables.commands.job import TableJob
from onescale.training.configuration import checked
from onescale.training.expansion import with_files
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
at_hand = functools.partial(sources.at_hand, home=HOME)
code, stamp, package = sources.sources, sources.stamp, sources.package

with in_one_line():
    config.update(with_files(checked(config, shipped, at_hand), at_hand))
    moved = f"{config['results']}/"
    if workflow.modifier.path_modifier.replace_prefix(moved) != moved:
        raise SpecError(
            "a module's prefix moves files, but not what commands are told; leave it out, and say"
            " where files go by results: FOLDER in the module's configuration"
        )
    TABLES = {name: TableJob(name, given) for name, given in config["tables"].items()}
    PLAN = Plan.from_config(config)
FILES = ResultFiles(PLAN, TABLES)
RESULTS, CONFIRM, DATA = FILES.results, FILES.confirm, FILES.data
runs, chosen, searches, of_ages = FILES.runs, FILES.chosen, FILES.searches, FILES.ages
# A fault in the claims is found as late as a rule asks for one of these.
late = in_one_line()
claimed, confirmed, effects = map(late, (FILES.claimed, FILES.confirmed, FILES.effects))
timed, step_times = late(FILES.timed), late(FILES.step_times)
measured, measured_in_part = late(FILES.measured), late(FILES.measured_in_part)
claims_spec = late(functools.partial(needs.spec, PLAN))
REPORT = Report()
one_thread()  # each job, so that figures and statistics keep to their one core as well
# Jobs find `onescale` beside the Python that runs Snakemake, activated or not.
FOLDERS = [os.path.dirname(sys.executable), os.getenv("PATH", "")]
os.environ.update(PATH=os.pathsep.join(FOLDERS))


def one_of(names):
    """A pattern of these names; of none, one that nothing fits."""
    return "|".join(sorted(names)) or "(?!)"


def data_folder(wildcards, input):
    """Where the files of the data set lie."""
    return os.path.dirname(input.data[0])


def paths(*files):
    """The paths of inputs or outputs of other rules."""
    return [f"{path}" for path in files]


def shown(path, category, caption=None, **about):
    """An output that stands in the report; a page of Markdown does as HTML (`rendered`)."""
    place = f"{RESULTS}/{path}"
    told = REPORT.about(place, category, caption, **about)
    return place if path.endswith(".md") else report(place, **told)


def rendered(made):
    """The HTML of the pages among these files, for the report."""
    pages = [path for path in made if path.endswith(".md")]
    return [report(f"{page[:-2]}html", **REPORT.of_page(page)) for page in pages]


def figure(name, category="Figures", **about):
    """The two files of a figure; the PNG stands in the report."""
    png = shown(f"figures/{name}.png", category, **about)
    return {"png": png, "svg": f"{RESULTS}/figures/{name}.svg"}

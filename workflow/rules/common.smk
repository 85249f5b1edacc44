# What only Snakemake can do: find what stands beside the Snakefile, end with one line, and flag what
# its report shows. What the configuration asks for is checked and expanded in src/onescale/training,
# its files are named in claims/files.py. The working folder may be any: what a person names is looked
# for there, then beside the Snakefile.
import functools
import json
import os
import sys
from pathlib import Path

from onescale.claims import needs
from onescale.claims.files import ResultFiles, one_of
from onescale.core import jobs, sources
from onescale.core.arguments import configured, fitting, listed, words
from onescale.core.errors import in_one_line
from onescale.core.sources import package, sources as code, stamp
from onescale.page.report import Report
from onescale.training.configuration import checked, require_unmoved


def shipped(path):
    """The text of a file beside the Snakefile, wherever that lies, to be read now."""
    return Path(workflow.source_path(f"../../{path}")).read_text(encoding="utf-8")


HOME = os.path.join(workflow.current_basedir.get_path_or_uri(secret_free=True), "../..")
at_hand = functools.partial(sources.at_hand, home=HOME)

with in_one_line("configuration"):
    config.update(checked(config, shipped, at_hand))
    require_unmoved(config, workflow.modifier.path_modifier.replace_prefix)
    FILES = ResultFiles.from_config(config)
PLAN, TABLES = FILES.plan, FILES.tables
RESULTS, CONFIRM, DATA = FILES.results, FILES.confirm, FILES.data
runs, chosen, searches, of_ages = FILES.runs, FILES.chosen, FILES.searches, FILES.ages
# A fault in the claims is found as late as a rule asks for one of these.
late = in_one_line("configuration")
claimed, confirmed, effects = map(late, (FILES.claimed, FILES.confirmed, FILES.effects))
timed, step_times = late(FILES.timed), late(FILES.step_times)
discrepant = late(FILES.discrepant)
measured, measured_in_part = late(FILES.measured), late(FILES.measured_in_part)
GIVEN = workflow.config_settings
CONFIGURED = configured(workflow.main_snakefile, GIVEN.configfiles, GIVEN.config_args)
REPORT = Report(RESULTS, report)
shown, figure, rendered = REPORT.shown, REPORT.figure, REPORT.rendered
jobs.one_thread()  # each job, so that figures and statistics keep to their one core as well
jobs.commands_at_hand()


def data_folder(wildcards, input):
    """Where the files of the data set lie."""
    return os.path.dirname(input.data[0])


def paths(*files):
    """The paths of inputs or outputs of other rules."""
    return [f"{path}" for path in files]

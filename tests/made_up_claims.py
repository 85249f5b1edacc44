"""Claims on made-up runs, as they are configured and judged."""

from click.testing import CliRunner

from onescale.claims import verdicts as claims
from onescale.claims.page import claims_page
from onescale.claims.spec import ClaimSpec
from onescale.cli.claims import claims as command
from onescale.comparison.spec import Criteria
from onescale.runs import record as records

CRITERIA = Criteria()
ADAM = {0: 0.9712, 1: 0.9698, 2: 0.9725, 3: 0.9707, 4: 0.9719}
SGD = {0: 0.9412, 1: 0.9399, 2: 0.9421, 3: 0.9404, 4: 0.9433}
CLOSE = {0: 0.9714, 1: 0.9697, 2: 0.9727, 3: 0.9705, 4: 0.9720}


def spec(settings, **shared):
    claim = {"words": "A claim.", "measure": "test_accuracy", "test": "better"} | shared
    return {"claims": {"one": claim | {"settings": settings}}}


def judged(paths, settings, **shared):
    read = records.read_all(paths) if paths else {}
    return claims.judge(ClaimSpec.from_mapping(spec(settings, **shared)), read)


def invoke(*arguments):
    return CliRunner().invoke(command, [str(a) for a in arguments])


def page_of(rows, **options):
    return claims_page(rows, CRITERIA, "mnist", **options)

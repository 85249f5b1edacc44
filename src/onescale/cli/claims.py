"""`onescale claims` and `discrepancies`: what the chapter says, judged by the runs."""

import click

from onescale.cli import options as shared
from onescale.core.errors import DataError


@click.command()
@shared.files("runs", "RUN.json", required=False)
@shared.mapping(
    "--spec",
    "The keys claims, statistics, seeds, effects of the configuration as JSON, and levels.",
    required=True,
)
@shared.csv
@click.option("--parts", metavar="FILE", help="Write a row for every part of every claim, as CSV.")
@shared.markdown
@shared.step_times
@click.option(
    "--data",
    metavar="DIR",
    help="Folder that 'onescale mnist fetch' has filled: by its labels, and the predictions beside "
    "the runs, the noise of the test set comes into intervals too.",
)
def claims(runs, spec, csv, parts, markdown, step_times, data) -> None:
    """Judge claims by trained variants: holds, no difference that matters, the reverse, or open.

    A claim whose runs are not among those given is marked as not run, and the command ends with
    exit status 3 and their names. Without an output file the page goes to standard output.

    \b
    Example:
      onescale claims adam.json sgd.json --spec '{"claims": {"adam": {"words": "Adam beats SGD.",
        "measure": "test_accuracy", "test": "better",
        "settings": {"suited_rates": {"of": "adam", "than": "sgd"}}}}}'
    """
    from onescale.claims.page import claims_page
    from onescale.claims.spec import ClaimSpec
    from onescale.claims.summary import summary
    from onescale.claims.table import claims_table, parts_table
    from onescale.claims.testing import check
    from onescale.claims.verdicts import judge, missing
    from onescale.data.fetch import load
    from onescale.runs.record import read_all

    wanted = ClaimSpec.from_mapping(spec)
    check(wanted)  # before any file is read
    records = read_all(runs, step_times) if runs else {}
    rows = judge(wanted, records, load(data) if data else None)
    scaled = {scale: judge(wanted, records, scale=scale) for scale in (0.5, 2.0)}
    opening = summary(wanted.techniques, records, wanted.criteria)
    datasets = (record.dataset.get("name") for record in records.values())
    on = next(datasets, None) or "one data set"
    if seeds := {seed for record in records.values() for seed in record.runs}:
        on += f", by seeds {min(seeds)} to {max(seeds)}"
    page = claims_page(rows, wanted.criteria, on, scaled, wanted.rules, opening)
    shared.write(
        page, markdown, (claims_table(rows, wanted.rules), csv), (parts_table(rows), parts)
    )
    if absent := missing(rows):
        raise DataError(f"claims not run, for want of the runs of: {', '.join(absent)}")


@click.command()
@shared.runs
@shared.mapping(
    "--spec", "The keys discrepancies and statistics of the configuration as JSON.", required=True
)
@click.option("--tables", metavar="DIR", help="The folder of our tables, for a wrong formula.")
@shared.csv
@shared.markdown
@shared.step_times
def discrepancies(runs, spec, tables, csv, markdown, step_times) -> None:
    """Show what it costs where the chapter's code and its words differ.

    \b
    Example:
      onescale discrepancies chapter_he.json mended_he.json --spec '{"discrepancies":
        [{"words": "He", "as_written": "chapter_he", "put_right": "mended_he"}]}'
    """
    from onescale.claims import discrepancies as costs
    from onescale.claims.testing import Evidence
    from onescale.comparison.spec import Criteria
    from onescale.core.settings import closed
    from onescale.runs.record import read_all

    closed(spec, ("discrepancies", "statistics"), "--spec")
    criteria = Criteria.from_mapping(spec.get("statistics"))
    evidence = Evidence(read_all(runs, step_times), criteria)
    places = costs.discrepancies(spec.get("discrepancies"), evidence, tables)
    shared.write(costs.costs_page(places, criteria), markdown, (costs.costs_table(places), csv))

"""`onescale claims` and `discrepancies`: what the chapter says, judged by the runs."""

import click

from onescale.cli import options as shared
from onescale.core.errors import DataError, SpecError


@click.command()
@click.argument("runs", nargs=-1, metavar="RUN.json...")
@click.option(
    "--spec",
    required=True,
    metavar="JSON|@FILE",
    help="The keys claims, statistics, seeds of config.yaml as JSON.",
)
@click.option("--csv", "csv_path", metavar="FILE", help="Write a row a claim and setting.")
@click.option("--parts", metavar="FILE", help="Write a row for every part of every claim, as CSV.")
@click.option("--markdown", metavar="FILE", help="Write the page to read.")
@shared.step_times
def claims(runs, spec, csv_path, parts, markdown, step_times) -> None:
    """Judge claims by trained variants: supported, contradicted or unresolved.

    A claim whose runs are not among those given is marked as not run, and the command ends with
    exit status 3 and their names. Without an output file the page goes to standard output.

    \b
    Example:
      onescale claims adam.json sgd.json --spec '{"claims": {"adam": {"words": "Adam beats SGD.",
        "measure": "test_accuracy", "test": "better",
        "settings": {"put_right": {"of": "adam", "than": "sgd"}}}}}'
    """
    from onescale.claims.page import claims_page
    from onescale.claims.spec import ClaimSpec
    from onescale.claims.table import claims_table, parts_table
    from onescale.claims.verdicts import check, judge, missing
    from onescale.comparison import spec as levels
    from onescale.runs import record as records

    wanted = ClaimSpec.from_text(spec)
    check(wanted)
    statistics = levels.statistics(wanted.statistics)
    read = records.read_all(runs, step_times) if runs else {}
    rows = judge(wanted, read)
    dataset = next((r.dataset.get("name", "one data set") for r in read.values()), "one data set")
    page = claims_page(rows, statistics, dataset)
    if csv_path:
        _write(csv_path, claims_table(rows).to_csv(index=False, lineterminator="\n"))
    if parts:
        _write(parts, parts_table(rows).to_csv(index=False, lineterminator="\n"))
    if markdown:
        _write(markdown, page)
    if not (csv_path or parts or markdown):
        click.echo(page, nl=False)
    if absent := missing(rows):
        raise DataError(f"claims not run, for want of the runs of: {', '.join(absent)}")


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN.json...")
@click.option(
    "--spec",
    required=True,
    metavar="JSON|@FILE",
    help="The keys discrepancies and statistics of config.yaml as JSON.",
)
@click.option("--tables", metavar="DIR", help="The folder of our tables, for a wrong formula.")
@click.option("--csv", "csv_path", metavar="FILE", help="Write a row a figure.")
@click.option("--markdown", metavar="FILE", help="Write the page to read.")
@shared.step_times
def discrepancies(runs, spec, tables, csv_path, markdown, step_times) -> None:
    """Show what it costs where the chapter's code and its words differ.

    \b
    Example:
      onescale discrepancies chapter_he.json mended_he.json --spec '{"discrepancies":
        [{"words": "He", "as_written": "chapter_he", "put_right": "mended_he"}]}'
    """
    import json
    from pathlib import Path

    from onescale.claims.discrepancies import costs, costs_page, costs_table
    from onescale.comparison import spec as levels
    from onescale.runs import record as records

    try:
        given = json.loads(Path(spec[1:]).read_text() if spec.startswith("@") else spec)
        places, statistics = given["discrepancies"], given.get("statistics") or {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SpecError(f"--spec: must be JSON with 'discrepancies': {error}") from None
    statistics = levels.statistics(statistics)
    read = records.read_all(runs, step_times)
    found = costs(places, read, statistics, tables)
    if csv_path:
        _write(csv_path, costs_table(found).to_csv(index=False, lineterminator="\n"))
    if markdown:
        _write(markdown, costs_page(found, statistics))
    if not (csv_path or markdown):
        click.echo(costs_page(found, statistics), nl=False)


def _write(path: str, text: str) -> None:
    from onescale.core.atomic import atomic_write

    with atomic_write(path) as stream:
        stream.write(text)

"""`onescale pace`: what a step of each variant costs, measured in turn."""

import click

from onescale.cli import options as shared
from onescale.errors import DataError


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN.json...")
@shared.data
@click.option("-o", "--output", required=True, metavar="FILE.json", help="The file to write.")
def pace(runs, data, output) -> None:
    """Measure the CPU time of a step of trained variants, in turn and in one process.

    RUN.json are files that 'onescale train' wrote, of which only the variants are read. The file is
    for --pace of compare, study, claims and discrepancies: the seconds of runs that were trained at
    different times are no measure of the variants.

    \b
    Example:
      onescale pace results/runs/{adam,sgd}.json -o pace.json
      onescale compare results/runs/{adam,sgd}.json --reference sgd --pace pace.json
    """
    shared.one_thread()
    from onescale import mnist
    from onescale.comparison.records import read_all
    from onescale.pace import ROUNDS, measure, write
    from onescale.variant import Variant

    records = read_all(runs)
    given = mnist.load(data)
    first = next(iter(records.values()))
    if first.dataset.get("hash") != given.hash:
        raise DataError(f"{first.path}: trained on other data than {data} holds")
    variants = [Variant.from_mapping(record.variant) for record in records.values()]

    def report(done: int) -> None:
        click.echo(f"round {done + 1} of {ROUNDS}: {len(variants)} variants in turn", err=True)

    write(output, measure(variants, given, report=report))

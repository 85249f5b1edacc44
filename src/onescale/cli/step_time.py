"""`onescale step-time`: what a step of each variant costs, measured in turn."""

from pathlib import Path

import click

from onescale.cli import options as shared
from onescale.core.errors import DataError, SpecError
from onescale.core.jobs import one_thread


@click.command()
@shared.runs
@click.option("--merge", is_flag=True, help="Of step times of parts that share a variant.")
@shared.data
@click.option("-o", "--output", required=True, metavar="FILE.json", help="The file to write.")
def step_time(runs, merge, data, output) -> None:
    """Measure the CPU time of a step of trained variants, in turn and in one process.

    RUN.json are files that 'onescale train' wrote, of which only variants and seeds are read: each
    seed has a round of its own, in which all take a burst of steps. The file is for --step-times of
    compare, study, claims, discrepancies and figures study, since the seconds of trainings that ran
    at different times tell of their hours as well as of the variants.

    \b
    Example:
      onescale step-time results/runs/{adam,sgd}.json -o step_times.json
      onescale compare results/runs/{adam,sgd}.json --reference sgd --step-times step_times.json
      onescale step-time --merge part0.json part1.json -o step_times.json
    """
    if merge:
        from onescale.runs import step_times

        step_times.write(step_times.merge(output, [step_times.read(path) for path in runs]))
        return
    one_thread()
    from onescale.data.fetch import load
    from onescale.runs.record import read_all
    from onescale.runs.step_times import RESTLESS, StepTimes, scatter, write
    from onescale.training.step_time import measure
    from onescale.training.variant import Variant

    records = read_all(runs)
    given = load(data)
    variants = []
    for record in records.values():
        if record.dataset.get("hash") != given.hash:
            raise DataError(
                f"{record.path}: trained on other data than {data} holds; name theirs with --data"
            )
        try:
            variants.append(Variant.from_mapping(record.variant))
        except SpecError as error:
            raise DataError(f"{record.path}: {error}") from None

    def report(number: int, rounds: int) -> None:
        click.echo(f"round {number} of {rounds}: {len(variants)} variants in turn", err=True)

    seeds = [record.runs for record in records.values()]
    costs = measure(zip(variants, seeds, strict=True), given, report)
    measured = {name: record.variant for name, record in records.items()}
    write(StepTimes(Path(output), measured, costs))
    if (moves := scatter(costs)) > RESTLESS:
        shared.say(
            f"onescale: warning: the cost of a step moves by {100 * moves:.0f} % from round to "
            f"round, on a quiet machine by 1 to 7; its seconds tell less: make {output} again"
        )

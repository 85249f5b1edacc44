"""Statistics learnt here and used there: fit, apply, invert, merge."""

from collections.abc import Callable

import click

from onescale.cli import options
from onescale.cli import table_options as shared
from onescale.tables.scaling.methods import METHODS
from onescale.tables.writing.output import Output

scaler = click.argument("scaler", metavar="SCALER.json")
unseen = click.option(
    "--unseen",
    type=click.Choice(["error", "global", "missing"]),
    default="error",
    help="Rows of groups that the fit has not seen: an error (default), scaled by the statistics "
    "of all groups together, or empty.",
)


@click.command()
@shared.files
@click.option(
    "--method",
    type=click.Choice([name for name, method in METHODS.items() if method.reusable]),
    help="Default: standardize.",
)
@shared.by_methods
@shared.constant
@shared.dialect
@shared.fit_output
def fit(files: tuple[str, ...], method: str | None, **options) -> None:
    """Learn the statistics of every column of numbers, for `apply` to use on other rows.

    The fit is a small JSON file that a person can read: names, counts, statistics, and exact sums,
    so that `merge` can add up the fits of parts; of `rank`, every distinct value, among which
    `apply` ranks others: 100·(below + equal/2)/n, from 0 to 100; of `robust` and `mad`, distinct
    values up to 10,000 a column, or all of them (--mergeable).

    \b
    Examples:
      onescale fit train.csv -o scaler.json
      onescale fit part1.csv part2.csv folder/ -o scaler.json
      onescale fit train.csv --method minmax --range 0 100 --clip -o scaler.json
      onescale fit train.csv --by shop -c price --ddof 1 -o scaler.json
      onescale fit train.csv --set age=standardize --set 'income*=log,robust' -o scaler.json
    """
    from onescale.tables.commands.apply import fit_table

    learner = shared.take_method(method, options, "standardize")
    output, constant = Output(options.pop("path"), inputs=files), options.pop("constant")
    source = shared.open_planned(files, options, learner, "fitted")
    _write(fit_table(source, learner, constant), output)


trust_edited = click.option(
    "--trust-edited", is_flag=True, help="Take a fit although it was edited by hand."
)


def _of_fit(shown: Callable) -> Callable:
    """What a command takes that carries a table through a fit; shown: which columns it writes."""
    rows = (shared.digits, shared.dialect, shared.output)
    return shared.stack(
        scaler, shared.files, shared.columns_of_fit, shown, unseen, trust_edited, *rows
    )


@click.command()
@_of_fit(shared.scaled)
def apply(scaler: str, files: tuple[str, ...], unseen: str, trust_edited: bool, **options) -> None:
    """Scale the rows of FILE by the statistics of an earlier fit.

    Columns are found by their original names; groups that the fit has not seen are an error unless
    --unseen says otherwise.

    \b
    Examples:
      onescale fit train.csv -o scaler.json
      onescale apply scaler.json new.csv --replace -o scaled.csv
    """
    from onescale.tables.commands.apply import apply_fit
    from onescale.tables.scaling.fit_file import load

    fitted = load(scaler, trust_edited)
    output = shared.take_output(options, [scaler, *files], parts=True)
    in_place, labelled = options.pop("replace"), options.pop("labelled")
    source = shared.open_input(files, options)
    apply_fit(fitted, source, output, in_place, labelled, unseen)


@click.command()
@_of_fit(shared.labelled)
def invert(
    scaler: str, files: tuple[str, ...], labelled: bool, unseen: str, trust_edited: bool, **options
) -> None:
    """Turn scaled values back into the originals.

    A column is looked for under its scaled name (age_standardized), then its original one; the
    result has the original name.

    \b
    Example:
      onescale invert scaler.json scaled.csv -o original.csv
    """
    from onescale.tables.commands.apply import invert_fit
    from onescale.tables.scaling.fit_file import load

    fitted = load(scaler, trust_edited)
    output = shared.take_output(options, [scaler, *files], parts=True)
    invert_fit(fitted, shared.open_input(files, options, "inverted"), output, labelled, unseen)


@click.command()
@options.files("scalers", "SCALER.json")
@trust_edited
@shared.fit_output
def merge(scalers: tuple[str, ...], trust_edited: bool, path: str | None) -> None:
    """Add up the fits of parts into the fit of the whole, to the bit.

    Quantiles of the whole follow from the distinct values of its parts: of columns with more than
    10,000 of them, fits of `robust` and `mad` keep them, and merge, if made with --mergeable.

    \b
    Example:
      onescale fit part1.csv -o part1.json
      onescale fit part2.csv -o part2.json
      onescale merge part1.json part2.json -o scaler.json
    """
    from onescale.core.errors import SpecError
    from onescale.tables.scaling.fit_file import load
    from onescale.tables.scaling.fit_file import merge as add_up

    if len(scalers) < 2:
        raise SpecError("merge takes two fits or more")
    output = Output(path, inputs=scalers)
    merged = add_up([load(one, trust_edited) for one in scalers], list(scalers))
    for warning in merged.warnings:
        shared.say(f"warning: {warning}")
    _write(merged, output)


def _write(fit, output: Output) -> None:
    from onescale.tables.scaling.fit_file import pieces

    with output.opened() as stream:
        for piece in pieces(fit):
            stream.write(piece.encode())


COMMANDS = (fit, apply, invert, merge)

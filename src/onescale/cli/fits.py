"""Statistics learnt here and used there: fit, apply, invert, merge."""

import click

from onescale.cli import table_options as shared

file = click.argument("file", metavar="FILE")
scaler = click.argument("scaler", metavar="SCALER.json")


@click.command()
@file
@click.option(
    "--method",
    type=click.Choice(["standardize", "minmax", "robust", "maxabs", "batch_norm"]),
    default="standardize",
    help="Default: standardize.",
)
@shared.method_options
@shared.columns
@shared.constant
@shared.dialect
@click.option(
    "-o", "--output", "to", metavar="SCALER.json", help="Write there. Default: standard output."
)
def fit(file: str, method: str, **options) -> None:
    """Learn the statistics of every column of numbers, for `apply` to use on other rows.

    The fit is a small JSON file that a person can read: names, counts, statistics, and exact sums,
    so that `merge` can add up the fits of parts.

    \b
    Examples:
      onescale fit train.csv -o scaler.json
      onescale fit train.csv --method minmax --range 0 100 --clip -o scaler.json
      onescale fit train.csv --by shop -c price --ddof 1 -o scaler.json
    """
    from onescale.tables.commands.apply import fit_table
    from onescale.tables.scaling.fit_file import text
    from onescale.tables.scaling.methods import make
    from onescale.tables.writer import output

    learner = make(method, **shared.take_method_options(options))
    to, constant = options.pop("to"), options.pop("constant")
    source = shared.open_input(file, options)
    fitted, warnings = fit_table(source.table, source.selected, learner, constant)
    with output(to, [file]) as stream:
        stream.write(text(fitted).encode())
    shared.warn(warnings)


@click.command()
@scaler
@file
@shared.columns_of_fit
@shared.scaled
@shared.dialect
@shared.output
def apply(scaler: str, file: str, **options) -> None:
    """Scale the rows of FILE by the statistics of an earlier fit.

    Columns are found by their original names; groups that the fit has not seen are an error.

    \b
    Examples:
      onescale fit train.csv -o scaler.json
      onescale apply scaler.json new.csv --replace -o scaled.csv
    """
    from onescale.tables.commands.apply import apply_fit
    from onescale.tables.scaling.fit_file import load

    fitted, place = load(scaler), _destination(options, [scaler, file])
    replace, labelled = options.pop("replace"), options.pop("labelled")
    source = shared.open_input(file, options)
    shared.warn(apply_fit(fitted, source.table, source.selected, replace, labelled, *place))


@click.command()
@scaler
@file
@shared.columns_of_fit
@shared.labelled
@shared.dialect
@shared.output
def invert(scaler: str, file: str, labelled: bool, **options) -> None:
    """Turn scaled values back into the originals.

    A column is looked for under its scaled name (age_standardized), then its original one; the
    result has the original name.

    \b
    Example:
      onescale invert scaler.json scaled.csv -o original.csv
    """
    from onescale.tables.commands.apply import invert_fit
    from onescale.tables.scaling.fit_file import load

    fitted, place = load(scaler), _destination(options, [scaler, file])
    source = shared.open_input(file, options)
    shared.warn(invert_fit(fitted, source.table, source.selected, labelled, *place))


@click.command()
@click.argument("scalers", metavar="SCALER.json...", nargs=-1, required=True)
@click.option(
    "-o", "--output", "to", metavar="SCALER.json", help="Write there. Default: standard output."
)
def merge(scalers: tuple[str, ...], to: str | None) -> None:
    """Add up the fits of parts into the fit of the whole, to the bit.

    Fits of `robust` cannot be merged: the quartiles of parts do not give those of the whole.

    \b
    Example:
      onescale fit part1.csv -o part1.json
      onescale fit part2.csv -o part2.json
      onescale merge part1.json part2.json -o scaler.json
    """
    from onescale.core.errors import SpecError
    from onescale.tables.scaling.fit_file import load, text
    from onescale.tables.scaling.fit_file import merge as add_up
    from onescale.tables.writer import output

    if len(scalers) < 2:
        raise SpecError("merge takes two fits or more")
    merged = add_up([load(path) for path in scalers], list(scalers))
    with output(to, scalers) as stream:
        stream.write(text(merged).encode())
    shared.warn(merged.warnings)


def _destination(options: dict, inputs: list[str]) -> tuple[str | None, str, str | None]:
    """Where and in which form to write."""
    from onescale.tables.writer import format_of, refuse_over_input

    to, delimiter = options.pop("to"), shared.output_delimiter(options)
    refuse_over_input(to, inputs)
    return to, format_of(to, options.pop("format")), delimiter


COMMANDS = (fit, apply, invert, merge)

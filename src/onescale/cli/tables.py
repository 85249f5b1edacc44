"""Tables on one scale: describe, the scaling commands, stand."""

import click

from onescale.cli import table_options as shared
from onescale.core.errors import SpecError

file = click.argument("file", metavar="FILE")


@click.command()
@file
@shared.columns
@shared.ddof
@shared.dialect
@shared.output
def describe(file: str, **options) -> None:
    """Rows, missing, count, mean, std, min, quartiles and max of every column of numbers.

    Every figure is the exact statistic of the values, rounded once.

    \b
    Examples:
      onescale describe class_ages.csv
      onescale describe sales.csv -c price --by shop --format json
    """
    from onescale.tables.commands.describe import describe_table
    from onescale.tables.statistics.summary import KEYS
    from onescale.tables.writer import format_of, make_writer, output

    to, asked = options.pop("to"), options.pop("format")
    format = format_of(to, asked, "table" if shared.on_terminal() else "csv")
    delimiter, ddof = shared.output_delimiter(options), int(options.pop("ddof") or 0)
    source = shared.open_input(file, options)
    records, warnings = describe_table(source.table, source.selected, ddof)
    keys = [key for key in KEYS if key != "group" or source.selected.by is not None]
    with output(to, [file]) as stream:
        writer = make_writer(format, stream, delimiter)
        writer.begin(keys)
        writer.rows([[record[key] for record in records] for key in keys])
        writer.end()
    shared.warn(warnings)


@click.command()
@file
@shared.columns
@shared.ddof
@shared.scaled
@shared.constant
@shared.dialect
@shared.output
def standardize(file: str, **options) -> None:
    """Write (x − mean)/std of every column of numbers.

    \b
    Examples:
      onescale standardize class_ages.csv
      onescale standardize class_ages.csv --labelled -o scaled.csv
      onescale standardize sales.csv -c price --by shop --ddof 1 --replace
    """
    _scale(file, "standardize", options)


@click.command()
@file
@shared.bounds
@shared.clip
@shared.columns
@shared.scaled
@shared.constant
@shared.dialect
@shared.output
def minmax(file: str, **options) -> None:
    """Write (x − min)/(max − min) of every column of numbers: 0 to 1, or LO to HI.

    \b
    Examples:
      onescale minmax class_ages.csv
      onescale minmax class_ages.csv --range 0 100 --labelled
    """
    _scale(file, "minmax", options)


@click.command()
@file
@shared.columns
@shared.scaled
@shared.constant
@shared.dialect
@shared.output
def robust(file: str, **options) -> None:
    """Write (x − median)/IQR of every column of numbers: outliers do not move it.

    \b
    Examples:
      onescale robust class_ages.csv
      onescale robust incomes.csv -c income --by country
    """
    _scale(file, "robust", options)


@click.command()
@file
@shared.columns
@shared.scaled
@shared.constant
@shared.dialect
@shared.output
def maxabs(file: str, **options) -> None:
    """Write x/max|x| of every column of numbers: zero stays zero, signs stay.

    \b
    Example:
      onescale maxabs balances.csv --replace
    """
    _scale(file, "maxabs", options)


@click.command()
@file
@shared.columns
@shared.scaled
@shared.dialect
@shared.output
def rank(file: str, **options) -> None:
    """Write the percentile rank 100·(average rank − ½)/n of every column of numbers.

    The smallest value ranks lowest; equal values share the average of their ranks.

    \b
    Examples:
      onescale rank class_ages.csv --labelled
      onescale rank sales.csv -c price --by shop
    """
    _scale(file, "rank", options)


@click.command()
@file
@click.option(
    "--method",
    type=click.Choice(
        ["standardize", "minmax", "robust", "maxabs", "rank", "batch_norm", "chapter"]
    ),
    required=True,
    help="Which one; batch_norm and chapter have no command of their own.",
)
@shared.method_options
@shared.columns
@shared.scaled
@shared.constant
@shared.dialect
@shared.output
def scale(file: str, method: str, **options) -> None:
    """Write every column of numbers by any method.

    batch_norm is γ·(x − mean)/√(variance + ε) + β, as a network's layer would pass the column on;
    chapter is (x − mean)²/std, as the course's code prints what its words call standardisation.

    \b
    Examples:
      onescale scale class_ages.csv --method batch_norm
      onescale scale class_ages.csv --method chapter --labelled
    """
    _scale(file, method, options)


def _scale(file: str, name: str, options: dict) -> None:
    """Fit a method to a table and write the table through it."""
    from onescale.tables.commands.scale import scale_table
    from onescale.tables.scaling.methods import make
    from onescale.tables.writer import format_of, refuse_over_input

    method = make(name, **shared.take_method_options(options))
    to, delimiter = options.pop("to"), shared.output_delimiter(options)
    format = format_of(to, options.pop("format"))
    refuse_over_input(to, [file])
    replace, labelled = options.pop("replace"), options.pop("labelled")
    constant = options.pop("constant", "zero")
    if name == "rank" and constant != "zero":
        raise SpecError("--constant has no meaning for rank, which divides by no spread")
    source = shared.open_input(file, options)
    warnings = scale_table(
        source.table, source.selected, method, constant, replace, labelled, to, format, delimiter
    )
    shared.warn(warnings)


@click.command()
@file
@click.argument("who", metavar="WHO")
@shared.columns
@shared.ddof
@shared.dialect
@shared.output
def stand(file: str, who: str, ddof: str | None, **options) -> None:
    """Where one row of the table stands among all: value, z, 0–100, rank, percentile.

    WHO is a cell of the label column. Rank 1 is the largest; equal values share the best rank. The
    percentile is 100·(average rank − ½)/n, ranked from the smallest, ties averaged.

    \b
    Examples:
      onescale stand class_ages.csv 학생20
      onescale stand sales.csv Seoul --label city -c price --format json
    """
    from onescale.tables.commands.stand import KEYS, for_people, locate, picture
    from onescale.tables.writer import format_of, make_writer, output

    to, asked = options.pop("to"), options.pop("format")
    format = format_of(to, asked, "table")
    delimiter = shared.output_delimiter(options)
    source = shared.open_input(file, options)
    places, warnings = locate(source.table, source.selected, who, int(ddof or 0))
    drawn = format == "table" and to is None and shared.on_terminal()
    keys = [key for key in KEYS if key != "group" or source.selected.by is not None]
    columns = {key: [getattr(place, key) for place in places] for key in keys}
    if format in ("table", "markdown"):
        columns = for_people(columns)
    with output(to, [file]) as stream:
        writer = make_writer(format, stream, delimiter)
        writer.begin(list(columns))
        writer.rows(list(columns.values()))
        writer.end()
        if drawn:
            stream.write(picture(places).encode())
    shared.warn(warnings)


@click.command()
@file
@click.option("--digits", type=click.IntRange(0, 17), help="Decimals of the scales. Default: all.")
@shared.columns
@shared.dialect
@shared.output
def overview(file: str, digits: int | None, **options) -> None:
    """Every row on every scale side by side, with its rank: a page to read.

    \b
    Example:
      onescale overview class_ages.csv --digits 4 -o class_ages.md
    """
    from onescale.tables.commands.overview import overview as page
    from onescale.tables.writer import format_of, make_writer, output

    to, asked = options.pop("to"), options.pop("format")
    format = format_of(to, asked, "table" if shared.on_terminal() else "csv")
    delimiter = shared.output_delimiter(options)
    source = shared.open_input(file, options)
    names, columns, warnings = page(source.table, source.selected, digits)
    with output(to, [file]) as stream:
        writer = make_writer(format, stream, delimiter)
        writer.begin(names)
        writer.rows(columns)
        writer.end()
    shared.warn(warnings)


COMMANDS = (describe, standardize, minmax, robust, maxabs, rank, scale, stand, overview)

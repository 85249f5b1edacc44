"""Tables on one scale: describe, the scaling commands, stand."""

import click

from onescale.cli import table_options as shared
from onescale.core.errors import SpecError


@click.command()
@shared.file
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

    ddof = int(options.pop("ddof") or 0)
    output = shared.take_output(options, [file], "table" if shared.on_terminal() else "csv")
    columns, warnings = describe_table(shared.open_input(file, options), ddof)
    output.write(columns)
    shared.warn(warnings)


@click.command()
@shared.file
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
@shared.file
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
@shared.file
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
@shared.file
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
@shared.file
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
@shared.file
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

    method = make(name, **shared.take_method_options(options))
    output = shared.take_output(options, [file])
    in_place, labelled = options.pop("replace"), options.pop("labelled")
    constant = options.pop("constant", "zero")
    if name == "rank" and constant != "zero":
        raise SpecError("--constant has no meaning for rank, which divides by no spread")
    source = shared.open_input(file, options)
    shared.warn(scale_table(source, method, output, constant, in_place, labelled))


@click.command()
@shared.file
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
    from onescale.tables.commands.stand import as_columns, locate, picture

    output = shared.take_output(options, [file], "table")
    places, warnings = locate(shared.open_input(file, options), who, int(ddof or 0))
    output.write(as_columns(places, for_people=output.format in ("table", "markdown")))
    if output.format == "table" and output.path is None and shared.on_terminal():
        with output.opened() as stream:
            stream.write(picture(places).encode())
    shared.warn(warnings)


@click.command()
@shared.file
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

    output = shared.take_output(options, [file], "table" if shared.on_terminal() else "csv")
    names, columns, warnings = page(shared.open_input(file, options), digits)
    with output.writer(names) as writer:
        writer.rows(columns)
    shared.warn(warnings)


COMMANDS = (describe, standardize, minmax, robust, maxabs, rank, scale, stand, overview)

"""Tables on one scale: describe, a command a scaling method, stand, overview."""

from dataclasses import replace

import click

from onescale.cli import table_options as shared
from onescale.tables.scaling.methods import METHODS, Method, option_fields

_WITHOUT = [name for name, method in METHODS.items() if not method.command]


@click.command()
@shared.files
@shared.digits
@shared.columns
@shared.weights
@shared.ddof
@shared.dialect
@shared.output
def describe(files: tuple[str, ...], **options) -> None:
    """Rows, missing, count, mean, std, min, quartiles and max of every column of numbers.

    Every figure is the exact statistic of the values, rounded once. With --weights quartiles are
    empty, and a value of weight 0 counts as missing.

    \b
    Examples:
      onescale describe class_ages.csv
      onescale describe sales.csv -c price --by shop --format json
    """
    from onescale.tables.commands.describe import described

    ddof = options.pop("ddof") or 0
    output = shared.take_output(options, files, "table" if shared.on_terminal() else "csv")
    output.write(described(shared.open_input(files, options, "described"), ddof))


def _command_of(method: type[Method]) -> click.Command:
    """The command that a method has of its own."""
    own = [shared.of_methods[name] for name in option_fields(method.name)]
    beside = [shared.ddof] if shared.ddof in own else []  # of statistics, like --by
    options = [option for option in own if option not in beside]
    constant = [] if method.needs == "order" else [shared.constant]
    beside += [shared.weights] if method.needs == "moments" else []
    options += [shared.columns, *beside, shared.scaled, *constant, shared.digits]
    options += [shared.dialect, shared.output]

    def run(files: tuple[str, ...], **options) -> None:
        _scale(files, method.name, options | {"plan": ()})

    return click.command(method.name, help=method.command)(
        shared.stack(shared.files, *options)(run)
    )


@click.command()
@shared.files
@click.option(
    "--method",
    type=click.Choice(list(METHODS)),
    help=f"Which one; {' and '.join(_WITHOUT)} have no command of their own.",
)
@shared.by_methods
@shared.scaled
@shared.constant
@shared.digits
@shared.dialect
@shared.output
def scale(files: tuple[str, ...], method: str | None, **options) -> None:
    """Write every column of numbers by any method, or columns by methods of their own.

    batch_norm is γ·(x − mean)/√(variance + ε) + β, as a network's layer would pass the column on;
    chapter is (x − mean)²/std, as the course's code prints what its words call standardisation.

    \b
    Examples:
      onescale scale class_ages.csv --method batch_norm
      onescale scale class_ages.csv --method chapter --labelled
      onescale scale people.csv --set age=standardize --set 'income*=log,robust'
    """
    _scale(files, method, options)


def _scale(files: tuple[str, ...], name: str | None, options: dict) -> None:
    """Fit a method to a table and write the table through it."""
    from onescale.tables.commands.scale import scale_table

    method = shared.take_method(name, options)
    output = shared.take_output(options, files, parts=True)
    in_place, labelled = options.pop("replace"), options.pop("labelled")
    constant = options.pop("constant", "zero")
    source = shared.open_planned(files, options, method)
    scale_table(source, method, output, constant, in_place, labelled)


@click.command()
@shared.file
@click.argument("who", metavar="[WHO]", required=False)
@click.option("--row", metavar="K", type=int, help="The row of that number, from 1; no WHO then.")
@click.option(
    "--where",
    metavar="COLUMN=VALUE",
    multiple=True,
    help="Of rows called WHO (or of all), those with that cell (repeatable).",
)
@click.option("--all", "every", is_flag=True, help="All rows that fit, where there are several.")
@shared.digits
@shared.columns
@shared.ddof
@shared.dialect
@shared.output
def stand(file: str, who: str | None, ddof: int | None, **options) -> None:
    """Where one row of the table stands among all: value, z, 0–100, rank, percentile.

    WHO is a cell of the label column. Rank 1 is the largest; equal values share the best rank. The
    percentile is 100·(average rank − ½)/n, ranked from the smallest, ties averaged.

    \b
    Examples:
      onescale stand class_ages.csv 학생20
      onescale stand sales.csv Seoul --label city -c price --format json
      onescale stand sales.csv Seoul --where year=2024
      onescale stand class_ages.csv --row 20
    """
    from onescale.tables.commands.stand import Wanted, as_columns, locate, picture

    cells = tuple(cell.partition("=")[::2] for cell in options.pop("where"))
    wanted = Wanted(who, options.pop("row"), cells, options.pop("every"))
    output = shared.take_output(options, [file], "table")
    places = locate(shared.open_input([file], options, "looked at"), wanted, ddof or 0)
    output.write([as_columns(places, for_people=output.format in ("table", "markdown"))])
    if output.format == "table" and output.path is None and shared.on_terminal():
        with output.opened() as stream:
            stream.write(picture(places).encode())


@click.command()
@shared.files
@click.option(
    "--digits",
    type=click.IntRange(0, 17),
    help="Decimals of the scales. Default: all; on a terminal six digits.",
)
@click.option(
    "--methods",
    metavar="LIST",
    default="standardize,0-100",
    help="The scales to show: standardize, minmax, 0-100, robust, mad, maxabs, batch_norm, chapter."
    " Default: standardize,0-100.",
)
@shared.columns
@shared.dialect
@shared.output
def overview(files: tuple[str, ...], digits: int | None, methods: str, **options) -> None:
    """Every row on several scales side by side, with its rank: a page to read.

    \b
    Examples:
      onescale overview class_ages.csv --digits 4 -o class_ages.md
      onescale overview class_ages.csv --methods standardize,robust,mad
    """
    from onescale.tables.commands.overview import overview as page

    output = shared.take_output(options, files, "table" if shared.on_terminal() else "csv")
    scales = [name.strip() for name in methods.split(",")]
    if digits is not None:
        output = replace(output, digits=None)
    page(shared.open_input(files, options), output, digits, scales)


_of_methods = [_command_of(method) for method in METHODS.values() if method.command]
COMMANDS = (describe, *_of_methods, scale, stand, overview)

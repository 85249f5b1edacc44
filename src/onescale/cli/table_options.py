"""The options that every table command has, and what they are turned into."""

import sys
from dataclasses import dataclass
from typing import Any

import click

from onescale.core.errors import SpecError

FORMATS = ("csv", "tsv", "json", "jsonl", "markdown", "table", "parquet", "arrow")


def _stack(*options):
    def decorate(command):
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_choice = (
    click.option(
        "-c",
        "--column",
        "columns",
        multiple=True,
        metavar="NAME",
        help="A column to scale (repeatable). Default: all that are wholly numeric.",
    ),
    click.option(
        "-p",
        "--position",
        "positions",
        multiple=True,
        type=int,
        metavar="K",
        help="A column to scale by its position, from 1 (repeatable).",
    ),
)
_label = click.option(
    "-l",
    "--label",
    metavar="NAME",
    help="The column that names the rows. Default: the first that is not numeric.",
)
_by = click.option("--by", metavar="NAME", help="Statistics within each group of this column.")
columns = _stack(*_choice, _label, _by)
columns_of_fit = _stack(*_choice, _label)
dialect = _stack(
    click.option(
        "--delimiter",
        metavar="D",
        help="What separates cells: a character, several, or a name (tab, blank). "
        "Default: detected (comma, tab, semicolon, pipe, slash, blank).",
    ),
    click.option(
        "--quote", metavar="Q", help="What encloses cells; '' for nothing. Default: detected."
    ),
    click.option(
        "--no-header", is_flag=True, help="The first row is data; columns are column_1, …"
    ),
    click.option(
        "--skip-lines",
        type=int,
        default=0,
        metavar="N",
        help="Lines before the table that are no part of it.",
    ),
    click.option("--comment", default="", metavar="C", help="Leave out lines that begin with C."),
    click.option(
        "--encoding",
        metavar="E",
        help="Of the input. Default: UTF-8, or UTF-16/32 by its byte-order mark.",
    ),
    click.option("--decimal", default=".", metavar="C", help="The decimal mark. Default: a point."),
    click.option("--thousands", default="", metavar="C", help="The thousands mark. Default: none."),
    click.option(
        "--missing",
        multiple=True,
        metavar="TOKEN",
        help="Also means missing, besides empty, NA, N/A, NaN, null, None (repeatable).",
    ),
    click.option("-v", "--verbose", is_flag=True, help="Say what was detected, and why."),
)
ddof = click.option(
    "--ddof",
    type=click.Choice(["0", "1"]),
    default=None,
    help="Divide by n (0, default: scikit-learn) or n − 1 (1: R, pandas).",
)
labelled = click.option(
    "--labelled", is_flag=True, help="Write the label column and the scaled columns alone."
)
scaled = _stack(
    click.option(
        "--replace",
        is_flag=True,
        help="Scaled values take the place of the originals. Default: appended.",
    ),
    labelled,
)
bounds = click.option(
    "--range",
    "bounds",
    type=float,
    nargs=2,
    metavar="LO HI",
    help="Of minmax: where the smallest and the largest value go. Default: 0 1.",
)
clip = click.option(
    "--clip", is_flag=True, help="Of minmax: keep later values inside the range as well."
)
layer = _stack(
    click.option(
        "--epsilon", type=float, help="Of batch_norm: added to the variance. Default: 0.01."
    ),
    click.option("--gamma", type=float, help="Of batch_norm: a factor. Default: 1."),
    click.option("--beta", type=float, help="Of batch_norm: added at the end. Default: 0."),
)
method_options = _stack(ddof, bounds, clip, layer)
constant = click.option(
    "--constant",
    type=click.Choice(["zero", "missing", "error"]),
    default="zero",
    help="A column without spread becomes zeros (default, with a warning), empty, or an error.",
)
output = _stack(
    click.option(
        "-o",
        "--output",
        "to",
        metavar="FILE",
        help="Write there, whole or not at all; its ending decides the format.",
    ),
    click.option("--format", "format", type=click.Choice(FORMATS), help="Default: csv."),
    click.option(
        "--output-delimiter", metavar="D", help="Of csv and tsv. Default: a comma or tab."
    ),
)


@dataclass
class Input:
    """The table that a command reads, opened; and the columns it is to use."""

    table: Any
    selected: Any
    verbose: bool


def open_input(file: str, options: dict[str, Any]) -> Input:
    """Open FILE by the shared options, which are taken out of `options`."""
    from onescale.tables.commands.selection import Selection
    from onescale.tables.numbers import NumberFormat
    from onescale.tables.reading.dialect import Dialect
    from onescale.tables.reading.table import open_table

    take = options.pop
    number_format = NumberFormat(take("decimal"), take("thousands"), tuple(take("missing")))
    form = Dialect(
        take("delimiter"),
        take("quote"),
        not take("no_header"),
        take("skip_lines"),
        take("comment"),
        number_format,
    )
    table = open_table(file, form, take("encoding"))
    verbose = take("verbose")
    if verbose:
        for note in table.notes:
            click.echo(f"onescale: {table.name}: {note}", err=True)
        click.echo(f"onescale: {table.name}: columns {', '.join(table.names)}", err=True)
    selection = Selection(
        take("columns", ()), take("positions", ()), take("label", None), take("by", None)
    )
    return Input(table, selection.resolve(table.names, table.name), verbose)


def take_method_options(options: dict[str, Any]) -> dict[str, Any]:
    """The settings of a method that were given, taken out of `options`."""
    settings = {key: options.pop(key, None) for key in ("ddof", "epsilon", "gamma", "beta")}
    low_high, clip = options.pop("bounds", None), options.pop("clip", False)
    if low_high:
        settings |= {"low": low_high[0], "high": low_high[1]}
    if clip:
        settings["clip"] = True
    settings = {key: value for key, value in settings.items() if value is not None}
    if "ddof" in settings:
        settings["ddof"] = int(settings["ddof"])
    return settings


def warn(messages) -> None:
    """Warnings, one a line, on standard error."""
    for message in messages:
        click.echo(f"onescale: warning: {message}", err=True)


def output_delimiter(options: dict[str, Any]) -> str | None:
    """The delimiter of the output, as typed."""
    mark = options.pop("output_delimiter")
    if mark is None:
        return None
    from onescale.tables.reading.dialect import delimiter

    try:
        return delimiter(mark)
    except SpecError as error:
        raise SpecError(str(error).replace("--delimiter", "--output-delimiter")) from None


def on_terminal() -> bool:
    """Whether standard output is read by a person."""
    return sys.stdout is not None and sys.stdout.isatty()

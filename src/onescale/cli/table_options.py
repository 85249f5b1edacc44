"""The options that every table command has, and what they are turned into."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from onescale.cli import options as shared
from onescale.core.errors import DataError, SpecError
from onescale.tables.parallel import cores
from onescale.tables.scaling.methods import option_fields
from onescale.tables.writing.output import FORMATS, Output, format_of

if TYPE_CHECKING:
    from onescale.tables.commands.selection import TableInput
    from onescale.tables.reading.dialect import Dialect


def _option(flags: str, metavar: str | None, help: str, **settings: Any) -> Callable:
    """An option as its help shows it. A last flag without dashes is what Python calls it."""
    return click.option(*flags.split(), metavar=metavar, help=help, **settings)


def _flag(flags: str, help: str) -> Callable:
    return click.option(*flags.split(), is_flag=True, help=help)


def stack(*options: Callable) -> Callable:
    """Options as one decorator, in the order that `--help` has them."""

    def decorate(command: Callable) -> Callable:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _column_names(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """For completion: the columns of the FILE on the line; none where it cannot be read.

    click has parsed no argument where the option to be completed has no value yet, so the file is
    looked for among the words that the shell passes on.
    """
    from click.shell_completion import split_arg_string

    from onescale.core.errors import OnescaleError
    from onescale.tables.reading.dataset import open_files

    words = split_arg_string(os.environ.get("COMP_WORDS", ""))
    path = next(filter(os.path.isfile, words[2:]), None)
    try:
        names = open_files([path]).names if path else []
    except (OSError, OnescaleError):
        return []
    return [name for name in names if name.startswith(begun)]


file = click.argument("file", metavar="FILE", type=click.Path())
files = shared.files("files", "FILE")
columns_of_fit = stack(
    _option("-c --column columns", "NAME",
            "A column to scale: a name, a glob ('income*') or a regular expression ('/^q[0-9]/') "
            "(repeatable). Default: all that are wholly numeric.", multiple=True,
            shell_complete=_column_names),
    _option("-p --position positions", "K",
            "A column to scale by its position, from 1 (repeatable).", multiple=True, type=int),
    _option("--exclude", "NAME", "A column to leave as it is, named as for -c (repeatable).",
            multiple=True, shell_complete=_column_names),
    _option("-l --label", "NAME",
            "The column that names the rows. Default: the first that is not numeric.",
            shell_complete=_column_names),
)  # fmt: skip
columns = stack(
    columns_of_fit,
    _option("--by", "NAME",
            "Statistics within each group of this column (repeatable: of these together).",
            multiple=True, shell_complete=_column_names),
)  # fmt: skip
weights = _option(
    "--weights", "NAME",
    "The column of what each row counts in the statistics, 0 or more: a row of 2 as two rows.",
    shell_complete=_column_names,
)  # fmt: skip
reading = stack(
    _option("--delimiter", "D",
            "What separates cells: a character, several, or a name (tab, blank; blanks: any number "
            "of them). Default: detected (comma, tab, semicolon, pipe, slash, blank, blanks)."),
    _option("--quote", "Q", "What encloses cells; '' for nothing. Default: detected."),
    _flag("--no-header", "The first row is data; columns are column_1, …"),
    _flag("--row-names", "The header has no name for the first column (R's write.table)."),
    _option("--skip-lines", "N", "Lines before the table that are no part of it.",
            type=int, default=0),
    _option("--comment", "C", "Leave out lines that begin with C.", default=""),
    _option("--encoding", "E",
            "Of the input. Default: UTF-8, or UTF-16/32 by its byte-order mark."),
    _option("--sheet", "NAME",
            "Of a workbook: the sheet, by its name or its number from 1. Default: the first."),
    _option("--decimal", "C", "The decimal mark. Default: a point.", default="."),
    _option("--thousands", "C", "The thousands mark. Default: none.", default=""),
    _flag("--percent", "Take 12% for the number 12."),
    _flag("--currency", "Take $4, 4 €, USD 4 … for the number 4."),
    _flag("--parentheses", "Take (4) for the number -4."),
    _option("--missing", "TOKEN",
            "Also means missing, besides empty, NA, N/A, NaN, null, None (repeatable); a number "
            "does in whatever way it is written.",
            multiple=True),
    _option("--missing-like", None, "common: #N/A, -, ., ?, *, unknown and the like mean missing.",
            type=click.Choice(["common"])),
)  # fmt: skip
dialect = stack(
    reading,
    _flag("--coerce", "Take cells that are no numbers as missing, and say how many."),
    _flag("--strict", "A column that holds numbers and is left out is an error."),
    _option("--threads", "N", "How many work on a large table. Default: as many as cores.",
            type=click.IntRange(1)),
    _flag("-q --quiet", "Nothing on standard error but errors."),
    _flag("-v --verbose", "Say what was detected and what each column was taken for, and why."),
)  # fmt: skip


def _method_option(name: str, settings: dict[str, Any]) -> Callable:
    """An option of methods, as they declare it."""
    if "choices" in settings:
        settings["type"] = click.Choice(settings.pop("choices"))
    return click.option(f"--{name}", name, **settings)


of_methods = {name: _method_option(name, settings) for name, settings in option_fields().items()}
plan = _option(
    "--set plan", "COLUMN=METHOD",
    "A method for a column or for a pattern of names, with the steps before it: "
    "'income*=log,robust' (repeatable).",
    multiple=True,
)  # fmt: skip
by_methods = stack(plan, *of_methods.values(), columns, weights)
ddof = of_methods["ddof"]
labelled = _flag("--labelled", "Write the label column and the scaled columns alone.")
scaled = stack(
    _flag("--replace", "Scaled values take the place of the originals. Default: appended."),
    labelled,
)
constant = _option(
    "--constant", None, type=click.Choice(["zero", "missing", "error"]), default="zero",
    help="A column without spread becomes zeros (default, with a warning), empty, or an error.",
)  # fmt: skip
digits = click.option(
    "--digits",
    type=click.IntRange(1, 17),
    help="Significant digits of figures. Default: 6 on a terminal, else all.",
)
output = stack(
    _option("-o --output path", "FILE",
            "Write there, whole or not at all; its ending decides the format."),
    _option("--format", None, "Default: csv.", type=click.Choice([*FORMATS])),
    _option("--output-delimiter", "D", "Of csv and tsv. Default: a comma or tab."),
)  # fmt: skip
fit_output = _option("-o --output path", "SCALER.json", "Write there. Default: standard output.")


def open_input(files: Sequence[str], options: dict[str, Any], verb: str = "scaled") -> "TableInput":
    """Open FILE... as one table by the shared options, which are taken out of `options`.

    verb: what becomes of its columns of numbers.
    """
    from onescale.tables.commands.selection import Reporting, Selection
    from onescale.tables.reading.dataset import open_files

    encoding, sheet = options.pop("encoding"), options.pop("sheet")
    table = open_files(files, take_dialect(options), encoding, sheet)
    table.threads = options.pop("threads") or cores()
    verbose = options.pop("verbose")
    reporting = Reporting(
        None if options.pop("quiet") else say, verb, verbose, strict=options.pop("strict")
    )
    if verbose:
        for note in table.notes:
            say(f"{table.name}: {note}")
    keys = ("columns", "positions", "label", "by", "exclude", "weights")
    selection = Selection(**{key: options.pop(key) for key in keys if key in options})
    return selection.of(table, options.pop("coerce"), reporting)


def take_dialect(options: dict[str, Any]) -> "Dialect":
    """The dialect of the options `reading`, which are taken out of `options`."""
    from onescale.tables.numbers import NumberFormat
    from onescale.tables.reading.dialect import Dialect

    take = options.pop
    number_format = NumberFormat(
        take("decimal"),
        take("thousands"),
        take("missing"),
        take("missing_like") is not None,
        *map(take, ("percent", "currency", "parentheses")),
    )
    header, form = not take("no_header"), map(take, ("delimiter", "quote"))
    names = {"header": header, "row_names": take("row_names")}
    lines = {"skip_lines": take("skip_lines"), "comment": take("comment")}
    return Dialect(*form, **names, **lines, number_format=number_format)


def say(line: str) -> None:
    """A line for the user on standard error."""
    shared.say(f"onescale: {line}")


def take_output(
    options: dict[str, Any], inputs: Sequence[str], default: str = "csv", parts: bool = False
) -> Output:
    """Where and in which form to write, taken out of `options`.

    parts: whether it may be a folder, for a file of each input's name.
    """
    path, delimiter = options.pop("path"), options.pop("output_delimiter")
    if delimiter is not None:
        from onescale.tables.reading import dialect

        try:
            delimiter = dialect.delimiter(delimiter)
        except SpecError as error:
            message = str(error).replace("--delimiter", "--output-delimiter")
            raise SpecError(message) from None
    asked, digits = options.pop("format"), options.pop("digits", None)
    if digits is None and path is None and asked in (None, "table") and on_terminal():
        digits = 6  # for a person to read
    name = path
    if parts and asked is None and path is not None and os.path.isdir(path):
        from onescale.tables.reading.dataset import files_of

        name = files_of(inputs[-1:])[0].path
    return Output(path, asked or format_of(name, default), delimiter, inputs, digits, parts)


def take_method(name: str | None, options: dict[str, Any], default: str | None = None):
    """The method asked for by its name or by --set, taken out of `options`."""
    from onescale.tables.scaling.methods import make
    from onescale.tables.scaling.plan import parse_plan

    asked = options.pop("plan")
    settings = {name: options.pop(name) for name in of_methods if name in options}
    settings = {k: v for k, v in settings.items() if v is not None and v is not False and v != ()}
    if not asked:
        if name is None and default is None:
            raise SpecError("which method? --method NAME, or --set COLUMN=METHOD")
        return make(name or default, **settings)
    if name is not None or options["columns"] or options["positions"]:
        raise SpecError("--set names methods and columns: no --method, -c or -p beside it")
    steps: dict[str, str] = {}
    for one in asked:
        column, mark, method = one.rpartition("=")
        if not mark or not column:
            raise SpecError(f"--set takes COLUMN=METHOD, not {one!r}")
        if column in steps:
            raise SpecError(f"--set gives column {column!r} two methods")
        steps[column] = method
    return parse_plan(steps, settings)


def open_planned(
    files: Sequence[str], options: dict[str, Any], method, verb="scaled"
) -> "TableInput":
    """Open FILE...; of a plan, the columns are those that it has a method for."""
    source = open_input(files, options, verb)
    if not hasattr(method, "columns"):
        return source
    table = source.table
    chosen = method.columns(table.names, table.name)
    kept = [i for i, name in enumerate(table.names) if name in chosen]
    for index in {source.label, source.weights, *source.by} & {*kept}:
        name = table.names[index]
        raise DataError(
            f"{table.name}: column {name!r} names rows or groups, or weighs; it cannot be scaled"
        )
    return replace(source, chosen=kept)


def on_terminal() -> bool:
    """Whether standard output is read by a person."""
    return sys.stdout is not None and sys.stdout.isatty()

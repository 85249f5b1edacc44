"""What commands share: run files, mappings as JSON, where the data lie, pages and tables out."""

import os
import re
from collections.abc import Callable
from typing import Any

import click

from onescale.core.errors import DataError
from onescale.core.settings import read_mapping
from onescale.core.text_files import read_text


def _listed(context, parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Files; `@FILE` stands for those on its lines, since a command holds only so many."""
    found: list[str] = []
    for one in given:
        if one[:1] != "@" or os.path.exists(one):
            found.append(one)
            continue
        try:
            found += filter(None, re.split("\r?\n", read_text(one[1:])))
        except (OSError, ValueError) as error:
            raise DataError(f"{one[1:]}: no list of files: {error}") from None
    return tuple(found)


def files(name: str, metavar: str, required: bool = True) -> Callable:
    """An argument of files, which may stand in a list: `@FILE`, one on each line."""
    return click.argument(
        name,
        nargs=-1,
        required=required,
        metavar=f"{metavar}...",
        type=click.Path(),
        callback=_listed,
    )


def mapping(option: str, about: str, **settings: Any) -> Callable:
    """An option that is a mapping: JSON, or the file after an `@` that holds it."""

    def read(context, parameter, text: str | None) -> dict[str, Any] | None:
        return None if text is None else read_mapping(text, option)

    return click.option(option, metavar="JSON|@FILE", callback=read, help=about, **settings)


runs = files("runs", "RUN.json")
csv = click.option("--csv", metavar="FILE", help="Write the table as CSV.")
markdown = click.option("--markdown", metavar="FILE", help="Write the page to read.")

data = click.option(
    "--data",
    default="data/cache/mnist",
    show_default=True,
    type=click.Path(file_okay=False),
    help="Folder that `onescale mnist fetch` has filled.",
)

step_times = click.option(
    "--step-times",
    metavar="FILE",
    help="What a step costs, by 'onescale step-time', which measures all in turn; a variant that "
    "the file lacks has no seconds. Without it seconds are those of each run's own hour.",
)


def say(line: str) -> None:
    """A line for the user on standard error, which no cell and no name in it can take over."""
    from onescale.core.text import brief, visible

    click.echo(brief(visible(line)), err=True)


def write(page: str, markdown: str | None, *tables) -> None:
    """Write a page and tables, pairs of (rows, path); the page goes to standard output where no
    path was given at all."""
    from onescale.core.atomic import atomic_write
    from onescale.core.csv_files import as_csv

    texts = {path: as_csv(rows) for rows, path in tables if path}
    if markdown:
        texts[markdown] = page
    for path, text in texts.items():
        with atomic_write(path) as stream:
            stream.write(text)
    if not texts:
        click.echo(page, nl=False)

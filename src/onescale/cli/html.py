"""`onescale html`: pages of Markdown for a browser."""

from pathlib import Path

import click

from onescale.cli import options as shared


@click.command()
@shared.files("pages", "PAGE.md")
def html(pages) -> None:
    """Write pages of Markdown as HTML beside them, each with its figures inside.

    \b
    Examples:
      onescale html results/comparison.md
    """
    from onescale.core.atomic import atomic_write
    from onescale.core.errors import DataError
    from onescale.page.rendered import rendered

    for page in map(Path, pages):
        if not page.is_file():
            raise DataError(f"{page}: no such file")
        with atomic_write(page.with_suffix(".html")) as stream:
            stream.write(rendered(page))

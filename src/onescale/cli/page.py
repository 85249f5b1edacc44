"""`onescale page`: everything that was made, in one file that opens anywhere."""

from pathlib import Path

import click

from onescale.cli import options as shared


@click.command()
@click.argument("results", default="results", metavar="[RESULTS]", type=click.Path())
@click.option("-o", "--output", metavar="FILE", help="Default: index.html in RESULTS.")
@click.option(
    "--data",
    metavar="DIR",
    help="Folder that 'onescale mnist fetch' has filled: with it the page shows misread images.",
)
@click.option(
    "--options",
    default="",
    metavar="TEXT",
    help="Options that Snakemake was given, for the commands that the page shows.",
)
def page(results, output, data, options) -> None:
    """Write everything in a folder of results as one self-contained page, in English and Korean.

    RESULTS is a folder that the workflow filled, with its manifest.json; what is not there yet,
    such as claims before 'snakemake evidence', the page does without.

    \b
    Examples:
      onescale page
      onescale page results/quick -o look.html --data data/cache/mnist
    """
    from onescale.core.atomic import atomic_write
    from onescale.data.fetch import load
    from onescale.page.build import html
    from onescale.page.content import content
    from onescale.page.results import Results

    output = output or Path(results, "index.html")
    with atomic_write(output) as stream:
        stream.write(html(content(Results.read(results), load(data) if data else None, options)))
    shared.say(f"wrote {output}: open it in a browser")

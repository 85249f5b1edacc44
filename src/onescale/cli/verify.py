"""`onescale manifest` and `verify`: what results were made from, and whether they still are so."""

import click

from onescale.cli import options as shared


@click.command()
@shared.files("outputs", "RESULT")
@click.option("--input", "inputs", multiple=True, metavar="FILE", help="What they were made from.")
@shared.mapping("--configuration", "As it was in force.", default="{}")
@click.option("-o", "--output", required=True, metavar="FILE", help="The manifest to write.")
def manifest(outputs, inputs, configuration, output) -> None:
    """Write the SHA-256 of results, of what they were made from and of onescale's own modules.

    \b
    Example:
      onescale manifest results/comparison.csv --input config/config.yaml -o results/manifest.json
    """
    from onescale.core.manifest import write

    write(output, inputs, outputs, configuration)


@click.command()
@click.argument("path", default="results/manifest.json", metavar="[MANIFEST]")
def verify(path) -> None:
    """Hash again what a manifest names, and name what changed (exit status 5).

    \b
    Examples:
      onescale verify                            results/manifest.json, in the project's folder
      onescale verify out                        with results: out in the configuration
    """
    from onescale.core.manifest import verify
    from onescale.core.text import visible

    click.echo(visible(f"{path}: all {verify(path)} files are as they were"))

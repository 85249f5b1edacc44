"""`onescale tune`: try values on held-out images, and choose."""

import click

from onescale.cli import options as shared
from onescale.core.settings import read_mapping


@click.command()
@click.option("--spec", required=True, metavar="JSON|@FILE", help="The search; see the example.")
@shared.data
@click.option("-o", "--output", required=True, metavar="FILE.json", help="Trials and choice.")
def tune(spec, data, output) -> None:
    """Try every point of a search on held-out training images, and choose the best.

    The variant at the chosen values is then trained by
    `onescale train --spec … --chosen FILE.json`.

    \b
    Example:
      onescale tune -o adam.json --spec '{"name": "tuned_adam", "base": {"steps": 900,
        "optimizer": {"name": "adam"}}, "vary": {"optimizer.rate": [0.0003, 0.001, 0.003]},
        "held_out": 10000, "seeds": [100]}'
    """
    shared.one_thread()
    from onescale.data.fetch import load
    from onescale.training.tuning import Search, tune

    search = Search.from_mapping(read_mapping(spec))

    def report(number, count, point, accuracy) -> None:
        tried = f"{search.name}: trial {number} of {count}, {_shown(point.values)}"
        click.echo(f"{tried}: {accuracy:.2%} of held-out images", err=True)

    choice = tune(search, load(data), output=output, report=report)["choice"]
    edge = f" (at the end of {', '.join(choice['edge'])})" if choice["edge"] else ""
    click.echo(f"{search.name}: chosen {_shown(choice['values'])}{edge}, in {output}", err=True)


def _shown(values: dict) -> str:
    return ", ".join(f"{axis} {value}" for axis, value in values.items())

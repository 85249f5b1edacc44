"""`onescale mnist fetch`: a data set of images from whichever source serves it, into a cache."""

import click

from onescale.cli import options as shared
from onescale.core.errors import SpecError


@click.group()
def mnist() -> None:
    """Images and labels that networks are trained on."""


@mnist.command()
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="URL_OR_FOLDER",
    help="Where to look; give it again for the next to try. Default: those of the data set.",
)
@click.option("--dataset", default="mnist", show_default=True, help="Name of the data set.")
@shared.mapping(
    "--spec",
    "The data set's entry in config.yaml: sources, sha256 and, where they are not those of "
    "MNIST, train, test, shape, classes. Not needed for mnist.",
)
@click.option("--retries", default=2, show_default=True, type=click.IntRange(0), help="A file.")
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="Seconds that a server may be silent.",
)
@click.option("-o", "output", metavar="FOLDER", help="The cache. Default: data/cache/DATASET.")
def fetch(sources, dataset, spec, retries, timeout, output) -> None:
    """Fill the cache from the first source that serves, checked by SHA-256.

    \b
    onescale mnist fetch
    onescale mnist fetch --source ~/Downloads/mnist --source https://example.org/mnist
    """
    from onescale.core.text import without_password
    from onescale.data.fetch import MNIST, Patience
    from onescale.data.fetch import fetch as fill
    from onescale.data.idx import IdxSpec

    if spec is not None:
        chosen = IdxSpec.from_mapping(dataset, spec)
    elif dataset == "mnist":
        chosen = MNIST
    else:
        raise SpecError(f"data set {dataset!r} needs --spec: its sources and sha256 as JSON")
    output = output or f"data/cache/{dataset}"

    def report(line: str) -> None:
        shared.say(f"onescale: {line}")

    used = fill(output, chosen, sources or None, Patience(retries, timeout), report)
    rows, columns = chosen.shape
    source = without_password(" and ".join(used)) or "another process"
    report(
        f"{dataset}: {chosen.train:,} training and {chosen.test:,} test images of {rows} × "
        f"{columns} from {source} are in {output}"
    )

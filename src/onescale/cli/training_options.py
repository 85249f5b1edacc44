"""What the commands that train share: where the data lie, and one BLAS thread."""

import os

import click

data = click.option(
    "--data",
    default="data/cache/mnist",
    show_default=True,
    type=click.Path(file_okay=False),
    help="Folder that `onescale mnist fetch` has filled.",
)


def one_thread() -> None:
    """Nets of this size gain nothing from a second thread; read by NumPy's BLAS when it loads."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"

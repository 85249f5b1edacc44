"""What commands share: where the data lie, how steps were timed, one BLAS thread."""

import os

import click

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
    help="What a step costs, as 'onescale step-time' measured all variants in turn; one that "
    "the file lacks has no seconds. Without it seconds are those of each run's own hour.",
)


def one_thread() -> None:
    """Nets of this size gain nothing from a second thread; read by NumPy's BLAS when it loads."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"

"""What commands share: where the data lie, one BLAS thread, options that are JSON."""

import json
import os
from typing import Any

import click

from onescale.core.errors import SpecError

data = click.option(
    "--data",
    default="data/cache/mnist",
    show_default=True,
    type=click.Path(file_okay=False),
    help="Folder that `onescale mnist fetch` has filled.",
)

pace = click.option(
    "--pace",
    metavar="FILE",
    help="What a step costs, as 'onescale pace' measured it for all variants in turn; one that the "
    "file lacks has no seconds. Without --pace seconds are those of each run's own hour.",
)


def mapping(text: str, option: str = "--spec") -> dict[str, Any]:
    """The mapping that an option's JSON stands for. Raises SpecError."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise SpecError(f"{option}: not JSON at character {error.pos + 1}: {error.msg}") from None
    if not isinstance(found, dict):
        raise SpecError(f"{option}: must be a mapping")
    return found


def one_thread() -> None:
    """Nets of this size gain nothing from a second thread; read by NumPy's BLAS when it loads."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"

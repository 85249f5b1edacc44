"""How many threads the linear algebra of a process may take."""

import os


def one_thread() -> None:
    """Keep this process, and those that it starts, to one: nets of this size gain nothing from a
    second, two jobs double the throughput. NumPy's BLAS reads it when it loads."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"

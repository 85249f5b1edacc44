"""What a process hands down to those that it starts, by its environment."""

import os
import sys


def one_thread() -> None:
    """Keep this process, and those that it starts, to one thread of linear algebra: nets of this
    size gain nothing from a second, two jobs double the throughput. NumPy's BLAS reads it when it
    loads."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def commands_at_hand() -> None:
    """Let shells find `onescale` beside the Python that runs this, activated or not."""
    folders = [os.path.dirname(sys.executable), os.getenv("PATH", "")]
    os.environ["PATH"] = os.pathsep.join(folders)

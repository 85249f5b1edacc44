"""NumPy's archives of arrays (.npz), refused in one way, whatever is broken in them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zipfile import is_zipfile

from onescale.core.errors import OnescaleError

if TYPE_CHECKING:
    from numpy.lib.npyio import NpzFile


@contextmanager
def opened(path: str | os.PathLike) -> Iterator["NpzFile"]:
    """The arrays of a file, each read as it is asked for; nothing in it is executed.

    Raises OSError as `open` does, and ValueError where it is no archive or one that is damaged, of
    what is read inside the block too; KeyError is left to say which array is missing.
    """
    import numpy as np

    with open(path, "rb") as stream:
        try:
            if not is_zipfile(stream):
                raise ValueError("no archive of NumPy's")
            stream.seek(0)
            with np.load(stream, allow_pickle=False) as arrays:
                yield arrays
        except (KeyError, OnescaleError):
            raise
        except Exception as error:  # zipfile, zlib, NumPy and the system each have their own
            raise ValueError(f"{error}" or type(error).__name__) from error

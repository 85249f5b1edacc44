"""Output files that appear whole or not at all.

Every file is written under a temporary name in its own folder and renamed at the end, so that a
killed job, a full disk or an orphan of an earlier run never leaves half a file under a real name.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike, mode: str = "w", **options: Any) -> Iterator[IO]:
    """Open `path` for writing; it takes its place when the block ends without an exception.

    Text is UTF-8 with LF line ends unless `options` (those of `open`) say otherwise. Folders are
    made as needed. A file that is replaced leaves its mode to the new one, a symbolic link stays
    one, and a device or pipe (/dev/null) is written to as it stands. Raises OSError as `open` does;
    a file is then as it was before.
    """
    if "b" not in mode:
        options = {"encoding": "utf-8", "newline": ""} | options
    if os.path.exists(path) and not os.path.isfile(path):  # of a folder, `open` complains
        with open(path, mode, **options) as stream:
            yield stream
        return
    given, path = path, Path(os.path.realpath(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name}.", suffix=".part"
        )
    except OSError as error:
        error.filename = os.fspath(given)  # not that of the temporary file
        raise
    try:
        with open(handle, mode, **options) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

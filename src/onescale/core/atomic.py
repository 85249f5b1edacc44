"""Output files that appear whole or not at all.

Every file is written under a temporary name in its own folder and renamed at the end, so that a
killed job, a full disk or an orphan of an earlier run never leaves half a file under a real name.
"""

import contextlib
import errno
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol


class Sink(Protocol):
    """What bytes go to."""

    def write(self, data: bytes, /) -> Any: ...

    def flush(self) -> Any: ...


class Together:
    """Files that take their places when the block ends without an exception: all of them, or none.

    Only what goes wrong with the names themselves, once all is written, finds some of them there.
    """

    def __init__(self) -> None:
        self._written: list[tuple[Path, Path]] = []

    def add(self, temporary: Path, path: Path) -> None:
        self._written.append((temporary, path))

    def __enter__(self) -> "Together":
        return self

    def __exit__(self, error: object, *_: object) -> None:
        try:
            while error is None and self._written:
                _take_place(*self._written[0])
                del self._written[0]
        finally:
            for temporary, _path in self._written:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)


@contextlib.contextmanager
def atomic_write(
    path: str | os.PathLike,
    mode: str = "w",
    durable: bool = True,
    together: Together | None = None,
    **options: Any,
) -> Iterator[IO]:
    """Open `path` for writing; it takes its place when the block ends without an exception.

    durable: whether it waits for the disk, so that what is there outlives a loss of power, too.
    together: with which others it takes its place, when theirs ends.
    Text is UTF-8 with LF line ends unless `options` (those of `open`) say otherwise. Folders are
    made as needed. A file that is replaced leaves its mode and, where that may be given, its owner
    to the new one; a warning says where it had other names (hard links), which keep the old
    content. A symbolic link stays one, and a device or pipe (/dev/null) is written to as it stands.
    Raises OSError as `open` does; a file is then as it was before.
    """
    if "b" not in mode:
        options = {"encoding": "utf-8", "newline": ""} | options
    if os.path.exists(path) and not os.path.isfile(path):  # of a folder, `open` complains
        with when_full(os.fspath(path)), open(path, mode, **options) as stream:
            yield stream
        return
    given, path = path, Path(os.path.realpath(path))
    # Named before it is made, since a signal may come the moment that it is; cut, since the name
    # may be as long as names can be.
    start = os.fsencode(path.name)[:100].decode(errors="ignore")
    temporary = path.with_name(f".{start}.{os.urandom(4).hex()}.part")
    try:
        try:
            with contextlib.suppress(FileNotFoundError):
                os.lstat(path)  # a name that is longer is told of now
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            error.filename = os.fspath(given)  # not that of the temporary file
            raise
        with when_full(os.fspath(given)), open(handle, mode, **options) as stream:
            yield stream
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        if together is not None:
            together.add(temporary, path)
        else:
            _take_place(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):  # it may never have been made
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def when_full(place: str) -> Iterator[None]:
    """Name the place of what does not fit on its disk, which the system does not."""
    try:
        yield
    except OSError as error:
        if error.errno is None and "written" in str(error):  # NumPy, of fewer bytes than it had
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), place) from None
        full = errno.ENOSPC, errno.EDQUOT, errno.EFBIG
        if error.errno in full and error.filename is None:
            error.filename = place
        raise


def temporary_files() -> contextlib.AbstractContextManager[None]:
    """`when_full` of the folder of temporary files."""
    import tempfile  # few need one, and it takes a fortieth of the start

    return when_full(f"{tempfile.gettempdir()} (temporary files; TMPDIR names another folder)")


def _take_place(temporary: Path, path: Path) -> None:
    _like(path, temporary)
    os.replace(temporary, path)


def _like(path: Path, temporary: Path) -> None:
    """Give a new file mode and owner of the one that it replaces, if there is one."""
    try:
        old = path.stat()
    except FileNotFoundError:
        os.umask(mask := os.umask(0))  # which is told by setting it alone
        os.chmod(temporary, 0o666 & ~mask)
        return
    with contextlib.suppress(PermissionError):  # only root may give files away
        os.chown(temporary, old.st_uid, old.st_gid)
    os.chmod(temporary, old.st_mode & 0o7777)
    if old.st_nlink > 1:
        others = f"{old.st_nlink - 1} other name{'s' * (old.st_nlink > 2)} (hard link)"
        warnings.warn(f"{path}: had {others}, which keeps the old content", stacklevel=5)

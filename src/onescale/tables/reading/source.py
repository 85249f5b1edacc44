"""Bytes of a table, from wherever they are, as checked UTF-8.

A file, standard input, a gzip or zstandard file: all become blocks of UTF-8 text without a
byte-order mark, and can be read more than once (standard input is kept in a temporary file). The
encoding is UTF-8 unless told otherwise or a byte-order mark says UTF-16 or UTF-32; it is never
guessed. Bytes that do not decode end in an error that names the place and the likely encoding. A
file that changes between or during readings is noticed, since values would come to stand beside the
wrong rows: by its size, time and inode, and by a checksum of every block.
"""

import codecs
import contextlib
import functools
import os
import stat
import sys
import weakref
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, BinaryIO

from onescale.core.atomic import temporary_files
from onescale.core.errors import DataError, OnescaleError, SpecError
from onescale.core.text import without_password
from onescale.tables.reading.encoding import known_encoding, likely

BLOCK = 1 << 20
# The longer first: that of UTF-32-LE begins with that of UTF-16-LE.
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXT = (
    (b"\xfd7zXZ\0", "packed by xz: unpack it (gzip and zstandard are unpacked here)"),
    (b"BZh91A", "packed by bzip2: unpack it (gzip and zstandard are unpacked here)"),
    (b"\x1f\x8b", "packed twice: unpack it once"),  # what is packed once is unpacked by then
    (b"\x28\xb5\x2f\xfd", "packed twice: unpack it once"),
    (b"7z\xbc\xaf", "a 7z file: unpack it"),
    (b"%PDF-", "a PDF document"),
)
_UTF16 = "UTF-16 without a mark? --encoding utf-16-le or utf-16-be"


class Source:
    """One input that can be read again and again.

    path: a file, or `-` for standard input. encoding: a name Python knows, or None for the default.
    Raises DataError where there is no such file, SpecError on an unknown encoding.
    """

    def __init__(self, path: str, encoding: str | None = None):
        self.path = str(path)
        self.name = "<stdin>" if self.path == "-" else without_password(self.path)
        self.asked = None if encoding is None else known_encoding(encoding)
        self._kept: BinaryIO | None = None
        self._state: tuple[int, ...] | None = None
        self._sums: dict[int, list[int]] = {}  # of the blocks, by their size
        if self.path == "-":
            if sys.stdin is None:
                raise DataError(f"{self.name}: standard input is closed")
            self._kept = _keep(sys.stdin.buffer, self.name)
        elif is_url(self.path):
            with reaching(self.path) as fsspec, fsspec.open(self.path, "rb") as stream:
                self._kept = _keep(stream, self.name)
        elif os.path.isdir(self.path):
            raise DataError(f"{self.name}: is a folder, not a table")
        elif not os.path.exists(self.path):
            raise DataError(f"{self.name}: no such file")
        elif not os.path.isfile(self.path):  # a pipe by name: it can be read but once
            with open(self.path, "rb") as pipe:
                device = stat.S_ISCHR(os.fstat(pipe.fileno()).st_mode) and not pipe.isatty()
                if device and self.path != os.devnull:
                    raise DataError(f"{self.name}: is a device, not a table")
                self._kept = _keep(pipe, self.name)
        if self._kept is not None:
            weakref.finalize(self, self._kept.close)
        else:
            self._state = self._found()
        with self._open() as stream:
            self.head = head = stream.read(6)
            packed = isinstance(stream, _Unpacked)
        for sign, what in _NO_TEXT:
            if head.startswith(sign):
                raise DataError(f"{self.name}: no text but {what}")
        self.bom, self.encoding = b"", self.asked or "utf-8"
        for bom, encoding in BOMS:
            if head.startswith(bom) and self.asked in (None, encoding, encoding[:-3]):
                self.bom, self.encoding = bom, encoding
                break
        if self.encoding in ("utf-16", "utf-32"):  # asked for, and no byte-order mark says which
            self.encoding += "-le"
        # How many bytes `blocks` gives, where these are those of the file as they are.
        self.size = None
        if self._state is not None and not packed and self.encoding == "utf-8":
            self.size = self._state[0] - len(self.bom)

    def bytes_at(self, offset: int, size: int = 1 << 16) -> bytes:
        """Some (unpacked) bytes from `offset` on: what an error looks at."""
        with self._open() as stream:
            while offset > 0 and (block := stream.read(min(offset, BLOCK))):
                offset -= len(block)
            sample = b""
            while len(sample) < size and (block := stream.read(size - len(sample))):
                sample += block
            return sample

    def contents(self) -> bytes:
        """All bytes, unpacked."""
        with self._open() as stream:
            return stream.read(-1)

    def seekable(self):
        """The bytes as they are, for readers that seek; of packed files, unpacked in memory."""
        import pyarrow

        with self._open() as stream:
            if isinstance(stream, _Unpacked):
                return pyarrow.BufferReader(stream.read(-1))
        if self._kept is None:
            return pyarrow.OSFile(self.path)
        self._kept.rollover()  # a spooled file has no number until it is on disk
        return pyarrow.OSFile(f"/dev/fd/{self._kept.fileno()}")

    @contextlib.contextmanager
    def places(self) -> Iterator[Callable[[int, int], bytes]]:
        """What gives of the bytes that `blocks` gives, where `size` is known, those from a place
        on, so many or as there are."""
        with open(self.path, "rb", buffering=0) as stream:
            yield lambda place, size: os.pread(stream.fileno(), size, len(self.bom) + place)

    def _found(self) -> tuple[int, ...]:
        found = os.stat(self.path)
        return found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev

    @contextlib.contextmanager
    def steady(self) -> Iterator[None]:
        """Raises DataError where the file is another by then, whatever error that led to."""
        self._require_same()
        try:
            yield
        except Exception:
            self._require_same()
            raise
        self._require_same()

    def _require_same(self) -> None:
        try:
            same = self._state is None or self._found() == self._state
        except FileNotFoundError:
            same = False
        if not same:
            self._refuse_change()

    def _refuse_change(self) -> None:
        todo = "run again once nothing writes to it, or on a copy"
        raise DataError(f"{self.name}: the file changed while it was read ({todo})") from None

    @contextlib.contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        """The bytes, unpacked, from their beginning."""
        with self.steady(), contextlib.ExitStack() as stack:
            raw = self._kept or stack.enter_context(open(self.path, "rb", buffering=0))
            raw.seek(0)
            head = raw.read(4)
            raw.seek(0)
            if head[:2] == b"\x1f\x8b":
                gzip, error = _gzip()
                unpacked = stack.enter_context(gzip.GzipFile(fileobj=raw, mode="rb"))
                raw = _Unpacked(unpacked, self.name, error)
            elif head == b"\x28\xb5\x2f\xfd":
                import pyarrow

                from onescale.tables import arrow

                unpacked = pyarrow.CompressedInputStream(arrow.left_open(raw, "r"), "zstd")
                raw = _Unpacked(stack.enter_context(unpacked), self.name)
            yield raw

    def blocks(self, size: int | None = None) -> Iterator[bytes]:
        """Blocks of UTF-8 bytes, cut anywhere between two characters.

        Raises DataError at bytes that do not decode and at NUL bytes.
        """
        decode = _Decoder(self, size or BLOCK)
        sums = self._sums.setdefault(decode.size, [])
        with self._open() as stream:
            stream.read(len(self.bom))
            for number, block in enumerate(iter(lambda: stream.read(decode.size), b"")):
                self._compare(sums, number, block)
                if text := decode(block):
                    yield text
        if text := decode(b"", final=True):
            yield text

    def _compare(self, sums: list[int], number: int, block: bytes) -> None:
        """Hold a block against what an earlier reading found in its place, or note it."""
        if self._state is None:
            return
        if number == len(sums):
            sums.append(checksum()(block))
        else:
            self.check(block, sums[number])

    def check(self, data: bytes, known: int) -> None:
        """Raises DataError where some bytes have another checksum than at an earlier reading."""
        if checksum()(data) != known:
            self._refuse_change()


class _Decoder:
    """Bytes of the source's encoding, in blocks of a size, to UTF-8 bytes.

    Offset and length are counted for the errors; for their lines the blocks are read again.
    """

    def __init__(self, source: Source, size: int):
        self.source, self.name, self.encoding = source, source.name, source.encoding
        self.size, self.offset, self.rest = size, len(source.bom), b""
        make = codecs.getincrementaldecoder(self.encoding)
        self.decoder = None if self.encoding == "utf-8" else make()
        self.decoded = 0  # bytes that came out

    def __call__(self, block: bytes, final: bool = False) -> bytes:
        out = self._utf8(block, final) if self.decoder is None else self._other(block, final)
        if b"\0" in out:
            self._refuse_nul(out)
        self.decoded += len(out)
        return out

    def _utf8(self, block: bytes, final: bool) -> bytes:
        block = self.rest + block if self.rest else block
        self.rest = b""
        if not block.isascii():
            try:
                block.decode("utf-8")
            except UnicodeDecodeError as error:
                if final or error.reason != "unexpected end of data":
                    self._refuse(block, error.start)
                self.rest, block = block[error.start :], block[: error.start]
        self.offset += len(block)
        return block

    def _other(self, block: bytes, final: bool) -> bytes:
        pending = self.decoder.getstate()[0]
        try:
            text = self.decoder.decode(block, final)
        except UnicodeDecodeError as error:
            self.offset -= len(pending)
            self._refuse(error.object, error.start)
        except UnicodeError as error:
            raise DataError(f"{self.name}: does not decode as {self.encoding} ({error})") from None
        self.offset += len(block)
        if not self.decoded and text.startswith("\ufeff"):
            text = text[1:]
        return text.encode()

    def _lines_through(self, out: bytes) -> int:
        """Line ends up to the end of `out`, which comes next; a CRLF cut in two counts once."""
        lines, after_cr = 0, False
        for block in chain(self._again(), [out]):
            lines += count_lines(block) - (after_cr and block.startswith(b"\n"))
            after_cr = block.endswith(b"\r")
        return lines

    def _again(self) -> Iterator[bytes]:
        """What came out so far."""
        blocks, left = self.source.blocks(self.size), self.decoded
        while left:
            block = next(blocks)
            left -= len(block)
            yield block

    def _refuse(self, block: bytes, start: int) -> None:
        line = self._lines_through(block[:start].decode(self.encoding, "replace").encode()) + 1
        sample = self.source.bytes_at(self.offset + start)
        shown = " ".join(f"{byte:02x}" for byte in sample[:4])
        before = block[max(start - 1, 0) : start]
        hint = likely(before * before.isascii() + sample, self.encoding)
        todo = f"likely {hint}: --encoding {hint}" if hint else "name its encoding with --encoding"
        if b"\0" in sample and not hint:
            todo = _UTF16
        raise DataError(
            f"{self.name}:{line}: bytes {shown} at offset {self.offset + start} are not "
            f"{self.encoding} text ({todo})"
        )

    def _refuse_nul(self, out: bytes) -> None:
        at = out.index(b"\0")
        line = self._lines_through(out[:at]) + 1
        wide = out.count(b"\0") > len(out) // 4
        todo = _UTF16 if wide else "remove it"
        raise DataError(f"{self.name}:{line}: a NUL byte, which no text table holds ({todo})")


def count_lines(data: bytes) -> int:
    """Line ends in UTF-8 bytes: LF, CRLF and CR each count one."""
    if len(data) > 1 << 16:
        import numpy as np

        count = int(np.count_nonzero(np.frombuffer(data, np.uint8) == ord("\n")))
    else:
        count = data.count(b"\n")
    if b"\r" in data:
        count += data.count(b"\r") - data.count(b"\r\n")
    return count


def is_url(path: str) -> bool:
    """Whether a path says by which protocol it is reached."""
    return "://" in path and not os.path.exists(path)


@contextlib.contextmanager
def reaching(url: str) -> Iterator[Any]:
    """fsspec, which opens URLs. Raises SpecError where it is not installed, and DataError where
    what is done with it fails, whatever the protocol's reasons."""
    name = without_password(url)
    try:
        import fsspec
    except ImportError:
        raise SpecError(
            f"{name}: tables from URLs need fsspec: pip install 'onescale[urls]'"
        ) from None
    try:
        yield fsspec
    except OnescaleError:
        raise
    except Exception as error:
        why = without_password(" ".join(str(error).split())) or type(error).__name__
        raise DataError(f"{name}: cannot be read ({why})") from None


def _keep(stream: BinaryIO, name: str) -> BinaryIO:
    """Standard input in a file that can be read twice; small ones stay in memory. What would not
    end is given up before the disk is full."""
    import shutil
    import tempfile

    kept, most = tempfile.SpooledTemporaryFile(max_size=BLOCK), None  # noqa: SIM115 (lives as long)
    try:
        with temporary_files():
            while block := stream.read(BLOCK):
                if most is None:
                    most = 9 * shutil.disk_usage(tempfile.gettempdir()).free // 10
                if kept.tell() + len(block) > most:
                    raise DataError(
                        f"{name}: does not end within {most:,} bytes, nine tenths of what is free "
                        f"in {tempfile.gettempdir()} (name a file, or a larger folder by TMPDIR)"
                    )
                kept.write(block)
            kept.flush()
    except BaseException:
        kept.close()
        raise
    return kept


def _gzip() -> tuple[Any, type[Exception]]:
    """What unpacks gzip, and its error: ISA-L in a quarter of the time, where it is to be had."""
    try:
        from isal import igzip, isal_zlib
    except ImportError:
        import gzip

        return gzip, zlib.error
    return igzip, isal_zlib.error


@functools.cache
def checksum() -> Callable[[bytes], int]:
    """The checksum of a block: by ISA-L, where it is to be had, in a quarter of the time."""
    try:
        from isal.isal_zlib import crc32
    except ImportError:
        from zlib import crc32
    return crc32


class _Unpacked:
    """A stream of gzip or zstandard unpacked; a broken file is a DataError that names it."""

    def __init__(self, stream: BinaryIO, name: str, error: type[Exception] = ValueError):
        self.stream, self.name, self.error = stream, name, error

    def read(self, size: int) -> bytes:
        try:
            return self.stream.read(size)
        except (EOFError, OSError, ValueError, self.error) as error:
            raise DataError(f"{self.name}: the packed file is broken ({error})") from None

"""Where a table goes and in which format: what a command knows of its output before it has a row.

Standard library alone at the top, since the command line lists the formats before it does anything.
"""

import codecs
import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import IO

from onescale.core.atomic import Sink, Together, atomic_write, when_full
from onescale.core.errors import DataError, SpecError
from onescale.core.text import visible_lines


@dataclass(frozen=True)
class Format:
    """What is known of a format before there is a writer of it (`formats.make_writer`).

    endings: of files in it. delimiter: of delimited text, which can do without a header. typed:
    whether it has types of its own for numbers. text: whether a terminal can show it.
    """

    endings: tuple[str, ...]
    delimiter: str | None = None
    typed: bool = False
    text: bool = True


FORMATS = {
    "csv": Format((".csv",), ","),
    "tsv": Format((".tsv", ".tab"), "\t"),
    "json": Format((".json",), typed=True),
    "jsonl": Format((".jsonl", ".ndjson"), typed=True),
    "markdown": Format((".md", ".markdown")),
    "table": Format(()),
    "parquet": Format((".parquet",), typed=True, text=False),
    "arrow": Format((".arrow", ".feather", ".ipc"), typed=True, text=False),
}
_ENDINGS = {ending: name for name, form in FORMATS.items() for ending in form.endings}
_PACKED = (".gz", ".zst")
_OTHERS = (".xlsx", ".xls", ".ods", ".zip", ".bz2", ".xz", ".7z")


@dataclass(frozen=True)
class Output:
    """A table to be written.

    path: a file, or None or `-` for standard output, or a folder for a file of each input's name
    (`of_parts`), if `parts` allows. delimiter: of csv and tsv, None for their own.
    inputs: files that it must not be written over. digits: significant ones of figures, None for
    all that tell a float from others. Raises SpecError on what a format cannot do, DataError where
    `path` is a folder or one of the inputs.
    """

    path: str | None
    format: str = "csv"
    delimiter: str | None = None
    inputs: Sequence[str] = ()
    digits: int | None = None
    parts: bool = False

    def __post_init__(self) -> None:
        if self.delimiter is not None and FORMATS[self.format].delimiter is None:
            raise SpecError(f"--output-delimiter goes with csv and tsv, not with {self.format}")
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '\r\n"\0'):
            raise SpecError("--output-delimiter takes one character, no quote and no line end")
        self._refuse_over_input()

    @property
    def folder(self) -> str | None:
        """The folder that files are written into, if it is one."""
        path = self.path
        into = self.parts and path is not None and (path.endswith(os.sep) or os.path.isdir(path))
        return path if into else None

    def of_parts(self, places: Iterable[tuple[str, str]]) -> list["Output"]:
        """Those of inputs, in the folder: each by its place below that of the inputs, and its path.

        Folders on the way are made. Raises DataError where one is its input or that of another.
        """
        taken: dict[str, str] = {}
        outputs = []
        for name, source in places:
            outputs.append(self._of_part(name, source))
            path = outputs[-1].path or ""
            first = taken.setdefault(os.path.realpath(path), source)
            if len(taken) < len(outputs):
                raise DataError(f"{path}: would be that of {first} and of {source}; rename one")
        return outputs

    def _of_part(self, name: str, source: str) -> "Output":
        stem, ending = os.path.splitext(name)
        if ending.lower() in _PACKED and format_of(name) != self.format:
            stem = os.path.splitext(stem)[0]
        if ending.lower() in _OTHERS or format_of(name) != self.format:
            name = f"{stem}.{self.format}"
        path = os.path.join(self.path or "", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return replace(self, path=path, inputs=[source], parts=False)

    @property
    def typed(self) -> bool:
        """Whether the format has types of its own for numbers."""
        return FORMATS[self.format].typed

    @contextlib.contextmanager
    def writer(
        self,
        names: Sequence[str],
        header: bool = True,
        decimal: str = ".",
        together: Together | None = None,
    ) -> Iterator:
        """A writer that was told the names, and ends with the block.

        header: whether a format that can do without its names (csv and tsv) begins with them.
        decimal: the mark of the numbers that a format of text writes. together: the files with
        which this one appears.
        """
        from onescale.tables.writing.formats import make_writer

        with self.opened(together) as stream:
            usual = FORMATS[self.format].delimiter
            writer = make_writer(self.format, stream, self.delimiter or usual, decimal)
            if header or usual is None:
                writer.begin(names)
            try:
                yield writer
            except BaseException:
                writer.abandon()
                raise
            writer.end()

    def write(self, parts: Iterable[dict[str, Sequence]]) -> None:
        """Write a whole table, part by part, once the first is there."""
        parts = iter(parts)
        first = next(parts)
        with self.writer(list(first)) as writer:
            for columns in chain([first], parts):
                writer.rows([self.shortened(column) for column in columns.values()])

    def shortened(self, column: Sequence) -> Sequence:
        """A column, its floats rounded to `digits`."""
        if self.digits is None:
            return column
        return [float(f"{v:.{self.digits}g}") if isinstance(v, float) else v for v in column]

    @contextlib.contextmanager
    def opened(self, together: Together | None = None) -> Iterator[Sink]:
        """Where the bytes go: standard output, or a file that appears whole or not at all.

        It is not waited for the disk, which would be a tenth of the time: what a loss of power
        takes can be made again. Endings .gz and .zst pack. A terminal is shown control characters
        as such, and no format that is not text (SpecError).
        """
        if self.path in (None, "-"):
            if sys.stdout is None:
                raise DataError("standard output is closed; write to a file with -o")
            terminal = sys.stdout.isatty()
            if terminal and not FORMATS[self.format].text:
                raise SpecError(f"{self.format} is no text for a terminal; name a file with -o")
            with when_full("standard output"):
                yield _Terminal(sys.stdout.buffer) if terminal else sys.stdout.buffer
                sys.stdout.buffer.flush()
            return
        writing = atomic_write(self.path, "wb", durable=False, together=together)
        with writing as stream, _packing(stream, self.path) as packed:
            yield packed

    def _refuse_over_input(self) -> None:
        path = self.path
        if path in (None, "-"):
            return
        if self.folder is not None:
            path = path.rstrip(os.sep) or os.sep
            if not os.path.isdir(path):
                raise DataError(f"{path}: there is no such folder; make it first")
            return
        if os.path.isdir(path):
            raise DataError(f"{path}: is a folder; name a file to write")
        folder = os.path.dirname(path)
        if os.path.islink(path):  # maybe to what is not there
            folder = os.path.dirname(os.path.realpath(path))
        if folder and not os.path.isdir(folder):
            raise DataError(f"{path}: there is no folder {folder}; make it first")
        for other in self.inputs:
            other = "/dev/stdin" if other == "-" else other
            if os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other):
                raise DataError(f"{path}: is the input; write to another file")


class _Terminal:
    """Standard output where a person reads it: no cell moves the cursor or colours what follows."""

    def __init__(self, stream: Sink):
        self.stream = stream
        self.decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def write(self, data: bytes) -> None:
        self.stream.write(visible_lines(self.decode(data)).encode())

    def flush(self) -> None:
        self.stream.flush()


def format_of(path: str | None, default: str = "csv") -> str:
    """The format that the ending of `path` stands for, else `default`."""
    if path is None or path == "-":
        return default
    stem, ending = os.path.splitext(path.lower())
    if ending in _OTHERS:
        raise SpecError(
            f"{path}: onescale does not write {ending} (it writes {', '.join(_ENDINGS)})"
        )
    if ending in _PACKED:
        ending = os.path.splitext(stem)[1]
    return _ENDINGS.get(ending, default if default != "table" else "csv")


def _packing(stream: IO[bytes], path: str) -> contextlib.AbstractContextManager[Sink]:
    if path.lower().endswith(".gz"):
        import gzip

        # No name and no time in it: the same table gives the same bytes.
        return gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0)
    if path.lower().endswith(".zst"):
        import pyarrow

        from onescale.tables import arrow

        return pyarrow.CompressedOutputStream(arrow.left_open(stream, "w"), "zstd")
    return contextlib.nullcontext(stream)

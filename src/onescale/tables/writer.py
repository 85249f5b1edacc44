"""Tables out: csv, tsv, json, jsonl, markdown, a table for the terminal, parquet, arrow.

A writer is given names once and then columns of values, batch by batch: text as str, numbers as
float or int, None or NaN for missing. Delimited text has a way of its own for whole batches
(`delimited` of the readers), which writes the same bytes.
"""

import contextlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError, SpecError, suggest
from onescale.core.text import aligned
from onescale.tables.numbers import write

FORMATS = ("csv", "tsv", "json", "jsonl", "markdown", "table", "parquet", "arrow")
_ENDINGS = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".json": "json", ".jsonl": "jsonl",
            ".ndjson": "jsonl", ".md": "markdown", ".markdown": "markdown", ".parquet": "parquet",
            ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow"}  # fmt: skip
# What stands at the right of its column on a page: numbers, gaps, ranks.
_RIGHT = re.compile(r"[+-]?[0-9][0-9.,]*(e[+-]?[0-9]+)?|[0-9]+ of [0-9]+|").fullmatch
_PACKED = (".gz", ".zst")
_OTHERS = (".xlsx", ".xls", ".ods", ".zip", ".bz2", ".xz", ".7z")


def format_of(path: str | None, asked: str | None, default: str = "csv") -> str:
    """The format: as asked, else by the ending of `path`, else `default`."""
    if asked is not None:
        if asked not in FORMATS:
            raise SpecError(suggest(asked, FORMATS, "format"))
        return asked
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


@contextlib.contextmanager
def output(path: str | None, inputs: Sequence[str] = ()) -> Iterator[BinaryIO]:
    """Where the bytes go: standard output, or a file that appears whole or not at all.

    Endings .gz and .zst pack. Raises DataError where `path` is one of the inputs.
    """
    if path is None or path == "-":
        if sys.stdout is None:
            raise DataError("standard output is closed; write to a file with -o")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    refuse_over_input(path, inputs)
    with atomic_write(path, "wb") as stream, _packing(stream, path) as packed:
        yield packed


def refuse_over_input(path: str | None, inputs: Sequence[str]) -> None:
    """Raises DataError where `path` is a folder or one of `inputs`."""
    if path is None or path == "-":
        return
    if os.path.isdir(path):
        raise DataError(f"{path}: is a folder; name a file to write")
    for other in inputs:
        other = "/dev/stdin" if other == "-" else other
        if os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other):
            raise DataError(f"{path}: is the input; write to another file")


@contextlib.contextmanager
def _packing(stream: BinaryIO, path: str) -> Iterator[BinaryIO]:
    if path.lower().endswith(".gz"):
        import gzip

        # No name and no time in it: the same table gives the same bytes.
        with gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0) as packed:
            yield packed
    elif path.lower().endswith(".zst"):
        import pyarrow

        with pyarrow.CompressedOutputStream(_kept_open(stream), "zstd") as packed:
            yield packed
    else:
        yield stream


def _kept_open(stream: BinaryIO):
    """`stream` for pyarrow, which otherwise closes what it was given."""
    import pyarrow

    class Kept:
        closed = False
        write, flush = stream.write, stream.flush

        def close(self) -> None:
            pass

    return pyarrow.PythonFile(Kept(), mode="w")


class Delimited:
    """csv and tsv: LF line ends, quotes only where a cell needs them."""

    def __init__(self, stream: BinaryIO, delimiter: str = ","):
        if len(delimiter) != 1 or delimiter in '\r\n"\0':
            raise SpecError("--output-delimiter takes one character, no quote and no line end")
        self.stream, self.delimiter = stream, delimiter

    def begin(self, names: Sequence[str] | None) -> None:
        if names is not None:
            self.rows([[name] for name in names])

    def rows(self, columns: Sequence[Sequence]) -> None:
        self.stream.write(lines([_texts(column) for column in columns], self.delimiter))

    def end(self) -> None:
        pass


def quoting(delimiter: str) -> re.Pattern:
    """What makes a cell need quotes."""
    return re.compile(f'[{re.escape(delimiter)}"\r\n]')


def lines(columns: Sequence[Sequence[str]], delimiter: str) -> bytes:
    """Columns of text as delimited lines; cells are quoted where they need it."""
    needs = quoting(delimiter).search
    quoted = [
        ['"' + cell.replace('"', '""') + '"' if needs(cell) else cell for cell in column]
        for column in columns
    ]
    if len(quoted) == 1:  # an empty line would be no row to many readers
        quoted = [[cell or '""' for cell in quoted[0]]]
    return "".join(delimiter.join(row) + "\n" for row in zip(*quoted, strict=True)).encode()


def _texts(column: Sequence) -> list[str]:
    return [value if isinstance(value, str) else _text(value) for value in column]


def _text(value) -> str:
    if value is None:
        return ""
    return write(value) if isinstance(value, float) else str(value)


class Json:
    """A list of objects, or one object a line; missing is null."""

    def __init__(self, stream: BinaryIO, by_line: bool):
        self.stream, self.by_line, self.first = stream, by_line, True

    def begin(self, names: Sequence[str]) -> None:
        for name, times in Counter(names).items():
            if times > 1:
                raise DataError(
                    f"{times} columns of the output are named {name!r}, and JSON holds one of a "
                    "name; rename them, or write another format"
                )
        self.names = names
        if not self.by_line:
            self.stream.write(b"[")

    def rows(self, columns: Sequence[Sequence]) -> None:
        for row in zip(*columns, strict=True):
            values = (None if isinstance(v, float) and v != v else v for v in row)
            record = dict(zip(self.names, values, strict=True))
            text = json.dumps(record, ensure_ascii=False, allow_nan=False)
            lead = "" if self.by_line else ("\n " if self.first else ",\n ")
            self.stream.write((lead + text + ("\n" if self.by_line else "")).encode())
            self.first = False

    def end(self) -> None:
        if not self.by_line:
            self.stream.write(b"\n]\n")


class Page:
    """markdown, and a table for the terminal: columns aligned, East Asian characters two wide."""

    def __init__(self, stream: BinaryIO, markdown: bool):
        self.stream, self.markdown = stream, markdown
        self.columns: list[list] | None = None

    def begin(self, names: Sequence[str]) -> None:
        self.names = names
        self.columns = [[] for _ in names]

    def rows(self, columns: Sequence[Sequence]) -> None:
        for mine, new in zip(self.columns, columns, strict=True):
            mine.extend(new)

    def end(self) -> None:
        texts = [_texts(column) for column in self.columns]
        right = [all(map(_RIGHT, cells)) for cells in texts]
        page = aligned(self.names, list(zip(*texts, strict=True)), right, self.markdown)
        self.stream.write("".join(line + "\n" for line in page).encode())


class Columnar:
    """parquet and arrow: text as strings, numbers as float64, gaps as null."""

    def __init__(self, stream: BinaryIO, parquet: bool):
        self.stream, self.parquet, self.writer = stream, parquet, None

    def begin(self, names: Sequence[str]) -> None:
        self.names = list(names)

    def rows(self, columns: Sequence) -> None:
        import pyarrow as pa

        arrays = [_arrow(column) for column in columns]
        if self.writer is None:
            kinds = [self._kind(array.type) for array in arrays]
            self.schema = pa.schema(list(zip(self.names, kinds, strict=True)))
            self.writer = self._open(self.schema)
        batch = pa.Table.from_arrays(arrays, names=self.names).cast(self.schema)
        self.writer.write_table(batch)

    def _kind(self, kind):
        """The type that a column is written as: in arrow files, dictionaries could not change."""
        import pyarrow as pa

        if pa.types.is_null(kind):
            return pa.string()
        return kind.value_type if pa.types.is_dictionary(kind) and not self.parquet else kind

    def _open(self, schema):
        if self.parquet:
            import pyarrow.parquet as pq

            return pq.ParquetWriter(self.stream, schema)
        import pyarrow as pa

        return pa.ipc.new_file(self.stream, schema)

    def end(self) -> None:
        self.writer.close()


def _arrow(column):
    import numpy as np
    import pyarrow as pa

    if isinstance(column, np.ndarray):
        return pa.array(column, from_pandas=True)
    if isinstance(column, (pa.Array, pa.ChunkedArray)):
        return column
    return pa.array([None if isinstance(v, float) and v != v else v for v in column])


def make_writer(format: str, stream: BinaryIO, delimiter: str | None = None):
    """The writer of a format. Raises SpecError where a delimiter makes no sense."""
    if delimiter is not None and format not in ("csv", "tsv"):
        raise SpecError(f"--output-delimiter goes with csv and tsv, not with {format}")
    if format in ("csv", "tsv"):
        return Delimited(stream, delimiter or ("," if format == "csv" else "\t"))
    if format in ("json", "jsonl"):
        return Json(stream, by_line=format == "jsonl")
    if format in ("markdown", "table"):
        return Page(stream, markdown=format == "markdown")
    return Columnar(stream, parquet=format == "parquet")

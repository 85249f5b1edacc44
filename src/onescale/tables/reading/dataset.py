"""Several files as one table: named one by one, by a glob, by a folder, or by URLs.

Every file has the same columns; each is opened anew in every pass, so that a thousand cost no more
memory than one, and what is read is held against the pass before (`Source`). Folders called
`key=value` (hive partitions) are columns of text behind the others, of which groups can be made.
"""

import glob
import os
from collections.abc import Collection, Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import unquote

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.kinds import Kind
from onescale.tables.numbers import NumberFormat
from onescale.tables.parallel import in_order, keep_memory
from onescale.tables.reading.batch import Batch, Table
from onescale.tables.reading.csv_batch import CellBatch
from onescale.tables.reading.dialect import Dialect
from onescale.tables.reading.source import Source, is_url, reaching
from onescale.tables.reading.table import COLUMNAR, open_source

ENDINGS = (".csv", ".tsv", ".tab", ".txt", *COLUMNAR)
PACKED = (".gz", ".zst")
_LINES = 1 << 40  # what a line of the next file is counted on by
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
_OPENED = 1000  # tables that are kept for another pass


class File(NamedTuple):
    """A file of a table. name: its place below the folder that holds all of them. keys: the values
    of the folders called `key=value` on the way to it, by their keys."""

    path: str
    name: str
    keys: dict[str, str]


def open_files(
    paths: Sequence[str],
    dialect: Dialect | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Any:
    """The table at `paths`: files, globs, folders, URLs (`-`: standard input); see `open_source`.

    Raises DataError where there is nothing of that name, and where files differ in their columns.
    """
    files = files_of(paths)
    if len(files) == 1 and not files[0].keys:
        return open_source(Source(files[0].path, encoding), dialect or Dialect(), sheet)
    name = paths[0] if len(paths) == 1 else f"{files[0].path} and {len(files) - 1} more"
    return Dataset(name, files, dialect or Dialect(), encoding, sheet)


def files_of(paths: Sequence[str]) -> list[File]:
    """The files that are meant; of several paths, by their places below what holds them all."""
    files = [file for path in paths for file in _found(str(path))]
    if len(files) > 1 and len(paths) > 1:
        above = os.path.commonpath([os.path.dirname(os.path.abspath(f.path)) for f in files])
        files = [f._replace(name=os.path.relpath(os.path.abspath(f.path), above)) for f in files]
    return files


def _found(path: str) -> list[File]:
    """The files that a path stands for, in the order of their names; of FOLDER/./key=value/FILE
    the file as it is of that folder."""
    if is_url(path):
        return _of_url(path)
    if os.path.isdir(path):
        inside = (os.path.join(at, name) for at, _, names in os.walk(path) for name in names)
        return _below(path, filter(_is_table, inside), f"holds no table ({', '.join(ENDINGS)})")
    if not os.path.exists(path) and glob.has_magic(path):
        literal = path[: min(path.index(c) for c in "*?[" if c in path)]
        there = filter(os.path.isfile, glob.glob(path, recursive=True))
        return _below(os.path.dirname(literal) or ".", there, "no file matches", path)
    if "/./" in path and os.path.isfile(path):
        return _below(path[: path.rindex("/./")] or "/", [os.path.normpath(path)], "")
    return [File(path, os.path.basename(path), {})]


def _of_url(url: str) -> list[File]:
    """The files of a URL, which may be a glob or a folder."""
    with reaching(url) as fsspec:
        files, _, paths = fsspec.core.get_fs_token_paths(url)
        if len(paths) == 1 and files.isdir(paths[0]):
            root, paths = paths[0], [path for path in files.find(paths[0]) if _is_table(path)]
        else:
            literal = url[: min((url.index(c) for c in "*?[" if c in url), default=len(url))]
            root = os.path.dirname(files._strip_protocol(literal))
    found = _below(root, paths, "no file matches", url)
    return [file._replace(path=files.unstrip_protocol(file.path)) for file in found]


def _below(root: str, paths: Iterator[str] | list[str], none: str, asked: str = "") -> list[File]:
    """Files by their places below a folder. Raises DataError where there is none."""
    files = []
    for path in sorted(paths):
        name = os.path.relpath(path, root)
        folders = (part.partition("=") for part in name.split(os.sep)[:-1] if "=" in part)
        keys = {key: "" if value == _NO_VALUE else unquote(value) for key, _, value in folders}
        files.append(File(path, name, keys))
    if not files:
        raise DataError(f"{asked or root}: {none}")
    return files


def _is_table(path: str) -> bool:
    name = os.path.basename(path).lower()
    stem, ending = os.path.splitext(name)
    ending = os.path.splitext(stem)[1] if ending in PACKED else ending
    return ending in ENDINGS and not name.startswith((".", "_"))


class Dataset(Table):
    """Files as one table, in their order. Lines count on from file to file (see `where`)."""

    in_memory = False

    def __init__(
        self,
        name: str,
        files: Sequence[File],
        dialect: Dialect,
        encoding: str | None,
        sheet: str | None,
    ):
        self.name, self.files, self._asked, self._sheet = name, files, dialect, sheet
        self._sources = [Source(file.path, encoding) for file in files]
        self._first = first = open_source(self._sources[0], dialect, sheet)
        self._tables: dict[int, Any] = {}  # that remember what the next pass needs
        self.keys = list(files[0].keys)
        for file in files:
            if list(file.keys) != self.keys:
                raise DataError(
                    f"{file.path}: folders of {list(file.keys)} on the way, where "
                    f"{files[0].path} has {self.keys}"
                )
        for key in self.keys:
            if key in first.names:
                raise DataError(f"{first.name}: has a column {key!r}, as its folder has")
        self.names, self.width = [*first.names, *self.keys], first.width + len(self.keys)
        self.passed = frozenset(range(first.width, self.width))
        self.dialect, self.header_line = first.dialect, first.header_line
        self.block = first.block
        self.notes = [f"{len(files)} files, the first of which: {note}" for note in first.notes]

    def _open(self, number: int) -> Any:
        """One of the files. Raises DataError where its columns are not those of the first."""
        if number in self._tables:
            return self._tables[number]
        first, table = self._first, open_source(self._sources[number], self._asked, self._sheet)
        table.in_memory = False  # its rows are not to stay
        if type(table) is not type(first):
            raise DataError(f"{table.name}: another kind of file than {first.name}")
        if table.names == first.names and table.types == first.types:
            table.names, table.room = first.names, first.room
            self._tables[number] = table
            if len(self._tables) > _OPENED:
                del self._tables[next(iter(self._tables))]
            return table
        for k, (own, other) in enumerate(zip(table.names, first.names, strict=False)):
            if own != other:
                what = f"column {k + 1} is {own!r}, not {other!r} as in {first.name}"
                break
            if table.types[k : k + 1] != first.types[k : k + 1]:
                kinds = f"{table.types[k]}, not {first.types[k]} as in {first.name}"
                what = f"column {own!r} is of type {kinds}"
                break
        else:
            what = f"{table.width} columns, and {first.width} in {first.name}"
        raise DataError(f"{table.name}: {what}; files of one table have the same columns")

    def batches(self, numbers: Collection[int] = (), texts: Collection[int] = ()) -> Iterator:
        for batches in self.parts(numbers, texts):
            yield from batches

    @property
    def places(self) -> list[tuple[str, str]]:
        return [(file.name, file.path) for file in self.files]

    def parts(self, numbers: Collection[int], texts: Collection[int]) -> Iterator[Iterator]:
        """The batches of each of the files; threads work on several files at once."""

        def made(piece: tuple) -> tuple[int, PartBatch]:
            return piece[1], self.batch_of(piece, frozenset(numbers), frozenset(texts))

        every = in_order(made, self.pieces(), self.threads)
        keep_memory()
        following = next(every, None)

        def own(number: int) -> Iterator[PartBatch]:
            nonlocal following
            for index in count():
                if following is None or following[0] != number:
                    return
                batch = following[1]
                if batch.rows:
                    yield batch
                self._open(number).remember(index, batch.batch)
                following = next(every, None)

        yield from map(own, range(len(self.files)))

    @property
    def travels(self) -> bool:
        return self._first.travels

    def pieces(self, by_place: bool = False) -> Iterator[tuple]:
        for number in range(len(self.files)):
            for data, *others in self._open(number).pieces(by_place):
                yield data, number, *others

    def batch_of(
        self, piece: tuple, numbers: Collection[int], texts: Collection[int]
    ) -> "PartBatch":
        data, number, *others = piece
        table = self._open(number)
        asked = ({i for i in some if i < table.width} for some in (numbers, texts))
        batch = table.batch_of((data, *others), *asked)
        return PartBatch(batch, number, self.files[number].keys)

    def forget(self) -> None:
        self._tables.clear()

    def description(self) -> dict:
        return self._first.description()

    def explain(self, index: int, cells: Sequence[str]) -> str:
        return self._first.explain(index, cells)

    def heading(self) -> int:
        return self._first.heading()

    def at(self, line: int, index: int) -> str:
        number, own = divmod(line, _LINES)
        return f"{self._open(number).at(own, index)} of {self._sources[number].name}"

    def where(self, line: int, index: int | None = None) -> str:
        number, own = divmod(line, _LINES)
        return self._open(number).where(own, index)


def _of_file(name: str) -> Any:
    """A method of batches, of a column that is the file's or that its folders stand for."""

    def method(self: "PartBatch", index: int, *others: Any) -> Any:
        beyond = index - self.batch.width
        batch, index = (self.batch, index) if beyond < 0 else (self.folders, beyond)
        return getattr(batch, name)(index, *others)

    return method


class PartBatch(Batch):
    """Some rows of one of several files, with what its folders stand for behind them."""

    def __init__(self, batch: Batch, number: int, keys: dict[str, str]):
        self.batch, self.number, self.folders = batch, number, FolderBatch(batch, keys)
        self.rows, self.width = batch.rows, batch.width + len(keys)
        self.in_arrow = batch.in_arrow
        self.number_format = getattr(batch, "number_format", None)

    column, numbers, texts = _of_file("column"), _of_file("numbers"), _of_file("texts")
    keys, count = _of_file("keys"), _of_file("count")
    kind, plain, typed = _of_file("kind"), _of_file("plain"), _of_file("typed")

    def line(self, row: int) -> int:
        return self.number * _LINES + self.batch.line(row)

    def lines(self, delimiter: str) -> tuple[bytes, np.ndarray] | None:
        return None if self.folders.width else self.batch.lines(delimiter)


class FolderBatch(CellBatch):
    """What the folders called `key=value` say of some rows: the same of each."""

    def __init__(self, batch: Batch, keys: dict[str, str]):
        self.rows, self.width, self.number_format = batch.rows, len(keys), NumberFormat()
        self.columns = [[value] * batch.rows for value in keys.values()]

    def keys(self, index: int) -> tuple[list[str], np.ndarray]:
        return self.columns[index][:1], np.zeros(self.rows, np.intp)

    def numbers(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        return np.full(self.rows, np.nan), np.arange(self.rows)

    def kind(self, index: int) -> Any:
        return Kind(text=True)

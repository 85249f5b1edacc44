"""Which columns are meant: by name, pattern or position, or all that are numbers."""

import operator
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from onescale.core.errors import DataError, SpecError, some, suggest
from onescale.tables.numbers import BLANKS, NumberFormat
from onescale.tables.reading.batch import Table


@dataclass(frozen=True)
class Reporting:
    """Where lines for the user go (`say`; None: nowhere), and what is said.

    verb: what became of columns of numbers. verbose: whether every column gets a line. strict:
    whether a column with numbers that is left out is an error.
    """

    say: Callable[[str], None] | None = None
    verb: str = "scaled"
    verbose: bool = False
    strict: bool = False


@dataclass(frozen=True)
class Selection:
    """What the user asked for; every figure of a position is 1-based.

    columns, positions: the columns to scale, or none of both for all that are wholly numeric.
    exclude: columns to leave as they are. Names may be globs (`income*`) or, between slashes,
    regular expressions (`/^q[0-9]/`). label: the column that names the rows. by: the columns whose
    values together make groups. weights: the column that says what rows weigh.
    """

    columns: Sequence[str] = ()
    positions: Sequence[int] = ()
    label: str | None = None
    by: Sequence[str] = ()
    exclude: Sequence[str] = ()
    weights: str | None = None

    def of(self, table: Table, coerce: bool = False, reporting=Reporting()) -> "TableInput":
        """Columns of `table`. Raises DataError on what is not there or contradicts."""
        names, file = table.names, table.name
        label = None if self.label is None else find(names, self.label, file)
        by = tuple(dict.fromkeys(find(names, name, file) for name in self.by))
        weights = None if self.weights is None else find(names, self.weights, file)
        for position in self.positions:
            if not 1 <= position <= len(names):
                raise DataError(f"{file}: no column at position {position}: there are {len(names)}")
        chosen = {index for name in self.columns for index in find_all(names, name, file)}
        chosen |= {position - 1 for position in self.positions}
        given = bool(chosen)
        excluded = {index for name in self.exclude for index in find_all(names, name, file)}
        if chosen & table.passed:
            key = names[min(chosen & table.passed)]
            raise DataError(f"{file}: {key!r} is what folders are called; it cannot be scaled")
        chosen -= excluded
        excluded |= table.passed
        if given and not chosen:
            raise DataError(f"{file}: no column to scale: every chosen one is excluded")
        others = (("label", label), ("weights", weights), *(("group", index) for index in by))
        for what, index in others:
            if index is not None and index in chosen:
                raise DataError(
                    f"{file}: column {names[index]!r} is the {what} column; it cannot be scaled"
                )
        return TableInput(
            table,
            sorted(chosen) or None,
            label,
            by,
            frozenset(excluded),
            coerce,
            reporting=reporting,
            weights=weights,
        )


@dataclass(frozen=True)
class TableInput:
    """A table and which of its columns are meant, by index from 0.

    chosen: the columns to scale, None for all that are numeric but those `excluded`. by: the
    columns that make groups. coerce: whether cells that are no numbers are taken as missing. typed:
    whether the kinds of all columns will be asked for. by_column: whether columns may be scaled one
    by one, should there be very many groups. weights: the column of what rows weigh.
    """

    table: Table
    chosen: list[int] | None = None
    label: int | None = None
    by: tuple[int, ...] = ()
    excluded: frozenset[int] = frozenset()
    coerce: bool = False
    typed: bool = False
    by_column: bool = False
    reporting: Reporting = Reporting()
    weights: int | None = None

    @property
    def weights_name(self) -> str:
        """What the weights are called: their column, or as scikit-learn has those of an array."""
        beside = self.weights >= self.table.width
        return "sample_weight" if beside else self.table.names[self.weights]

    @property
    def candidates(self) -> list[int]:
        """The columns that are looked at."""
        if self.chosen is not None:
            return self.chosen
        others = {self.label, self.weights, *self.by, *self.excluded}
        return [index for index in range(self.table.width) if index not in others]


def find(names: Sequence[str], name: str, file: str) -> int:
    """The index of a column by its name. Raises DataError where it is not there, or twice."""
    indices = _named(names, name)
    if len(indices) == 1:
        return indices[0]
    if not indices:
        hint = ""
        if all(other == f"column_{k}" for k, other in enumerate(names, 1)):
            hint = " (without a header columns are column_1, column_2 …)"
        raise DataError(f"{file}: {suggest(name, names, 'column')}{hint}")
    positions = ", ".join(str(index + 1) for index in indices)
    raise DataError(
        f"{file}: {len(indices)} columns are named {name!r}; choose one by -p: {positions}"
    )


def find_all(names: Sequence[str], name: str, file: str) -> list[int]:
    """The columns of a name, a glob or a /regular expression/; a name that is there comes first.

    Raises DataError where none is meant, SpecError at a broken expression.
    """
    if _named(names, name):
        return [find(names, name, file)]
    if len(name) > 2 and name.startswith("/") and name.endswith("/"):
        try:
            search = re.compile(name[1:-1]).search
        except re.error as error:
            raise SpecError(f"{name}: not a regular expression ({error})") from None
        indices = [index for index, other in enumerate(names) if search(other)]
    elif any(c in name for c in "*?["):
        indices = [index for index, other in enumerate(names) if fnmatchcase(other, name)]
    else:
        return [find(names, name, file)]
    if not indices:
        raise DataError(f"{file}: no column matches {name}; there are {', '.join(names)}")
    return indices


def _named(names: Sequence[str], name: str) -> list[int]:
    """The columns called so: to the letter; else to a reader; else but for blanks around it."""
    ways = (operator.eq, same_text, lambda other, name: other.strip(BLANKS) == name.strip(BLANKS))
    every = ([index for index, other in enumerate(names) if same(other, name)] for same in ways)
    return next(filter(None, every), [])


def same_text(one: str, other: str) -> bool:
    """Whether two texts are one to a reader: Hangul may be stored as syllables or as letters."""
    if one == other or one.isascii() or other.isascii():
        return one == other
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def refuse_duplicates(names: Sequence[str], file: str, of: Iterable[str]) -> None:
    """Raises DataError where one of the names `of` stands twice."""
    count = Counter(names)
    for name in of:
        if (times := count[name]) > 1:
            positions = some([str(k) for k, other in enumerate(names, 1) if other == name], 6)
            todo = "rename them, or choose columns by position with -p"
            if NumberFormat().parse(name) is not None and name.strip():
                todo = f"if that line is data: --no-header; else {todo}"
            if not name.strip():
                todo = f"if the table begins below that line: --skip-lines; else {todo}"
            raise DataError(
                f"{file}: {times} columns are named {name!r} (positions {positions}); {todo}"
            )

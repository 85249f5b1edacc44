"""Which columns are meant: by name, by position, or all that are numbers."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from onescale.core.errors import DataError, suggest
from onescale.tables.reading.batch import Table


@dataclass(frozen=True)
class Selection:
    """What the user asked for; every figure of a position is 1-based.

    columns, positions: the columns to scale, or none of both for all that are wholly numeric.
    label: the column that names the rows. by: the column that makes groups.
    """

    columns: Sequence[str] = ()
    positions: Sequence[int] = ()
    label: str | None = None
    by: str | None = None

    def of(self, table: Table) -> "TableInput":
        """Columns of `table`. Raises DataError on what is not there or contradicts."""
        names, file = table.names, table.name
        label = None if self.label is None else find(names, self.label, file)
        by = None if self.by is None else find(names, self.by, file)
        for position in self.positions:
            if not 1 <= position <= len(names):
                raise DataError(f"{file}: no column at position {position}: there are {len(names)}")
        chosen = {find(names, name, file) for name in self.columns}
        chosen |= {position - 1 for position in self.positions}
        for what, index in (("label", label), ("group", by)):
            if index is not None and index in chosen:
                raise DataError(
                    f"{file}: column {names[index]!r} is the {what} column; it cannot be scaled"
                )
        if not chosen:
            refuse_duplicates(names, file)
        return TableInput(table, sorted(chosen) or None, label, by)


@dataclass(frozen=True)
class TableInput:
    """A table and which of its columns are meant, by index from 0.

    chosen: the columns to scale, None for all that are numeric.
    """

    table: Table
    chosen: list[int] | None = None
    label: int | None = None
    by: int | None = None


def find(names: Sequence[str], name: str, file: str) -> int:
    """The index of a column by its name. Raises DataError where it is not there, or twice."""
    indices = [index for index, other in enumerate(names) if other == name]
    indices = indices or [index for index, other in enumerate(names) if same_text(other, name)]
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


def same_text(one: str, other: str) -> bool:
    """Whether two texts are one to a reader: Hangul may be stored as syllables or as letters."""
    if one == other or one.isascii() or other.isascii():
        return one == other
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def refuse_duplicates(names: Sequence[str], file: str) -> None:
    """Raises DataError where a name stands twice."""
    for name, times in Counter(names).items():
        if times > 1:
            positions = ", ".join(str(k) for k, other in enumerate(names, 1) if other == name)
            raise DataError(
                f"{file}: {times} columns are named {name!r} (positions {positions}); "
                "rename them, or choose columns by position with -p"
            )

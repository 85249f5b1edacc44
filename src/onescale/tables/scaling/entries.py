"""The entries of a fit's file, one a group, held small: of very many groups they are most of a fit.

An entry is kept as its values in a few hundred bytes instead of a mapping of objects, and what it
says is worked out where it is asked for.
"""

import marshal
from collections.abc import Callable
from typing import Any

from onescale.core.json_files import once

LAST = "sum_of_squares"  # the key that every entry ends with


class Entry:
    """A mapping of text to numbers and texts."""

    __slots__ = ("_keys", "_values")

    def __init__(self, keys: tuple[str, ...], values: tuple[Any, ...]):
        self._keys, self._values = keys, marshal.dumps(values)

    def opened(self) -> dict[str, Any]:
        """The mapping."""
        return dict(zip(self._keys, marshal.loads(self._values), strict=True))  # noqa: S302 (ours)


def reader() -> Callable[[list[tuple[str, Any]]], Any]:
    """What makes the mappings of a JSON text, for its decoder: entries of those that are some."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}

    def read(pairs: list[tuple[str, Any]]) -> Any:
        mapping = once(pairs)
        if not pairs or pairs[-1][0] != LAST:
            return mapping
        keys = tuple(mapping)
        return Entry(known.setdefault(keys, keys), tuple(mapping.values()))

    return read


def opened(entry: Any) -> Any:
    """An entry as a mapping, whichever it is."""
    return entry.opened() if isinstance(entry, Entry) else entry

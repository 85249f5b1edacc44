"""Many distinct values in a fit's file: a list while it can be read, packed text beyond that.

Packed are the steps from one value to the next as 64-bit integers (`selection.keys`), the bytes of
one place behind those of another, which leaves long runs of zeros; then zlib, then base64.
"""

import base64
import zlib

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.scaling.method import KEEPS
from onescale.tables.statistics.ranks import RankTable
from onescale.tables.statistics.selection import floats, keys


def written(table: RankTable) -> dict:
    """A table as the file has it: `values` and `counts`."""
    values, counts = table.values, table.counts
    if len(values) <= KEEPS:
        return {"values": values.tolist(), "counts": counts.tolist()}
    steps = np.diff(keys(values), prepend=np.uint64(0))
    return {"values": _pack(steps), "counts": _pack(counts.astype(np.uint64))}


def read(entry: dict) -> RankTable:
    """The inverse of `written`, of an entry that also has `count`. Raises DataError where it is
    none, and where no table of finite values follows."""
    values, counts = entry["values"], entry["counts"]
    if isinstance(values, str):
        with np.errstate(over="ignore"):
            values = floats(np.cumsum(_unpack(values, entry["count"]), dtype=np.uint64))
        counts = _unpack(counts, entry["count"]).view(np.int64)
    table = RankTable(np.array(values, float), np.array(counts, np.int64))
    ascend = np.isfinite(table.values).all() and (table.values[1:] > table.values[:-1]).all()
    if not ascend or (table.counts < 1).any() or table.counts.sum().item() != entry["count"]:
        raise DataError("its values do not ascend, or their counts do not add up")
    return table


def _pack(numbers: np.ndarray) -> str:
    places = numbers.astype("<u8").view(np.uint8).reshape(-1, 8).T
    return base64.b64encode(zlib.compress(places.tobytes(), 1)).decode()


def _unpack(text: str, most: int) -> np.ndarray:
    """At most so many numbers."""
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(base64.b64decode(text, validate=True), 8 * most + 1)
    except zlib.error:
        raise DataError("broken packed values") from None
    if len(data) % 8 or not reader.eof:
        raise DataError("packed values that are cut off, or more than were counted")
    places = np.frombuffer(data, np.uint8).reshape(8, -1)
    return np.ascontiguousarray(places.T).view("<u8").ravel().astype(np.uint64)

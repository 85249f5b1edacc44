"""Between NumPy and pyarrow by their buffers alone, and numbers as pyarrow writes them.

pyarrow imports pandas, where that is installed, the first time that it is handed a Python object or
a NumPy array: a third of a second for a module that nothing here uses. Buffers do not ask.
"""

import contextlib
from collections.abc import Sequence
from typing import IO

import numpy as np
import orjson
import pyarrow as pa

from onescale.tables import compute as pc
from onescale.tables.numbers import write
from onescale.tables.wide import wide_integers

# The bits, without the sign, from which on and up to which `repr` needs no exponent.
_SHORTEST, _LONGEST = (np.float64(end).view(np.uint64) << np.uint64(1) for end in (1e-4, 1e16))


def floats(values: np.ndarray) -> pa.Array:
    """Float64 values (n,) as an array; NaN stays NaN."""
    buffer = pa.py_buffer(np.ascontiguousarray(values, np.float64))
    return pa.Array.from_buffers(pa.float64(), len(values), [None, buffer])


def present_floats(values: np.ndarray) -> pa.Array:
    """Float64 values (n,) as an array; NaN is null."""
    missing = np.isnan(values)
    if not missing.any():
        return floats(values)
    buffers = [truths(~missing).buffers()[1], floats(values).buffers()[1]]
    return pa.Array.from_buffers(pa.float64(), len(values), buffers)


def truths(mask: np.ndarray) -> pa.Array:
    """A mask (n,) as an array."""
    buffer = pa.py_buffer(np.packbits(mask, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(mask), [None, buffer])


def strings(texts: list[str]) -> pa.Array:
    """Texts as an array."""
    encoded = [text.encode() for text in texts]
    ends = np.zeros(len(texts) + 1, np.int32)
    np.cumsum([len(text) for text in encoded], out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(texts), buffers)


def string(text: str) -> pa.Scalar:
    """One text."""
    return strings([text])[0]


def joined(rows: pa.Array, separator: str) -> pa.Buffer:
    """All texts of an array in one, `separator` between them."""
    ends = pa.py_buffer(np.array([0, len(rows)], np.int32))
    whole = pa.Array.from_buffers(pa.list_(pa.string()), 1, [None, ends], children=[rows])
    return pc.binary_join(whole, string(separator))[0].as_buffer()


def end_to_end(texts: pa.Array) -> pa.Buffer:
    """The bytes of all texts of a whole array, which lie one behind the other already."""
    start, stop = np.frombuffer(texts.buffers()[1], np.int32)[[0, len(texts)]]
    return texts.buffers()[2].slice(int(start), int(stop - start))


def numbers_of(array: pa.Array) -> np.ndarray:
    """A float64 array as NumPy has it; null is NaN."""
    start, stop = array.offset, array.offset + len(array)
    if not len(array):
        return np.zeros(0)
    values = np.frombuffer(array.buffers()[1], np.float64, stop)[start:]
    if not array.null_count:
        return values
    return np.where(_bits(array.buffers()[0], start, stop), values, np.nan)


def floats_of(array: pa.Array) -> np.ndarray:
    """An array of numbers, as `wide_integers` has whole ones; null is NaN."""
    kind = array.type
    if pa.types.is_decimal(kind) and kind.scale <= 0:
        with contextlib.suppress(pa.ArrowInvalid):  # beyond 64 bits
            array = array.cast(pa.int64())
    if array.type in (pa.int64(), pa.uint64()):
        return _integers_of(array)
    if pa.types.is_decimal(array.type):  # pyarrow's own cast to floats misses the nearest
        array = array.cast(pa.string())
    return numbers_of(array.cast(pa.float64(), safe=False))


def _integers_of(array: pa.Array) -> np.ndarray:
    start, stop = array.offset, array.offset + len(array)
    kind = np.int64 if array.type == pa.int64() else np.uint64
    values = np.frombuffer(array.buffers()[1] or b"", kind, stop)[start:]
    if not array.null_count:
        return wide_integers(values)
    present = _bits(array.buffers()[0], start, stop)
    return np.where(present, wide_integers(np.where(present, values, kind(0))), np.nan)


def truths_of(array: pa.Array) -> np.ndarray:
    """A Boolean array as a mask; null is False."""
    start, stop = array.offset, array.offset + len(array)
    mask = _bits(array.buffers()[1], start, stop)
    return mask & _bits(array.buffers()[0], start, stop) if array.null_count else mask


def distinct(array: pa.Array) -> tuple[list, np.ndarray]:
    """The distinct values in order of appearance (null is one), and each row's index into them."""
    if not len(array):
        return [], np.zeros(0, np.intp)
    coded = pc.dictionary_encode(array, null_encoding="encode")
    start, stop = coded.offset, coded.offset + len(coded)
    codes = np.frombuffer(coded.indices.buffers()[1], np.int32, stop)[start:]
    return coded.dictionary.to_pylist(), codes.astype(np.intp)


def number_texts(values: np.ndarray) -> pa.Array:
    """Float64 values (n,) as `write` gives them."""
    text, starts = number_rows([values])
    marks_between = np.stack([starts, starts + 1], axis=1).reshape(-1)[:-1]
    cells = np.arange(1, 2 * len(values), 2, dtype=np.int32)
    both = behind_each_other(text, marks_between)
    return both.take(pa.Array.from_buffers(pa.int32(), len(cells), [None, pa.py_buffer(cells)]))


def number_rows(columns: Sequence[np.ndarray]) -> tuple[bytes, np.ndarray]:
    """Rows of float64 values, of k columns (n,), as `write` gives them, a comma before each value.

    Returns bytes that hold them, and where in these each row starts, and the last one stops,
    (n + 1,).
    orjson gives the digits of `repr`, but missing values and exponents another form.
    """
    # Arrays in an array would take a quarter more. Behind a 0 every value has its comma.
    flat = np.empty(1 + len(columns) * len(columns[0]))
    flat[0] = 0.0
    values = np.stack(columns, axis=1, out=flat[1:].reshape(-1, len(columns)))
    text = orjson.dumps(flat, option=orjson.OPT_SERIALIZE_NUMPY)
    size = values.view(np.uint64) << np.uint64(1)  # in the order of absolute values
    size -= _SHORTEST
    odd = size >= _LONGEST - _SHORTEST
    if odd.any():
        missing = np.isnan(values)
        text = text.replace(b"null", b"") if missing.any() else text
        odd &= ~missing & (values != 0)
    starts = np.empty(len(values) + 1, np.int32)
    starts[:-1] = places(text, ",", values.size, len(columns))
    starts[-1] = len(text) - 1
    return _mended(text, starts, odd, values), starts


def places(text: bytes, character: str, number: int, every: int = 1) -> np.ndarray:
    """Where the first of a character stands in a text that holds so many, and each so many behind
    it."""
    found = np.empty(-(-len(text) // 8) * 8, bool)
    found[-8:] = False
    np.equal(np.frombuffer(text, np.uint8), ord(character), out=found[: len(text)])
    words = found.view("<u8")  # of eight bytes, in most of which there is none or one
    some = np.flatnonzero(words != 0)
    if len(some) < number:
        return np.flatnonzero(found)[::every]
    some = some[::every]
    return (some << 3) + (np.bitwise_count(words[some] - np.uint64(1)) >> 3)


def _mended(text: bytes, starts: np.ndarray, odd: np.ndarray, values: np.ndarray) -> bytes:
    """`text` with the `odd` values (n, k) as `write` gives them; `starts` move along."""
    rows = np.flatnonzero(odd) // odd.shape[1]
    rows = rows[np.diff(rows, prepend=-1) > 0]  # np.unique would import numpy.ma, for 10 ms
    if not len(rows):
        return text
    pieces, done, whole = [], 0, memoryview(text)
    longer = np.zeros(len(values), np.int32)
    bounds = zip(starts[rows].tolist(), starts[rows + 1].tolist(), strict=True)
    for row, (start, stop) in zip(rows.tolist(), bounds, strict=True):
        cells = text[start:stop].split(b",")
        for place in np.flatnonzero(odd[row]).tolist():
            cells[place + 1] = write(float(values[row, place])).encode()
        new = b",".join(cells)
        longer[row] = len(new) - (stop - start)
        pieces += whole[done:start], new
        done = stop
    starts[1:] += np.cumsum(longer, dtype=np.int32)
    return b"".join((*pieces, whole[done:]))


def behind_each_other(text: bytes, ends: np.ndarray) -> pa.Array:
    """Texts that lie one behind the other, as an array. ends: where they start, and the last one
    stops, (n + 1,), int32."""
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.string(), len(ends) - 1, buffers)


def left_open(stream: IO[bytes], mode: str) -> pa.PythonFile:
    """A stream for pyarrow, which otherwise closes what it is given."""
    return pa.PythonFile(_LeftOpen(stream), mode)


class _LeftOpen:
    closed = False

    def __init__(self, stream: IO[bytes]):
        self._stream = stream

    def __getattr__(self, name: str):
        return getattr(self._stream, name)

    def close(self) -> None:
        """Nothing: whoever opened the stream closes it."""


def _bits(buffer: pa.Buffer | None, start: int, stop: int) -> np.ndarray:
    if buffer is None or stop == start:
        return np.zeros(stop - start, bool)
    packed = np.frombuffer(buffer, np.uint8)
    return np.unpackbits(packed, count=stop, bitorder="little")[start:].astype(bool)

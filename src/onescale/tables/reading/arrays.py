"""Between NumPy and pyarrow by their buffers alone.

pyarrow imports pandas, where that is installed, the first time that it is handed a Python object or
a NumPy array: a third of a second for a module that nothing here uses. Buffers do not ask.
"""

import numpy as np
import pyarrow as pa


def floats(values: np.ndarray) -> pa.Array:
    """Float64 values (n,) as an array; NaN stays NaN."""
    buffer = pa.py_buffer(np.ascontiguousarray(values, np.float64))
    return pa.Array.from_buffers(pa.float64(), len(values), [None, buffer])


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


def joined(rows: pa.Array, mark: str) -> pa.Buffer:
    """All texts of an array in one, `mark` between them."""
    ends = pa.py_buffer(np.array([0, len(rows)], np.int32))
    whole = pa.Array.from_buffers(pa.list_(pa.string()), 1, [None, ends], children=[rows])
    return pa.compute.binary_join(whole, string(mark))[0].as_buffer()


def numbers_of(array: pa.Array) -> np.ndarray:
    """A float64 array as NumPy has it; null is NaN."""
    start, stop = array.offset, array.offset + len(array)
    if not len(array):
        return np.zeros(0)
    values = np.frombuffer(array.buffers()[1], np.float64, stop)[start:]
    if not array.null_count:
        return values
    return np.where(_bits(array.buffers()[0], start, stop), values, np.nan)


def truths_of(array: pa.Array) -> np.ndarray:
    """A Boolean array as a mask; null is False."""
    start, stop = array.offset, array.offset + len(array)
    mask = _bits(array.buffers()[1], start, stop)
    return mask & _bits(array.buffers()[0], start, stop) if array.null_count else mask


def codes_of(array: pa.Array) -> np.ndarray:
    """The indices (int32) of a dictionary array."""
    start, stop = array.offset, array.offset + len(array)
    return np.frombuffer(array.indices.buffers()[1], np.int32, stop)[start:].astype(np.intp)


def _bits(buffer: pa.Buffer | None, start: int, stop: int) -> np.ndarray:
    if buffer is None or stop == start:
        return np.zeros(stop - start, bool)
    packed = np.frombuffer(buffer, np.uint8)
    return np.unpackbits(packed, count=stop, bitorder="little")[start:].astype(bool)

"""The functions of `pyarrow.compute`, which is loaded when one is asked for.

It makes a Python function of each of its 300 kernels as it loads, which takes 30 ms, as long as the
rest of pyarrow. Most tables take a single one, and that by the way on which all are called: a name
of pyarrow's own, with the public one behind it should it ever go.
"""

from typing import Any

import pyarrow as pa

try:
    from pyarrow._compute import call_function
except ImportError:
    from pyarrow.compute import call_function


def binary_join_element_wise(*texts: pa.Array | pa.Scalar) -> pa.Array:
    """The texts of all but the last, row by row, with the last between them; null where one is."""
    return call_function("binary_join_element_wise", texts)


def __getattr__(name: str) -> Any:
    import pyarrow.compute

    return getattr(pyarrow.compute, name)

"""Images as the first layer reads them fastest: a dense part and a sparse part.

Most pixels of an image are zero, and a product need not visit them. But a value costs ten times as
much in a sparse product as in a dense one, so each column goes where it costs less: those that few
images light are kept as compressed sparse rows (432 of MNIST's 784 columns, six values an image),
the others as they are. What is left out is zero, so the sums are the same.

SciPy's own products make a new array for each result and check their arguments, which costs as much
as these small products themselves. `add_product` and `add_transposed` call the two routines
underneath instead, as Dedalus does too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import _sparsetools, csr_array

from onescale.nn.buffers import empty

SELDOM = 0.1  # a column that at most this share of the images light costs less in the sparse part
GRAIN = 16  # the dense part has a multiple of so many columns: whole cache lines
_BLOCK = 1000  # rows arranged together
_TOGETHER = 10_000  # rows whose sparse parts are fetched together


@dataclass(slots=True)
class Pixels:
    """Images (n, d) with their columns in a network's order, the first `split` of them sparse.

    often: (n, d − split), the type of the images.
    pointers, columns, values: the others as compressed sparse rows, of the network's type: the
        values of row i, and where they stand, are those from pointers[i] to pointers[i + 1].
    """

    often: np.ndarray
    pointers: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    split: int

    @property
    def dtype(self) -> np.dtype:
        return self.often.dtype

    def __len__(self) -> int:
        return len(self.often)

    def __getitem__(self, rows: slice) -> "Pixels":
        """Consecutive rows, as views."""
        pointers = self.pointers[rows.start : rows.stop + 1]
        return Pixels(self.often[rows], pointers, self.columns, self.values, self.split)

    def batches(self, indices: np.ndarray) -> Iterator["Pixels"]:
        """The rows that each row of indices (steps, rows) names; each overwritten by the next."""
        rows = indices.shape[1]
        sparse = csr_array((self.values, self.columns, self.pointers), (len(self), self.split))
        often = empty((rows, self.often.shape[1]), self.often.dtype)
        together = max(_TOGETHER // rows, 1)
        for start in range(0, len(indices), together):
            steps = indices[start : start + together]
            seldom = sparse[steps.ravel()]
            for i, chosen in enumerate(steps):
                self.often.take(chosen, axis=0, out=often, mode="clip")  # faster than "raise"
                pointers = seldom.indptr[i * rows : (i + 1) * rows + 1]
                yield Pixels(often, pointers, seldom.indices, seldom.data, self.split)

    def add_product(self, weights: np.ndarray, out: np.ndarray) -> None:
        """Add the sparse part times the first rows of `weights` (d, k) to `out` (n, k)."""
        _sparsetools.csr_matvecs(
            len(self), self.split, out.shape[1], *self._sparse, weights.ravel(), out.ravel()
        )

    def add_transposed(self, d: np.ndarray, out: np.ndarray) -> None:
        """Add the sparse part, transposed, times `d` (n, k) to the first rows of `out` (d, k)."""
        _sparsetools.csc_matvecs(
            self.split, len(self), d.shape[1], *self._sparse, d.ravel(), out.ravel()
        )

    @property
    def _sparse(self):
        return self.pointers, self.columns, self.values


def seldom_first(images: np.ndarray) -> tuple[np.ndarray, int, int]:
    """The order of columns of images (n, d) that `arrange` takes, how many of them are idle (no
    image lights them) and how many, idle ones included, make the sparse part."""
    lit = np.zeros(images.shape[1], np.int64)
    for start in range(0, len(images), _BLOCK):
        lit += np.count_nonzero(images[start : start + _BLOCK], axis=0)
    idle, split = (
        len(lit) - min(-(-np.count_nonzero(lit > limit) // GRAIN) * GRAIN, len(lit))
        for limit in (0, SELDOM * len(images))
    )
    return np.argsort(lit, kind="stable"), idle, split


def arrange(images: np.ndarray, order: np.ndarray, split: int, dtype: str) -> Pixels:
    """Images (n, d) as `Pixels`, with the sparse values of type `dtype`."""
    often = np.empty((len(images), len(order) - split), images.dtype)
    pointers = np.zeros(len(images) + 1, np.int64)
    columns, values = [], []
    for start in range(0, len(images), _BLOCK):
        rows = slice(start, min(start + _BLOCK, len(images)))
        images[rows].take(order[split:], axis=1, out=often[rows])
        seldom = images[rows].take(order[:split], axis=1)
        pointers[start + 1 : rows.stop + 1] = np.count_nonzero(seldom, axis=1)
        places = np.flatnonzero(seldom)
        columns.append((places % max(split, 1)).astype(np.int32))
        values.append(seldom.ravel()[places].astype(dtype))
    pointers = pointers.cumsum()
    if pointers[-1] <= np.iinfo(np.int32).max:
        pointers = pointers.astype(np.int32)
    columns = np.concatenate(columns).astype(pointers.dtype, copy=False)
    return Pixels(often, pointers, columns, np.concatenate(values), split)

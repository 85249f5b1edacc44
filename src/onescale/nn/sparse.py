"""Images as the first layer reads them fastest: a dense part and a sparse part.

Most pixels of an image are zero, and a product need not visit them. But a value costs ten times as
much in a sparse product as in a dense one, so each column goes where it costs less: those that few
images light are kept as compressed sparse rows (432 of MNIST's 784 columns, six values an image),
the others as they are. What is left out is zero, so the sums of finite weights are the same.

SciPy's own products make a new array for each result and check their arguments, which costs as much
as these small products themselves. `add_product` and `add_transposed` call the two routines
underneath instead, as Dedalus does too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import _sparsetools, csr_array, vstack

from onescale.nn.buffers import empty

SPARSE_SHARE = 0.1  # a column that at most this share of the images light costs less when sparse
COLUMN_MULTIPLE = 16  # columns are set apart so that whole cache lines are left
_BLOCK = 1000  # rows arranged together
_TOGETHER = 60_000  # sparse values fetched together: what MNIST has in a hundred batches


@dataclass(slots=True, eq=False)
class Pixels:
    """Images (n, d) with their columns in a network's order, the first `split` of them sparse.

    dense: (n, d − split), the type of the images.
    pointers, columns, values: the others as compressed sparse rows, of the network's type: the
        values of row i, and where they stand, are those from pointers[i] to pointers[i + 1].
    """

    dense: np.ndarray
    pointers: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    split: int

    @property
    def dtype(self) -> np.dtype:
        return self.dense.dtype

    def __len__(self) -> int:
        return len(self.dense)

    def __getitem__(self, rows: slice) -> "Pixels":
        """Consecutive rows, as views."""
        start, stop, _ = rows.indices(len(self))
        pointers = self.pointers[start : stop + 1]
        return Pixels(self.dense[rows], pointers, self.columns, self.values, self.split)

    def batches(self, indices: np.ndarray) -> Iterator["Pixels"]:
        """The rows that each row of indices (steps, rows) names; the next overwrites them.

        Of all images that `arrange` gave, not of a part of them.
        """
        rows = indices.shape[1]
        sparse = csr_array((self.values, self.columns, self.pointers), (len(self), self.split))
        dense = empty((rows, self.dense.shape[1]), self.dense.dtype)
        values = max(len(self.values) / len(self), 1)  # of an image
        together = max(int(_TOGETHER / (values * rows)), 1)
        for start in range(0, len(indices), together):
            steps = indices[start : start + together]
            sparse_part = sparse[steps.ravel()]
            for i, chosen in enumerate(steps):
                self.dense.take(chosen, axis=0, out=dense, mode="clip")  # faster than "raise"
                pointers = sparse_part.indptr[i * rows : (i + 1) * rows + 1]
                yield Pixels(dense, pointers, sparse_part.indices, sparse_part.data, self.split)

    def add_product(self, weights: np.ndarray, out: np.ndarray) -> None:
        """Add the sparse part times the first rows of `weights` (d, k) to `out` (n, k)."""
        shape = len(self), self.split, out.shape[1]
        sparse = self.pointers, self.columns, self.values
        _sparsetools.csr_matvecs(*shape, *sparse, weights.ravel(), _view(out))

    def add_transposed(self, d: np.ndarray, out: np.ndarray) -> None:
        """Add the sparse part, transposed, times `d` (n, k) to the first rows of `out` (d, k)."""
        shape = self.split, len(self), d.shape[1]
        sparse = self.pointers, self.columns, self.values
        _sparsetools.csc_matvecs(*shape, *sparse, d.ravel(), _view(out))


def _view(out: np.ndarray) -> np.ndarray:
    return out.reshape(-1, copy=False)  # a copy would swallow what is added to it


def sparse_first(images: np.ndarray) -> tuple[np.ndarray, int, int]:
    """The order of columns of images (n, d) that `arrange` takes, how many of them are always zero
    and how many, those included, make the sparse part; both rounded down, so that what follows is a
    multiple of `COLUMN_MULTIPLE`."""
    lit = np.zeros(images.shape[1], np.int64)
    for start in range(0, len(images), _BLOCK):
        lit += np.count_nonzero(images[start : start + _BLOCK], axis=0)

    def columns(limit: float) -> int:
        others = -(-np.count_nonzero(lit > limit) // COLUMN_MULTIPLE) * COLUMN_MULTIPLE
        return max(len(lit) - others, 0)

    return np.argsort(lit, kind="stable"), columns(0), columns(SPARSE_SHARE * len(images))


def arrange(images: np.ndarray, order: np.ndarray, split: int, dtype: str) -> Pixels:
    """Images (n, d) as `Pixels`, with the sparse values of type `dtype`."""
    dense = np.empty((len(images), len(order) - split), images.dtype)
    blocks = []
    for start in range(0, len(images), _BLOCK):
        rows = slice(start, start + _BLOCK)
        images[rows].take(order[split:], axis=1, out=dense[rows])
        blocks.append(csr_array(images[rows].take(order[:split], axis=1)).astype(dtype))
    sparse = vstack(blocks, format="csr")
    return Pixels(dense, sparse.indptr, sparse.indices, sparse.data, split)

"""Images as a network reads them fastest: the columns that are seldom lit first.

Most pixels of an image are zero, and a product need not visit a column that is zero in all its
rows. With the columns in the order of how many training images light them, the zeros of a row
gather at its front: a batch of 100 images of MNIST needs the last 635 of its 784 columns on
average, and a block of images with the rows sorted as well 420. What is left out is zero, so the
sums are the same.
"""

from dataclasses import dataclass

import numpy as np

GRAIN = 16  # columns are left out by so many: whole cache lines, which products prefer
_BLOCK = 1000  # rows looked at together


@dataclass(frozen=True)
class Arranged:
    """Images with columns in a network's order and rows sorted by how many columns they need.

    images: (n, k). starts: (n,), ascending: the columns before it are zero in that row.
    places: (n,): where each of the images that were given lies.
    """

    images: np.ndarray
    starts: np.ndarray
    places: np.ndarray

    @property
    def dtype(self) -> np.dtype:
        return self.images.dtype

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, rows: slice) -> np.ndarray:
        """The rows of a slice, without the columns that are zero in all of them."""
        return self.images[rows, self.starts[rows.start] :]


def seldom_first(images: np.ndarray) -> tuple[np.ndarray, int]:
    """Columns of images (n, d), those that the fewest images light first, and how many of these
    can be left out for good, as no image lights them."""
    lit = np.zeros(images.shape[1], np.int64)
    for start in range(0, len(images), _BLOCK):
        lit += np.count_nonzero(images[start : start + _BLOCK], axis=0)
    dark = int(np.count_nonzero(lit == 0))
    needed = -(-(len(lit) - dark) // GRAIN) * GRAIN
    return np.argsort(lit, kind="stable"), max(len(lit) - needed, 0)


def arrange(images: np.ndarray, columns: np.ndarray) -> Arranged:
    """These columns of images (n, d), of which the others must be zero, as `Arranged`."""
    starts = np.empty(len(images), np.int64)
    for start in range(0, len(images), _BLOCK):
        rows = slice(start, start + _BLOCK)
        lit = images[rows].take(columns, axis=1) != 0
        starts[rows] = np.where(lit.any(axis=1), lit.argmax(axis=1), len(columns) - 1)
    width = np.minimum(-((starts - len(columns)) // GRAIN) * GRAIN, len(columns))
    starts = len(columns) - width
    order = np.argsort(starts, kind="stable")
    places = np.empty(len(images), np.int64)
    places[order] = np.arange(len(images))
    found = np.empty((len(images), len(columns)), images.dtype)
    for start in range(0, len(images), _BLOCK):
        rows = slice(start, start + _BLOCK)
        found[places[rows]] = images[rows].take(columns, axis=1)
    return Arranged(found, starts[order], places)

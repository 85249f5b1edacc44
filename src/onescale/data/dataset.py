"""The images and labels that a network is trained and tested on.

One small checked container, so that training never meets a shape, a label or a value that it cannot
use. MNIST fills it from memory-mapped files (`onescale.data.fetch`); your own arrays do as well.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from onescale.core.errors import DataError, SpecError


@dataclass(frozen=True)
class Dataset:
    """Training and test sets of one classification problem.

    train_images: (n, d) uint8, read as value / 255, or floats, taken as they are.
    train_labels: (n,) integers from 0 to classes − 1. The same of the test set.
    classes: how many there are; by default the largest label plus one.
    labels: what the classes are called, in order; by default their numbers.
    name, hash: what a run's record says it was trained on; the hash is taken over the arrays'
        bytes when none is given.

    Raises DataError where shapes do not fit, values are not finite or labels are out of range.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    name: str = "arrays"
    classes: int = 0
    hash: str = field(default="", repr=False)
    labels: Sequence[str] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for name in ("train_images", "train_labels", "test_images", "test_labels"):
            object.__setattr__(self, name, np.asarray(getattr(self, name)))
        for part in ("train", "test"):
            _check(part, getattr(self, f"{part}_images"), getattr(self, f"{part}_labels"))
        if self.train_images.shape[1] != self.test_images.shape[1]:
            raise DataError(
                f"training images have {self.train_images.shape[1]} values each and test images "
                f"{self.test_images.shape[1]}; both need the same"
            )
        largest = int(max(self.train_labels.max(), self.test_labels.max()))
        if not self.classes:
            object.__setattr__(self, "classes", max(largest + 1, 2))
        elif largest >= self.classes:
            raise DataError(f"label {largest} is out of range: highest {self.classes - 1}")
        object.__setattr__(self, "labels", tuple(self.labels or map(str, range(self.classes))))
        if not self.hash:
            object.__setattr__(self, "hash", self._digest())

    def hold_out(self, count: int) -> "Dataset":
        """The same without its test set, in whose place stand the last `count` training images.

        Raises SpecError if nothing would be left to train on.
        """
        left = len(self.train_images) - count
        if left < 1:
            raise SpecError(
                f"held_out: {count} of {len(self.train_images)} training images; hold out fewer"
            )
        return Dataset(
            self.train_images[:left],
            self.train_labels[:left],
            self.train_images[left:],
            self.train_labels[left:],
            f"{self.name}, {count} training images held out",
            self.classes,
            hashlib.sha256(f"{self.hash}, last {count} held out".encode()).hexdigest(),
            self.labels,
        )

    def about(self) -> dict[str, Any]:
        """What a run's record says it was trained on, ready for JSON."""
        return {"name": self.name, "hash": self.hash, "test_images": len(self.test_labels)}

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for array in (self.train_images, self.train_labels, self.test_images, self.test_labels):
            digest.update(f"{array.dtype.str}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()


def _check(part: str, images: np.ndarray, labels: np.ndarray) -> None:
    if images.ndim != 2 or labels.ndim != 1 or len(images) != len(labels) or not len(images):
        raise DataError(
            f"{part} images need shape (n, d) and labels (n,), with n at least 1; found "
            f"{images.shape} and {labels.shape}"
        )
    if not np.issubdtype(labels.dtype, np.integer):
        raise DataError(f"{part} labels need to be integers from 0; found {labels.dtype}")
    if labels.min() < 0:
        row = int(labels.argmin())
        raise DataError(f"{part} label {row} is {labels[row]}; labels need to start at 0")
    check_values(images, f"{part} image")


def check_values(images: np.ndarray, what: str) -> None:
    """DataError unless images (n, d) are uint8 or finite floats; `what` is one of them."""
    if images.dtype != np.uint8:
        if not np.issubdtype(images.dtype, np.floating):
            raise DataError(f"{what}s need to be uint8 (0 to 255) or floats; found {images.dtype}")
        finite = np.isfinite(images).all(axis=1)
        if not finite.all():
            row = int(np.argmin(finite))
            raise DataError(f"{what} {row} holds NaN or infinity; remove or mend it first")

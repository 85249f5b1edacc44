"""What a run is fed with: the training images as its steps want them, and the order they come in.

`TrainingData` is made once for all seeds of a variant and checks that the variant fits the data.
Inputs that are zero in every training image at hand (64 of MNIST's 67 such, by whole cache lines)
are left out of training, as their weights get a gradient of exactly zero, and those that few images
light are kept sparse (`nn.sparse`); not with augmentation, which may light them.
"""

from collections.abc import Iterator

import numpy as np

from onescale.core.errors import DataError, SpecError
from onescale.data.dataset import Dataset
from onescale.nn.sparse import Pixels, arrange, sparse_first
from onescale.training.variant import Variant


class TrainingData:
    """Training images and labels of a variant, and what counts as right.

    images: (n, d), or `Pixels` in this `order`. labels: (n,) int64.
    order, always_zero: the inputs in the order that the network keeps them in, (d,), or None for
        their own; the first `always_zero` of these are zero in all images.
    guess: always guessing the commonest training label, as predictions for the test set.
    dataset: the data set, with held-out images for its test set where the variant holds some out;
    test_images: those of its test set, as `images`.

    Raises SpecError or DataError if variant and data do not fit together.
    """

    def __init__(self, variant: Variant, dataset: Dataset) -> None:
        if variant.held_out:
            dataset = dataset.hold_out(variant.held_out)
        _check(variant, dataset)
        self.dataset = dataset
        images = np.asarray(dataset.train_images[: variant.train_images])
        self.labels = dataset.train_labels[: variant.train_images].astype(np.int64)
        self.inputs = images.shape[1]
        self.order, self.always_zero = None, 0
        self.images: np.ndarray | Pixels = images
        self.test_images: np.ndarray | Pixels = dataset.test_images
        if not variant.augment:
            self.order, self.always_zero, split = sparse_first(images)
            self.images, self.test_images = (
                arrange(part, self.order, split, variant.precision)
                for part in (images, dataset.test_images)
            )
        self.scale = 1 / 255 if images.dtype == np.uint8 and not variant.augment else 1.0
        commonest, kind = np.bincount(self.labels).argmax(), np.min_scalar_type(dataset.classes - 1)
        self.guess = np.full(len(dataset.test_labels), commonest, kind)

    def batches(self, indices: np.ndarray) -> Iterator[np.ndarray | Pixels]:
        """The images of each row of indices (steps, batch size); the next may overwrite them."""
        if isinstance(self.images, Pixels):
            return self.images.batches(indices)
        return (self.images.take(chosen, axis=0) for chosen in indices)

    def train_accuracy(self, predictions: np.ndarray) -> float:
        """Fraction of the training labels that predictions (n,), or one for all, meet."""
        return int(np.count_nonzero(predictions == self.labels)) / len(self.labels)

    def test_accuracy(self, predictions: np.ndarray) -> float:
        """The same of the test set."""
        labels = self.dataset.test_labels
        return int(np.count_nonzero(predictions == labels)) / len(labels)


class SharedData:
    """The `TrainingData` of many variants: made once for all of which it would be the same."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.made: dict[tuple, TrainingData] = {}

    def of(self, variant: Variant) -> TrainingData:
        key = variant.held_out, variant.train_images, variant.precision, bool(variant.augment)
        if key not in self.made:
            self.made[key] = TrainingData(variant, self.dataset)
        return self.made[key]


class BatchSampler:
    """Which images each step sees: an endless stream of indices, drawn in blocks."""

    def __init__(self, variant: Variant, images: int, random: np.random.Generator) -> None:
        self.size, self.images, self.random = variant.batch_size, images, random
        self.shuffled = variant.batches == "shuffled"
        self.used = images  # how much of the present epoch's order has been drawn
        self.before = random.bit_generator.state  # the stream before that order was made

    def draw(self, steps: int) -> np.ndarray:
        """Indices, (steps, batch size). Shuffled: every image comes once before any comes again; a
        batch may hold the end of one epoch and the start of the next."""
        if not self.shuffled:
            return self.random.integers(self.images, size=(steps, self.size))
        parts, missing = [], steps * self.size
        while missing:
            if self.used == self.images:
                self._shuffle()
            parts.append(self.order[self.used : self.used + missing])
            self.used += len(parts[-1])
            missing -= len(parts[-1])
        return np.concatenate(parts).reshape(steps, self.size)

    def restore(self, used: int, before: dict) -> None:
        """Go on in an epoch of which `used` indices were drawn (see `before`)."""
        if self.shuffled and used < self.images:
            self.random.bit_generator.state = before
            self._shuffle()
        self.used = used

    def _shuffle(self) -> None:
        self.before = self.random.bit_generator.state
        self.order = self.random.permutation(self.images)
        self.used = 0


def _check(variant: Variant, dataset: Dataset) -> None:
    count, inputs = dataset.train_images.shape
    if variant.train_images and variant.train_images > count:
        raise SpecError(f"train_images: {variant.train_images} of {count}; use at most {count}")
    count, size = variant.train_images or count, variant.batch_size
    if size > count:
        raise SpecError(f"batch_size: {size} of {count} training images; use at most {count}")
    kind = dataset.train_images.dtype
    if variant.augment and (kind != np.uint8 or round(inputs**0.5) ** 2 != inputs):
        raise DataError(f"augment needs square images of uint8; found {inputs} values of {kind}")

"""Arrays as a data set: taken as they come, or refused by name."""

import numpy as np
import pytest

from onescale.core.errors import DataError
from onescale.data.dataset import Dataset


def test_bad_arrays_are_named():
    images, labels = np.ones((5, 3)), np.array([0, 1, 2, 0, 1])
    bad = images.copy()
    bad[3, 1] = np.nan
    for arrays, words in [
        ((bad, labels, images, labels), "train image 3 holds NaN or infinity"),
        ((images, labels, images * np.inf, labels), "test image 0 holds NaN or infinity"),
        ((images, labels[:4], images, labels), r"found \(5, 3\) and \(4,\)"),
        ((images, labels, images[:, :2], labels), "training images have 3 values"),
        ((images, labels - 1, images, labels), "train label 0 is -1"),
        ((images, labels * 1.0, images, labels), "integers from 0; found float64"),
        (
            (images.astype(int), labels, images, labels),
            r"uint8 \(0 to 255\) or floats; found int64",
        ),
    ]:
        with pytest.raises(DataError, match=words):
            Dataset(*arrays)
    with pytest.raises(DataError, match="label 2 is out of range: highest 1"):
        Dataset(images, labels, images, labels, classes=2)


def test_lists_will_do():
    data = Dataset([[0.0, 1.0], [1.0, 0.0]], [1, 0], [[0.0, 1.0]], [1])
    assert data.train_images.shape == (2, 2) and data.classes == 2


def test_classes_have_names_or_their_numbers():
    images, labels = np.zeros((3, 2), np.uint8), np.array([0, 2, 1])
    plain = Dataset(images, labels, images, labels)
    named = Dataset(images, labels, images, labels, labels=["bag", "coat", "boot"])
    assert plain.labels == ("0", "1", "2") and named.labels == ("bag", "coat", "boot")
    assert named.hold_out(1).labels == named.labels and named.hash == plain.hash

"""Images and streams that several tests of training share."""

import numpy as np

from onescale.data.dataset import Dataset


def pictures(train=200, test=60, inputs=40, classes=4, seed=0):
    """Bytes in which a class is a bright patch; in training the first twelve are dark."""
    draw = np.random.default_rng(seed)
    labels = draw.integers(classes, size=train + test)
    images = draw.integers(60, size=(train + test, inputs))
    images[np.arange(train + test), 14 + 3 * labels] = 255
    images[:train, :12] = 0
    images = images.astype(np.uint8)
    return Dataset(images[:train], labels[:train], images[train:], labels[train:])


def stream(seed=1):
    return np.random.Generator(np.random.SFC64(seed))

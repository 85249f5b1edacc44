"""Small data sets of IDX files in a folder."""

import gzip
import hashlib
from pathlib import Path

import numpy as np

from faulty_server import idx

NAMES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}
TRAIN, TEST, SHAPE = 30, 12, (4, 3)


def write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def squares(folder: Path) -> dict:
    """Four IDX files in a folder, and their entry: squares of three sizes in 8 × 8 pixels."""
    draw, counts, arrays = np.random.default_rng(1), (1200, 300), []
    for count in counts:
        labels = draw.integers(3, size=count).astype(np.uint8)
        images = draw.integers(120, size=(count, 8, 8)).astype(np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[: 3 + 2 * label, : 3 + 2 * label] += 60
        arrays += [images, labels]
    folder.mkdir()
    sha256 = {}
    for name, array in zip(NAMES.values(), arrays, strict=True):
        (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
        sha256[name] = hashlib.sha256(idx(array)).hexdigest()
    shape = {"train": counts[0], "test": counts[1], "shape": [8, 8], "classes": 3}
    labels = ["small", "middle", "large"]
    own = {"sources": [str(folder)], "sha256": sha256, "levels": [0.5, 0.6], "labels": labels}
    return own | shape

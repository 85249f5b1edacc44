"""What every run takes each test image for: from its arrays, or from a small file of them alone.

Weights make the arrays of a run large, yet who asks how far an accuracy hangs on the test set, or
what is misread, needs the predictions alone. `pack` keeps those: the class predicted minus the
label, modulo the number of classes, so that what is right is 0, image by image with all its seeds
together. Most are 0, and an image that one run misreads is misread by many, so that a run of
10,000 images takes less than a thousandth of what its weights do. `results/published` holds these
files where the arrays are left out, and `read` finds either.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from onescale.core import archives
from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError
from onescale.data.dataset import Dataset
from onescale.runs.record import Record

FOLDER = "predictions"  # beside the folder of the run files


def read(record: Record, data: Dataset) -> np.ndarray:
    """Classes predicted for the test images of `data`, (seeds, images), in the order of the runs.

    Raises DataError where they are missing, cut short or belong to other data.
    """
    if record.dataset.get("hash") != data.hash:
        raise DataError(f"{record.path}: trained on other data than {data.name}; give its --data")
    path = record.path.with_suffix(".npz")
    packed = record.path.absolute().parent.parent / FOLDER / path.name
    small = packed.exists() and not path.exists()
    path = packed if small else path
    try:
        with archives.opened(path) as arrays:
            predicted = _unpacked(arrays, data) if small else arrays
            found = np.array([predicted[f"seed{seed}.test_predictions"] for seed in record.runs])
    except (OSError, KeyError, ValueError) as error:
        raise DataError(
            f"{path}: no predictions as 'onescale train' writes them beside a run ({error})"
        ) from None
    if found.shape[1:] != data.test_labels.shape:
        raise DataError(
            f"{path}: predictions of {found.shape[1]} images, the test set has "
            f"{len(data.test_labels)}"
        )
    return found


def worst(predicted: np.ndarray, labels: np.ndarray, most: int) -> Iterator[tuple[int, int, int]]:
    """The images that most seeds misread, worst first: (index, what most of these take it for, how
    many they are). predicted: (seeds, images), as of `read`."""
    wrong = (predicted != labels).sum(axis=0)
    order = np.argsort(-wrong, kind="stable")[:most]
    for index in order[wrong[order] > 0]:
        taken = Counter(predicted[predicted[:, index] != labels[index], index].tolist())
        yield int(index), taken.most_common(1)[0][0], int(wrong[index])


def pack(record: Record, data: Dataset, path: Path) -> None:
    """Write the predictions of all runs of a record to `path` (.npz), the small way.

    Raises DataError as `read` does.
    """
    found = read(record, data).T.astype(np.int64) - data.test_labels[:, None]
    with atomic_write(path, "wb") as stream:
        np.savez_compressed(
            stream,
            seeds=np.array(list(record.runs)),
            classes=np.array(data.classes),
            offsets=(found % data.classes).astype(np.uint8),
        )


def _unpacked(arrays, data: Dataset) -> dict[str, np.ndarray]:
    """The predictions in a small file, by the names that the arrays of a run have."""
    offsets = arrays["offsets"].T.astype(np.int64)
    labels = data.test_labels if offsets.shape[1:] == data.test_labels.shape else 0
    found = ((offsets + labels) % arrays["classes"]).astype(np.uint8)
    return {f"seed{s}.test_predictions": row for s, row in zip(arrays["seeds"], found, strict=True)}

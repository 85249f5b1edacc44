"""The entry of `datasets:` in the configuration, from the files of a data set or from its arrays.

What would else be worked out by hand: which file is which, how many images of what shape, how many
classes, and the SHA-256 of each file.
"""

import gzip
import hashlib
import math
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from onescale.core import archives
from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError
from onescale.data.dataset import Dataset
from onescale.data.idx import ROLES, TYPES, role_of, whole

FILES = {
    role: f"{role.replace('_', '-')}-idx{3 if 'images' in role else 1}-ubyte" for role in ROLES
}
# What the arrays of an .npz may be called, in the order of ROLES: as ours are, as Keras' are.
_NAMES = (ROLES, ("x_train", "y_train", "x_test", "y_test"))
Entry = dict[str, Any]


def of_folder(folder: str | Path) -> Entry:
    """The entry of four IDX files, gzipped or not. Raises DataError, naming the file, for what is
    missing or none."""
    folder = Path(folder)
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder")
    files: dict[str, Path] = {}
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        if role := role_of(path.name):
            files.setdefault(role, path)
    if missing := [role.replace("_", " ") for role in ROLES if role not in files]:
        raise DataError(
            f"{folder}: no file of the {', the '.join(missing)}; their names are to say it, "
            f"as MNIST's do: {FILES['train_images']}, or test-labels.gz"
        )
    read = {role: _read(path) for role, path in files.items()}
    for part in ("train", "test"):
        images, labels = (read[f"{part}_{kind}"][1][0] for kind in ("images", "labels"))
        if images != labels:
            raise DataError(
                f"{folder}: {images:,} {part} images ({files[f'{part}_images'].name}) and "
                f"{labels:,} labels ({files[f'{part}_labels'].name})"
            )
    kind, (train, *shape), _ = read["train_images"]
    if read["test_images"][:2] != (kind, (read["test_images"][1][0], *shape)):
        raise DataError(f"{folder}: training and test images differ in shape or type")
    largest = max(max(read[f"{part}_labels"][2][8:]) for part in ("train", "test"))
    entry = {
        "sources": [str(folder)],
        "train": train,
        "test": read["test_images"][1][0],
        "shape": shape if len(shape) == 2 else [1, *shape],
        "classes": largest + 1,
        "sha256": {
            files[role].name.removesuffix(".gz"): hashlib.sha256(read[role][2]).hexdigest()
            for role in ROLES
        },
    }
    return entry if kind == "uint8" else entry | {"type": kind}


def of_archive(path: str | Path, folder: str | Path) -> Entry:
    """The entry of an .npz of arrays, which become IDX files in `folder`. Raises DataError where
    they are not train_images, train_labels, test_images, test_labels, or x_train and so on."""
    if not Path(path).is_file():
        raise DataError(f"{path}: no such file")
    try:
        with archives.opened(path) as held:
            arrays = {name: held[name] for name in held.files}
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: no NumPy archive (.npz): {error}") from None
    names = next((names for names in _NAMES if set(names) <= arrays.keys()), None)
    if names is None:
        told = " nor ".join(", ".join(names) for names in _NAMES)
        raise DataError(f"{path}: holds {', '.join(arrays) or 'nothing'}; neither {told}")
    try:
        return of_arrays(
            {role: arrays[name] for role, name in zip(ROLES, names, strict=True)}, folder
        )
    except DataError as error:
        raise DataError(f"{path}: {error}") from None


def of_arrays(arrays: Mapping[str, np.ndarray], folder: str | Path) -> Entry:
    """The same of arrays by their roles: images (n, rows, columns) or (n, values), uint8 or floats;
    labels (n,) from 0 to 255. Raises DataError, and writes nothing, where they are something else.
    """
    arrays = {role: np.asarray(arrays[role]) for role in ROLES}
    train, test = arrays["train_images"], arrays["test_images"]
    for part, images in (("train", train), ("test", test)):
        if images.ndim not in (2, 3) or not images.size:
            raise DataError(
                f"{part} images: shape (n, values) or (n, rows, columns) is needed; "
                f"found {images.shape}"
            )
    if (train.shape[1:], train.dtype == np.uint8) != (test.shape[1:], test.dtype == np.uint8):
        raise DataError(f"training and test images differ: {_told(train)} and {_told(test)}")
    flat = {
        "train_images": train.reshape(len(train), -1),
        "test_images": test.reshape(len(test), -1),
    }
    # All else is as it is for training: held to the same, with labels that are bytes.
    data = Dataset(**arrays | flat, classes=256, hash="not needed")
    if not data.train_labels.any() and not data.test_labels.any():
        raise DataError("all labels are 0; at least two classes can be told apart")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for role, array in arrays.items():
        shape = ()
        if role.endswith("images"):
            shape = array.shape[1:] if array.ndim == 3 else (1, array.shape[1])
        else:
            array = array.astype(np.uint8)
        with atomic_write(folder / FILES[role], "wb") as stream:
            stream.write(whole(array, shape))
    return of_folder(folder)


def _told(array: np.ndarray) -> str:
    return f"{array.dtype} of shape {array.shape}"


def _read(path: Path) -> tuple[str, tuple[int, ...], bytes]:
    """Type, dimensions and unzipped bytes of an IDX file."""
    try:
        with open(path, "rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            stream = gzip.GzipFile(fileobj=file) if packed else file
            data = stream.read(16)
            kind, dimensions, expected = _dimensions(path, data)
            parts, left = [data], expected + 1 - len(data)
            # No more than it says, whatever a packed file would unfold to.
            while left > 0 and (part := stream.read(min(left, 1 << 24))):
                parts, left = [*parts, part], left - len(part)
            data = b"".join(parts)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: {error}") from None
    if len(data) != expected or not dimensions[0]:
        told, more = " × ".join(map(str, dimensions)), " or more" * (len(data) > expected)
        raise DataError(f"{path}: {len(data):,} bytes{more}, and {told} would be {expected:,}")
    return kind, dimensions, data


def _dimensions(path: Path, head: bytes) -> tuple[str, tuple[int, ...], int]:
    """Type, dimensions and size in bytes of an IDX file, by its first 16."""
    kinds = {code: (kind, stored) for kind, (code, stored) in TYPES.items()}
    if head[:2] != b"\0\0" or len(head) < 8 or head[2] not in kinds or not 1 <= head[3] <= 3:
        raise DataError(f"{path}: not an IDX file of bytes or doubles")
    kind, stored = kinds[head[2]]
    dimensions = struct.unpack_from(f">{head[3]}I", head.ljust(16, b"\0"), 4)
    return kind, dimensions, 4 + 4 * head[3] + stored.itemsize * math.prod(dimensions)

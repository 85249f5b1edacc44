"""IDX files, the format of MNIST and its kin: what a set of four is, and whether a file is of it.

A file is believed for its SHA-256 alone; the header is looked at first because it says in plain
words what is wrong (the images of another data set, a type of four bytes, a file cut short).
Nothing is unzipped past the size that the description of the data set gives.
"""

import gzip
import hashlib
import io
import math
import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np

from onescale.core.errors import SpecError, suggest
from onescale.core.settings import closed

ROLES = ("train_images", "train_labels", "test_images", "test_labels")
SLACK = 2**20  # bytes by which a gzip file may exceed what it holds
# The types that are read, by what the configuration calls them: IDX's code, and as it is stored.
TYPES = {"uint8": (0x08, np.dtype("u1")), "float64": (0x0E, np.dtype(">f8"))}


@dataclass(frozen=True)
class IdxSpec:
    """What a data set in four IDX files is, and where it may be had.

    sha256: file name, without .gz, to the SHA-256 of the unzipped bytes, so that any mirror's
        compression serves; or of the .gz, where only that is published. A name says what the file
        holds: train or t10k or test, images or labels.
    sources: folders and http(s) addresses that hold the files, in the order in which to try them.
    train, test: number of images. shape: (rows, columns) of each; of a table, (1, features).
    classes: number of labels. type: of the images' values, uint8 or float64.
    labels: what the classes are called, in order; none: by their numbers.
    """

    name: str
    sha256: Mapping[str, str]
    sources: Sequence[str] = ()
    train: int = 60_000
    test: int = 10_000
    shape: Sequence[int] = (28, 28)
    classes: int = 10
    labels: Sequence[str] = ()
    type: str = "uint8"
    files: Mapping[str, str] = field(init=False, repr=False)  # role → file name

    def __post_init__(self) -> None:
        check_name(self.name)
        for key, of in (("sources", str), ("labels", str), ("shape", int)):
            given = getattr(self, key)
            if not isinstance(given, list | tuple) or not all(isinstance(one, of) for one in given):
                what = "whole numbers" if of is int else "texts"
                raise SpecError(f"{self.name}: {key} is a list of {what}")
        for file, digest in self.sha256.items():
            if not re.fullmatch(r"[0-9a-f]{64}", str(digest)):
                raise SpecError(f"{self.name}: sha256 of {file} needs 64 hexadecimal digits")
        object.__setattr__(self, "files", _roles(self.name, self.sha256))
        object.__setattr__(self, "shape", tuple(self.shape))
        sizes = (self.train, self.test, self.classes, *self.shape)
        if len(self.shape) != 2 or not all(type(n) is int and n > 0 for n in sizes):
            raise SpecError(
                f"{self.name}: train, test, classes and the two numbers of shape are positive "
                f"whole numbers; found {', '.join(map(str, sizes))}"
            )
        if max(sizes) >= 1 << 32:  # which the headers of such files cannot say
            raise SpecError(f"{self.name}: {max(sizes):.3g} is more than such files hold")
        if not isinstance(self.type, str) or self.type not in TYPES:
            raise SpecError(f"{self.name}: type: {suggest(str(self.type), TYPES)}")
        if self.labels and len(self.labels) != self.classes:
            raise SpecError(f"{self.name}: {len(self.labels)} labels of {self.classes} classes")

    @classmethod
    def from_mapping(cls, name: str, mapping: Mapping) -> "IdxSpec":
        """The spec that an entry of `datasets:` describes (its `levels` are not of the files);
        SpecError names what cannot be meant."""
        if isinstance(mapping, Mapping):
            mapping = {key: value for key, value in mapping.items() if key != "levels"}
        closed(mapping, [f.name for f in fields(cls) if f.init and f.name != "name"], name)
        if not isinstance(mapping.get("sha256"), Mapping):
            raise SpecError(f"{name}: sha256 is missing; it maps four file names to their digests")
        return cls(name, **mapping)

    def dimensions(self, role: str) -> tuple[int, ...]:
        """Shape of the array that the file of `role` holds."""
        n = self.train if role.startswith("train") else self.test
        return (n, *self.shape) if role.endswith("images") else (n,)

    def type_of(self, role: str) -> str:
        """What the values of the file of `role` are."""
        return self.type if role.endswith("images") else "uint8"

    def size(self, role: str) -> int:
        """Bytes of the unzipped file of `role`."""
        dimensions = self.dimensions(role)
        size = TYPES[self.type_of(role)][1].itemsize
        return len(header(dimensions)) + size * math.prod(dimensions)

    def digest(self, role: str) -> str:
        """The SHA-256 that the file of `role` has to have."""
        file = self.files[role]
        return self.sha256.get(file) or self.sha256[f"{file}.gz"]


def check_name(name: str) -> None:
    """SpecError unless `name` can name a data set, and the folders of its files and results."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise SpecError(f"data set name {name!r}: use a–z, 0–9, - and _")


def role_of(file: str) -> str | None:
    """Which of the four a file is, by its name; None if it does not say."""
    part = "train" if "train" in file else "test" if re.search("t10k|test", file) else ""
    kind = "images" if "images" in file else "labels" if "labels" in file else ""
    return f"{part}_{kind}" if part and kind else None


def _roles(name: str, sha256: Mapping[str, str]) -> dict[str, str]:
    files = {}
    for file in sha256:
        role = role_of(file)
        if role is None or role in files:
            raise SpecError(f"{name}: sha256: {file!r} does not say which of the four files it is")
        files[role] = file.removesuffix(".gz")
    if missing := [role for role in ROLES if role not in files]:
        raise SpecError(f"{name}: sha256: none for {', '.join(missing)}")
    return files


class Refused(Exception):
    """A file cannot be used, for the reason given.

    again: asking once more may help. unreachable: its source has no other file either.
    absent: its source is there but has no such file.
    """

    def __init__(self, reason: str, *, again=False, unreachable=False, absent=False) -> None:
        super().__init__(reason)
        self.again, self.unreachable, self.absent = again, unreachable, absent


def header(dimensions: tuple[int, ...], kind: str = "uint8") -> bytes:
    """The bytes that an IDX file opens with: type, rank and dimensions."""
    ndim = len(dimensions)
    return struct.pack(f">BBBB{ndim}I", 0, 0, TYPES[kind][0], ndim, *dimensions)


def whole(array: np.ndarray, shape: Sequence[int] = ()) -> bytes:
    """An IDX file of uint8 or float64 values, (n,) or with a shape (n, rows × columns)."""
    kind = "uint8" if array.dtype == np.uint8 else "float64"
    return header((len(array), *shape), kind) + array.astype(TYPES[kind][1]).tobytes()


def digest(array: np.ndarray, shape: Sequence[int] = ()) -> str:
    """The SHA-256 of such a file, without a copy of values that are bytes."""
    kind = "uint8" if array.dtype == np.uint8 else "float64"
    sha256 = hashlib.sha256(header((len(array), *shape), kind))
    sha256.update(np.ascontiguousarray(array, TYPES[kind][1]))
    return sha256.hexdigest()


def read(path: Path, spec: IdxSpec, role: str, name: str = "") -> tuple[np.ndarray, str]:
    """Array and SHA-256 of the IDX file at `path`, gzipped or not.

    The array is uint8 or float64, (n, rows × columns) for images and (n,) for labels; the SHA-256
    is that of the unzipped bytes. Raises Refused if it is not the file that `spec` describes;
    `name` is what its message calls it.
    """
    name = name or path.name
    size = spec.size(role)
    try:
        if path.stat().st_size > size + SLACK:
            raise Refused(f"{name}: larger than the {size:,} bytes it should unzip to")
        raw = path.read_bytes()
        data = raw
        if raw[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as stream:
                data = stream.read(size + 1)
    except EOFError:
        raise Refused(f"{name}: the gzip stream is cut short", again=True) from None
    except (zlib.error, gzip.BadGzipFile) as error:
        raise Refused(f"{name}: the gzip stream is broken ({error})", again=True) from None
    except OSError as error:
        raise Refused(f"{name}: {error.strerror or error}") from None
    _check_idx(name, data, spec, role)
    digest = hashlib.sha256(data).hexdigest()
    if spec.digest(role) not in (digest, hashlib.sha256(raw).hexdigest()):
        raise Refused(
            f"{name}: SHA-256 is {digest[:12]}…, and that of {spec.name} is "
            f"{spec.digest(role)[:12]}…"
        )
    n, *pixels = spec.dimensions(role)
    stored = TYPES[spec.type_of(role)][1]
    offset = len(header(spec.dimensions(role)))
    array = np.frombuffer(data, stored, offset=offset).astype(stored.newbyteorder("="), copy=False)
    return array.reshape((n, math.prod(pixels)) if pixels else n), digest


def _check_idx(name: str, data: bytes, spec: IdxSpec, role: str) -> None:
    dimensions, size, code = spec.dimensions(role), spec.size(role), TYPES[spec.type_of(role)][0]
    if len(data) < 4 or data[:2] != b"\0\0" or not 1 <= data[3] <= 4:
        raise Refused(f"{name}: not an IDX file (it begins with {data[:12]!r})")
    if data[2] != code:
        said = {0x08: "unsigned bytes (0x08)", 0x0E: "doubles (0x0e)"}[code]
        raise Refused(f"{name}: IDX type 0x{data[2]:02x}, not {said}")
    expected = " × ".join(map(str, dimensions))
    held = struct.unpack_from(f">{data[3]}I", data.ljust(4 + 4 * data[3], b"\0"), 4)
    if held != dimensions:
        raise Refused(f"{name}: holds {' × '.join(map(str, held))}, expected {expected}")
    if len(data) < size:
        raise Refused(f"{name}: cut short, {len(data):,} of {size:,} bytes", again=True)
    if len(data) > size:
        raise Refused(f"{name}: unzips past its known size of {size:,} bytes")

"""MNIST, or any data set in the same IDX files: from whichever source serves it to arrays on disk.

Why so careful: every number of a comparison rests on these bytes. A data set is described by the
SHA-256 of its four files, so it does not matter who serves them: the folder bundled with the
project, a mirror, a colleague's disk. Sources are tried in turn; each file is taken from the first
that has it right, and what was wrong elsewhere is said. Nothing unpacks past its known size.

The cache is four `.npy` files and a `dataset.json` that is written last and names what the others
are: without it there is no cache. Training jobs map the images into memory, so that any number of
jobs share one copy. The choice of data set is left to the configuration.
"""

import contextlib
import hashlib
import itertools
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

try:
    import fcntl
except ImportError:  # no such locks on Windows
    fcntl = None

from onescale.core.atomic import Together, atomic_write
from onescale.core.errors import DataError, SourceError, SpecError
from onescale.core.json_files import ANY, parse_json, require_shape, strict_json
from onescale.core.text import without_password
from onescale.core.text_files import read_text
from onescale.data.dataset import Dataset
from onescale.data.download import retrieve
from onescale.data.idx import ROLES, SLACK, IdxSpec, Refused, digest, read

_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
_SOURCES = (
    "data/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
    "https://ossci-datasets.s3.amazonaws.com/mnist",
)
MNIST = IdxSpec("mnist", _SHA256, _SOURCES)
_ABOUT = {
    **ANY,
    **dict.fromkeys(("name", "hash", "type"), str),
    **dict.fromkeys(("classes", "train", "test"), int),
    **{"shape": [int], "labels": [str], "sha256": {...: str}},
}
CACHED = ("dataset.json", *(f"{role}.npy" for role in ROLES))


@dataclass(frozen=True)
class Patience:
    """How often and how long a server is asked: 1 + `retries` times, `pause` seconds apart, then
    twice that and so on; `timeout` is how many seconds it may be silent."""

    retries: int = 2
    timeout: float = 10.0
    pause: float = 0.5


def fetch(
    output: str | os.PathLike,
    spec: IdxSpec = MNIST,
    sources: Sequence[str] | None = None,
    patience: Patience = Patience(),
    report: Callable[[str], None] = lambda line: None,
) -> list[str]:
    """Fill the cache folder `output` from the first of `sources` (default: the spec's) that serves.

    A file that one source lacks or has wrong is looked for at the next; `report` is told, a line
    each. The cache appears as a whole, also where an older one stood; processes that fetch at once
    wait for one another, and take what was fetched meanwhile.

    Returns the sources that were used, none if another process had. Raises SourceError, listing
    every source and its reason, when a file is to be had from none: then what was in `output` is as
    it was.
    """
    output = Path(output)
    output.mkdir(parents=True, exist_ok=True)
    tell, report = report, lambda line: tell(without_password(line))
    search = _Search(spec, output / "downloads", patience, report)
    arrays: dict[str, np.ndarray] = {}
    digests: dict[str, str] = {}
    used, failures = [], []
    with _one_at_a_time(output, report) as waited:
        if waited and _holds(output, spec):
            return []
        for source in spec.sources if sources is None else sources:
            report(f"{spec.name}: trying {source}")
            reasons = []
            for role in (role for role in ROLES if role not in arrays):
                try:
                    arrays[role], digests[role] = search.take(source, role)
                except Refused as error:
                    reasons.append(str(error))
                    if error.unreachable:
                        break
                else:
                    used += [source] if source not in used else []
            if len(arrays) == len(ROLES):
                _check_labels(spec, arrays)
                _install(output, spec, arrays, digests)
                return used
            failures.append(without_password(f"{source}: {'; '.join(reasons)}"))
            report(f"{spec.name}: {failures[-1]}")
    listed = "".join(f"\n  {line}" for line in failures) or " it names none"
    raise SourceError(f"no source could supply {spec.name}:{listed}")


def load(cache: str | os.PathLike = "data/cache/mnist") -> Dataset:
    """The data set in a cache folder; images (n, rows × columns) uint8, mapped into memory.

    All of it is held against its SHA-256 (40 ms for MNIST), since a record says by its hash what
    was read. Raises DataError where there is no cache, or one of which a bit is not as it was.
    """
    cache = Path(cache)
    try:
        about = parse_json(read_text(cache / "dataset.json"))
        require_shape(about, _ABOUT, "dataset.json")
        shape, kind = tuple(about["shape"]), np.dtype(about.get("type", "uint8"))
        if len(shape) != 2 or not 2 <= about["classes"] <= 256:
            raise ValueError("dataset.json tells no shape of two, or no number of classes")
        arrays = {}
        for role in ROLES:
            images, count = role.endswith("images"), about[role.partition("_")[0]]
            of_role = (count, shape[0] * shape[1]) if images else (count,)
            array = np.load(cache / f"{role}.npy", mmap_mode="r", allow_pickle=False)
            ends = array.offset + array.nbytes == (cache / f"{role}.npy").stat().st_size
            as_told = array.shape == of_role and (not images or array.dtype == kind)
            if not (ends and as_told and digest(array, shape * images) == about["sha256"][role]):
                raise ValueError(f"{role}.npy is not what dataset.json says")
            arrays[role] = array if images else np.array(array)
        if about["hash"] != _combined(about["sha256"]):
            raise ValueError("dataset.json has another hash than its files")
        told = {key: about[key] for key in ("name", "classes", "hash")}
        return Dataset(**arrays, **told, labels=about.get("labels", ()))
    except FileNotFoundError as error:
        reason = f"no data set here ({Path(error.filename).name} is missing)"
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"the cache is damaged ({error})"
    raise DataError(f"{cache}: {reason}; make it with `onescale mnist fetch -o {cache}`")


@dataclass(frozen=True)
class _Search:
    """Where the files of a data set are looked for."""

    spec: IdxSpec
    downloads: Path
    patience: Patience
    report: Callable[[str], None]

    def take(self, source: str, role: str) -> tuple[np.ndarray, str]:
        """Array and SHA-256 of the IDX bytes of one file from one source; Refused says why not."""
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", source)
        if scheme is None:
            return self._from_folder(Path(source).expanduser(), role)
        if scheme[1].lower() not in ("http", "https"):
            raise Refused(f"{scheme[1]}:// is neither http(s) nor a folder", unreachable=True)
        url = f"{source.rstrip('/')}/{self.spec.files[role]}"
        try:
            return self._from_url(f"{url}.gz", role)
        except Refused as error:
            if error.absent:
                with contextlib.suppress(Refused):  # it may be there unzipped
                    return self._from_url(url, role)
            raise

    def _from_folder(self, folder: Path, role: str) -> tuple[np.ndarray, str]:
        if not folder.is_dir():
            raise Refused("no such folder", unreachable=True)
        bare = self.spec.files[role]
        for name in (f"{bare}.gz", bare, bare.replace("-idx", ".idx")):
            if (folder / name).is_file():
                return read(folder / name, self.spec, role)
        raise Refused(f"{bare}.gz is missing")

    def _from_url(self, url: str, role: str) -> tuple[np.ndarray, str]:
        spec, patience, name = self.spec, self.patience, url.rsplit("/", 1)[1]
        # The whole address is in the name: what one mirror served is never taken for another's.
        kept = self.downloads / f"{hashlib.sha256(url.encode()).hexdigest()[:12]}-{name}"
        if kept.exists():
            with contextlib.suppress(Refused):
                return read(kept, spec, role)
        for attempt in itertools.count():
            try:
                retrieve(url, kept, spec.size(role) + SLACK, patience.timeout)
                return read(kept, spec, role, name)
            except Refused as error:
                kept.unlink(missing_ok=True)
                if not error.again or attempt >= patience.retries:
                    raise
                wait = patience.pause * 2**attempt
                self.report(f"{spec.name}: {url}: {error}; trying again in {wait:g} s")
                time.sleep(wait)


@contextlib.contextmanager
def _one_at_a_time(folder: Path, report: Callable[[str], None]) -> Iterator[bool]:
    """Hold the folder's lock; the system lets it go when a process dies, however it dies. Gives
    whether another held it before."""
    waited = False
    if fcntl is None:  # renames alone have to do
        yield waited
        return
    with open(folder / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(f"another process is filling {folder}; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
            waited = True
        for left_over in folder.glob(".*.part"):  # of a process that was killed
            left_over.unlink(missing_ok=True)
        yield waited


def _holds(cache: Path, spec: IdxSpec) -> bool:
    """Whether a cache is whole and of the files that a spec describes, by the hashes of both."""
    try:
        data = load(cache)
    except DataError:
        return False
    expected = _combined({role: spec.sha256[file] for role, file in spec.files.items()})
    labels = tuple(spec.labels) or data.labels
    told = data.name, data.hash, data.classes, data.labels
    return told == (spec.name, expected, spec.classes, labels)


def _check_labels(spec: IdxSpec, arrays: dict) -> None:
    largest = max(int(arrays[role].max()) for role in ("train_labels", "test_labels"))
    if largest >= spec.classes:
        raise SpecError(
            f"{spec.name}: classes is {spec.classes}, but labels go up to {largest}; set it to "
            f"{largest + 1}"
        )


def _combined(digests: dict[str, str]) -> str:
    """The hash of a data set, from the SHA-256 of its files."""
    return hashlib.sha256("".join(f"{r} {digests[r]}\n" for r in ROLES).encode()).hexdigest()


def _install(folder: Path, spec: IdxSpec, arrays: dict, digests: dict) -> None:
    """Write all aside, then rename; dataset.json goes first and comes last. If it says the same as
    before it stays, so that whoever loads the cache meanwhile always finds one."""
    about = {
        "name": spec.name,
        "hash": _combined(digests),
        "classes": spec.classes,
        "labels": list(spec.labels),
        "shape": list(spec.shape),
        "type": spec.type,
        "train": spec.train,
        "test": spec.test,
        "sha256": digests,
    }
    told, text = folder / "dataset.json", strict_json(about)
    with Together() as together:
        for role in ROLES:
            with atomic_write(folder / f"{role}.npy", "wb", together=together) as stream:
                np.save(stream, arrays[role], allow_pickle=False)
        with atomic_write(told, together=together) as stream:
            stream.write(text)
        if told.exists() and told.read_bytes() != text.encode():
            told.unlink()

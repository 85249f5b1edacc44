"""Where a killed training run goes on.

A checkpoint holds all that the rest of a run depends on, under a key that says what it belongs to:
variant, data, seed, versions and the code itself. One that belongs to anything else, or that is cut
short or damaged (the archive has a checksum for each part), is never used: `load` says why, and the
run starts again. Files are written whole or not at all, so an orphan of a killed workflow and its
successor may share a folder: they write the same bits. They are removed only when the records of
all seeds are written, by whoever asked for the training.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from onescale.core import archives
from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError, OnescaleError
from onescale.core.provenance import versions
from onescale.data.dataset import Dataset
from onescale.nn import optimizer_file
from onescale.training.variant import Variant

# What the bits of a run depend on; a change in any of them makes older checkpoints void.
_SOURCES = ("nn/*.py", "data/augment.py", "training/batches.py", "training/checkpoints.py")
_SOURCES += ("training/clock.py", "runs/crossing.py")
_SOURCES += ("training/network.py", "training/trainer.py", "training/variant.py")


class Unusable(OnescaleError):
    """A checkpoint that cannot be gone on from; the message says why."""


@cache
def code_version() -> str:
    """SHA-256 of the sources that training runs through, abridged."""
    root, digest = Path(__file__).parents[1], hashlib.sha256()
    for path in sorted(path for pattern in _SOURCES for path in root.glob(pattern)):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def run_key(variant: Variant, data: Dataset) -> dict:
    """All that the bits of a run depend on, but for its seed."""
    blas = [info for info in threadpool_info() if info["user_api"] == "blas"]
    return {
        "variant": variant.to_mapping(),
        "version of its optimiser": optimizer_file.digest(variant.optimizer),
        "data set": data.hash,
        "version of the code": code_version(),
        "set of versions": versions(),
        "processor": [info.get("architecture") for info in blas],
    }


class CheckpointStore:
    """The checkpoints of a variant's runs in a folder; with folder None, there are none.

    A file holds facts (anything JSON can hold), arrays, and the key they belong to.
    """

    def __init__(self, folder: str | Path | None, variant: Variant, data: Dataset) -> None:
        self.folder = None if folder is None else Path(folder)
        self.name, self.paths, self.key = variant.name, [], run_key(variant, data)

    def path(self, seed: int) -> Path:
        return self.folder / f"{self.name}.seed{seed}.npz"

    def save(self, seed: int, facts: dict, arrays: dict[str, np.ndarray]) -> None:
        """Keep the state of one run in place of its last. Raises DataError if it cannot be written,
        as on a full disk; the last one then stays."""
        if self.folder is None:
            return
        path = self.path(seed)
        content = json.dumps({"key": self.key | {"seed": seed}, "facts": facts})
        try:
            with atomic_write(path, "wb") as stream:
                np.savez(stream, **arrays, checkpoint=np.array(content))
        except OSError as error:
            raise DataError(
                f"{path}: cannot write a checkpoint: {error.strerror or error}; mend that and run "
                "again, and training goes on from the last one"
            ) from None
        self.paths.append(path)

    def load(self, seed: int) -> tuple[dict, dict[str, np.ndarray]] | None:
        """(facts, arrays) of one run as saved, or None if there is no checkpoint.

        Raises Unusable if it is damaged or belongs to something else.
        """
        if self.folder is None or not self.path(seed).exists():
            return None
        path = self.path(seed)
        try:
            with archives.opened(path) as archive:
                arrays = {name: archive[name] for name in archive.files}
            content = json.loads(str(arrays.pop("checkpoint")))
            facts, key = content["facts"], content["key"]
        except Exception as error:  # zipfile, zlib, NumPy and JSON each have their own
            raise Unusable(f"checkpoint {path} is damaged ({error})") from None
        for part, wanted in (self.key | {"seed": seed}).items():
            if key.get(part) != wanted:
                raise Unusable(f"checkpoint {path} belongs to another {part}")
        self.paths.append(path)
        return facts, arrays

    def remove(self) -> None:
        """Forget the checkpoints of runs that are done."""
        for path in self.paths:
            path.unlink(missing_ok=True)

"""Where a killed search goes on: every finished run of its trials, a line each.

A trial is short beside a search, so what is kept is whole runs. A line is added when a run is
done and is on the disk before the next begins; one that a kill cut short is passed over. A run is
kept under all that it depends on: variant, seed, data, versions and code (as checkpoints are), so
that a search that was changed still finds those of its runs that were not. The file is removed when
the search is written.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError
from onescale.data.dataset import Dataset
from onescale.training.checkpoints import run_key
from onescale.training.variant import Variant


class Journal:
    """The finished runs of a search, in a file or, with folder None, in memory alone.

    Raises DataError, naming the file, where it cannot be written.
    """

    def __init__(self, folder: str | Path | None, name: str, data: Dataset) -> None:
        self.path = Path(folder, f"{name}.search.jsonl") if folder is not None else None
        self.data = data
        self.entries = self._read() if self.path else {}
        if self.path:  # anew, without what cannot be used
            with _told(self.path), atomic_write(self.path) as stream:
                stream.writelines(map(_line, self.entries.items()))

    def run(
        self, variant: Variant, seed: int, train: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """What `train` gives, or gave before for this variant and seed."""
        key = self._key(variant, seed)
        if key not in self.entries:
            self.entries[key] = train()
            self._append(key)
        return self.entries[key]

    def remove(self) -> None:
        """Forget the runs of a search that is done."""
        if self.path:
            self.path.unlink(missing_ok=True)

    def _key(self, variant: Variant, seed: int) -> str:
        about = run_key(variant, self.data) | {"seed": seed}
        return hashlib.sha256(json.dumps(about).encode()).hexdigest()

    def _read(self) -> dict[str, dict[str, Any]]:
        entries = {}
        with suppress(FileNotFoundError), _told(self.path), open(self.path, "rb") as stream:
            for line in stream:
                with suppress(ValueError, TypeError):  # cut short
                    key, entry = json.loads(line)
                    entries[key] = entry
        return entries

    def _append(self, key: str) -> None:
        if self.path is None:
            return
        with _told(self.path), open(self.path, "a", encoding="utf-8") as stream:
            stream.write(_line((key, self.entries[key])))
            stream.flush()
            os.fsync(stream.fileno())


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say of a disk that is full, or a folder that may not be written, what it hinders."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f"{path}: finished trials cannot be kept: {reason}") from None


def _line(item: tuple[str, dict[str, Any]]) -> str:
    return json.dumps(item, allow_nan=False) + "\n"

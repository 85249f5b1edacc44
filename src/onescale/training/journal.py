"""Where a killed search goes on: every finished run of its trials, as a checkpoint of its own.

A trial is short beside a search, so what is kept is whole runs, each when it is done. A run is
found again by all that it depends on (variant, seed, data, versions and code, as of every
checkpoint), so that a search that was changed still finds those of its runs that were not. They are
removed when the search is written.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from onescale.data.dataset import Dataset
from onescale.training.checkpoints import CheckpointStore, Unusable
from onescale.training.variant import Variant


class Journal:
    """The finished runs of a search, in a folder; with folder None, none is kept."""

    def __init__(self, folder: str | Path | None, name: str, data: Dataset) -> None:
        self.folder, self.name, self.data = folder, name, data

    def run(
        self, variant: Variant, seed: int, train: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """What `train` gives, or gave before for this variant and seed. Raises DataError where it
        cannot be kept."""
        store = CheckpointStore(self.folder, variant, self.data)
        digest = hashlib.sha256(json.dumps(store.key).encode()).hexdigest()
        store.name = f"{self.name}.{digest[:20]}"
        with suppress(Unusable):
            if kept := store.load(seed):
                return kept[0]
        entry = train()
        store.save(seed, entry, {})
        return entry

    def remove(self) -> None:
        """Forget the runs of a search that is done."""
        if self.folder is not None:
            for path in Path(self.folder).glob(f"{self.name}.*.seed*.npz"):
                path.unlink(missing_ok=True)

"""Bring the published run back to results/, so that `make published` goes on where it ended.

Run records, tables, pages and figures come as they were published, and of the arrays of a run what
was kept: its predictions. Where a claim compares weights, which were not, the record is left out
too, so that those variants are trained again, to the same bits. Nothing in results/ is overwritten.
"""

import io
import lzma
import shutil
import sys
import tarfile
from pathlib import Path

import numpy as np
import yaml

from onescale.claims.spec import ClaimSpec
from onescale.core.atomic import atomic_write
from onescale.data.fetch import load
from onescale.runs import predictions, record

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "results"
PUBLISHED = RESULTS / "published"
LEFT = ("README.md", "runs.tar.xz")


def compared_by_weights() -> set[str]:
    """The variants whose weights a claim compares."""
    evidence = yaml.safe_load((ROOT / "config/evidence.yaml").read_text(encoding="utf-8"))
    claims = ClaimSpec.from_mapping({"claims": evidence["claims"]})
    return set(claims.variants(lambda part: part.measure == "weights"))


def restore() -> int:
    """The number of runs that came back."""
    again = compared_by_weights()
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress((PUBLISHED / LEFT[1]).read_bytes()))) as a:
        wanted = [one for one in a if Path(one.name).name.partition(".")[0] not in again]
        a.extractall(RESULTS, members=wanted, filter="data")
    data, count = load(ROOT / "data/cache/mnist"), 0
    for folder in ("", "confirm"):
        for path in sorted((PUBLISHED / folder / predictions.FOLDER).glob("*.npz")):
            run = RESULTS / folder / "runs" / f"{path.stem}.json"
            if not run.exists():
                continue
            shutil.copytree(path.parent, run.parent.parent / predictions.FOLDER, dirs_exist_ok=True)
            kept = record.read(run, timed=False)
            arrays = zip(kept.runs, predictions.read(kept, data), strict=True)
            with atomic_write(run.with_suffix(".npz"), "wb") as stream:
                np.savez(stream, **{f"seed{s}.test_predictions": row for s, row in arrays})
            count += 1
    for path in sorted(path for path in PUBLISHED.rglob("*") if path.is_file()):
        target = RESULTS / path.relative_to(PUBLISHED)
        if path.name not in LEFT and predictions.FOLDER not in path.parts and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return count


if __name__ == "__main__":
    if (RESULTS / "runs").exists():
        sys.exit("results/runs is there already; restore into an empty results/: make clean")
    if not (PUBLISHED / LEFT[1]).exists():
        sys.exit("results/published has no runs.tar.xz: nothing to go on from")
    print(f"{restore()} runs are back in results/; go on with: make published")

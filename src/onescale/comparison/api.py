"""Comparing from Python: variants trained here or run files from anywhere, by the same statistics.

What the workflow does in files, in the names of a notebook: `train_all` trains, `load_runs` reads,
`compare` makes the frame of comparison.csv, and figures (`onescale.figures.curves` and its
neighbours) take the records and return Matplotlib figures.
"""

import html
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onescale.comparison import table
from onescale.comparison.spec import Criteria, Spec
from onescale.core.errors import DataError, SpecError, placed
from onescale.core.provenance import versions
from onescale.data.dataset import Dataset
from onescale.runs.record import Record, read_all
from onescale.training.trainer import checked_seeds, train
from onescale.training.variant import Variant

if TYPE_CHECKING:
    from onescale.comparison.frame import Comparison


class Runs(dict[str, Record]):
    """Records of trained variants by name. A notebook shows how accurate each is."""

    def _repr_html_(self) -> str:
        shown = compare(self)._repr_html_()
        names = {record.dataset.get("name") or "unnamed data" for record in self.values()}
        about = f"accuracy on {', '.join(sorted(names))}; from, to: the 95 % interval of the test"
        return f"{shown}<p>{html.escape(about)}</p>"


def load_runs(folder: str | Path) -> Runs:
    """Every run file of a folder, such as results/runs of the workflow, timing included.

    A folder of results, which has them in runs/, will do, and so will one run file. Raises
    DataError if there is none, or what `onescale compare` would refuse.
    """
    folder = Path(folder)
    folder = folder / "runs" if (folder / "runs").is_dir() else folder
    paths = [folder] if folder.is_file() else sorted(folder.glob("*.json"))
    if not paths:
        raise DataError(f"{folder}: no run files (*.json) there")
    return Runs(read_all(paths))


def train_all(
    variants: Mapping[str, Variant | Mapping[str, Any]],
    data: Dataset,
    seeds: Iterable[int] = range(5),
) -> Runs:
    """Train each variant, given by its name, once with each seed; as `onescale.train`, which says
    what it raises."""
    seeds, runs = checked_seeds(seeds), Runs()
    for name, given in _by_name(variants).items():
        given = given.to_mapping() if isinstance(given, Variant) else given
        with placed(f"variant {name}"):
            named = {**given, "name": name} if isinstance(given, Mapping) else given
            variant = Variant.from_mapping(named)
        trained = {run.seed: run for run in train(variant, data, seeds)}
        path = Path(f"{name}.json")  # what it would be called
        runs[name] = Record(variant.to_mapping(), data.about(), versions(), trained, path)
    return runs


def compare(
    variants: Mapping[str, Any],
    data: Dataset | None = None,
    seeds: Iterable[int] = range(5),
    reference: str | None = None,
    **statistics: float,
) -> "Comparison":
    """The comparison of all `variants` as one group: the columns of comparison.csv, a row each.

    variants: `Runs`, or by name what `train_all` takes, which are then trained on `data` with
        `seeds`.
    reference: the variant that the others differ from, paired by seed.
    statistics: `confidence`, `level`, `smallest_difference` (a fraction), `power`, as in the
        configuration.

    Raises SpecError for what cannot be meant, DataError for data that does not fit.
    """
    from onescale.comparison.frame import Comparison  # pandas, for notebooks

    trained = all(isinstance(one, Record) for one in _by_name(variants).values())
    if trained == (data is not None):
        raise SpecError("compare: variants to train go with data, and runs go without")
    records = dict(variants) if data is None else train_all(variants, data, seeds)
    spec = Spec.of(records, reference)
    criteria = Criteria.from_mapping(statistics)
    return Comparison.of(table.compare(records, Spec(spec.groups, criteria=criteria)))


def _by_name(variants: Any) -> Mapping[str, Any]:
    """The same, if it is a mapping that is not empty."""
    if not isinstance(variants, Mapping) or not variants:
        raise SpecError(
            "variants: one or more by name, {'adam': {…}}, or what train_all or load_runs gave; "
            f"found {type(variants).__name__ if variants else 'none'}"
        )
    return variants

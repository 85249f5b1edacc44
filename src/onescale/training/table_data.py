"""A table as training data: a column of labels, and features on one scale.

Training and test rows are drawn by a seed, label by label, so that each has its share of both. The
features are standardised by the mean and deviation of the training rows alone: what the test rows
are would else reach the training.
"""

import itertools
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from onescale.core.errors import DataError, SpecError, some, suggest
from onescale.tables.commands.columns import suspicion
from onescale.tables.frames.scaler import Scaler


@dataclass(frozen=True)
class Split:
    """How rows become training and test rows: the column of labels, the columns that are no
    features, the share of rows to test on, and the seed of the draw."""

    label: str
    exclude: Sequence[str] = ()
    test: float = 0.2
    seed: int = 0


def of_table(table: Any, split: Split) -> tuple[dict[str, np.ndarray], list[str]]:
    """The arrays of a data set by their roles, (n, features) float64 and (n,) labels, and what the
    labels are called, sorted. table: as `open_files` opens it. Raises DataError for a cell that is
    no number, SpecError for a column that is not there or a share that leaves a label without rows
    to train or to test on; warns of features that tell nothing or are likely identifiers."""
    names = _features(table, split)
    numbers, texts = _read(table, names, split)
    told, labels = np.unique(texts, return_inverse=True)
    if not 2 <= len(told) <= 256:
        raise DataError(
            f"{table.name}: labels of {split.label!r}: {len(told)}; 2 to 256 can be learnt"
        )
    tested = _tested(labels, told, split)
    _warn(names, numbers[~tested])
    with warnings.catch_warnings(action="ignore"):  # of columns without spread, called x0, …
        scaler = Scaler("standardize").fit(numbers[~tested])
    arrays = {}
    for part, rows in (("train", ~tested), ("test", tested)):
        arrays[f"{part}_images"] = scaler.transform(numbers[rows])
        arrays[f"{part}_labels"] = labels[rows].astype(np.uint8)
    return arrays, told.tolist()


def _features(table: Any, split: Split) -> dict[int, str]:
    """The names of the columns to learn from, by their positions."""
    names = list(table.names)
    for name in (split.label, *split.exclude):
        if name not in names:
            raise SpecError(f"{table.name}: {suggest(name, names, 'column')}")
    left = {split.label, *split.exclude}
    features = {index: name for index, name in enumerate(names) if name not in left}
    if not features:
        raise DataError(f"{table.name}: no column is left to learn from")
    return features


def _warn(features: dict[int, str], numbers: np.ndarray) -> None:
    """Of what is likely not meant: row numbers that are learnt from, columns that tell nothing."""
    for name in features.values():
        if what := suspicion(name):
            warnings.warn(
                f"column {name!r} looks like {what} and is learnt from; "
                f"--exclude {name!r} leaves it out",
                stacklevel=3,
            )
    flat = np.ptp(numbers, axis=0) == 0
    if same := [repr(name) for name in itertools.compress(features.values(), flat)]:
        warnings.warn(f"the same in all training rows: {some(same, 5)}", stacklevel=3)


def _read(table: Any, features: dict[int, str], split: Split) -> tuple[np.ndarray, list[str]]:
    """All features, (n, features), and the label of each row."""
    label = list(table.names).index(split.label)
    rows, texts = [], []
    for batch in table.batches(numbers=list(features), texts=[label]):
        columns = [batch.numbers(index)[0] for index in features]
        for index, values in zip(features, columns, strict=True):
            if len(bad := np.flatnonzero(~np.isfinite(values))):
                where = table.where(batch.line(int(bad[0])), index)
                cell = batch.texts(index)[bad[0]]
                raise DataError(
                    f"{where}: column {features[index]!r}: {cell!r} is not a number to learn from; "
                    f"mend it, or leave the column out: --exclude {features[index]!r}"
                )
        found = batch.texts(label)
        if "" in found:
            raise DataError(f"{table.where(batch.line(found.index('')))}: no {split.label!r}")
        rows.append(np.column_stack(columns))
        texts += found
    return np.concatenate(rows) if rows else np.empty((0, len(features))), texts


def _tested(labels: np.ndarray, told: np.ndarray, split: Split) -> np.ndarray:
    """Which rows are tested on: of each label the same share, drawn by the seed."""
    if not 0 < split.test < 1:
        raise SpecError(f"--test: {split.test:g} is no share of rows between 0 and 1")
    random, tested = np.random.default_rng(split.seed), np.zeros(len(labels), bool)
    for label, name in enumerate(told):
        rows = np.flatnonzero(labels == label)
        count = round(split.test * len(rows))
        if not 0 < count < len(rows):
            raise SpecError(
                f"--test: {split.test:g} of the {len(rows)} rows of {str(name)!r} leaves none to "
                f"{'test' if count == 0 else 'train'} on"
            )
        tested[random.permutation(rows)[:count]] = True
    return tested

"""A table as training data: a column of labels, and features on one scale.

Training and test rows are drawn by a seed, label by label, so that each has its share of both. The
features are standardised by the mean and deviation of the training rows alone: what the test rows
are would else reach the training.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.frames.scaler import Scaler
from onescale.tables.reading.table import open_table


@dataclass(frozen=True)
class Split:
    """How rows become training and test rows: the column of labels, the columns that are no
    features, the share of rows to test on, and the seed of the draw."""

    label: str
    exclude: Sequence[str] = ()
    test: float = 0.2
    seed: int = 0


def of_table(path: str, split: Split) -> tuple[dict[str, np.ndarray], list[str]]:
    """The arrays of a data set by their roles, (n, features) float64 and (n,) labels, and what the
    labels are called, sorted. path: of a table of any form that is read. Raises DataError for a
    cell that is no number, SpecError for a column that is not there or a share that leaves a label
    without rows to train or to test on."""
    numbers, texts = _read(path, split)
    told, labels = np.unique(texts, return_inverse=True)
    if not 2 <= len(told) <= 256:
        raise DataError(f"{path}: {split.label!r} has {len(told)} labels; 2 to 256 can be learnt")
    tested = _tested(labels, told, split)
    scaler = Scaler("standardize").fit(numbers[~tested])
    arrays = {}
    for part, rows in (("train", ~tested), ("test", tested)):
        arrays[f"{part}_images"] = scaler.transform(numbers[rows])
        arrays[f"{part}_labels"] = labels[rows].astype(np.uint8)
    return arrays, told.tolist()


def _read(path: str, split: Split) -> tuple[np.ndarray, list[str]]:
    """All features, (n, features), and the label of each row."""
    table = open_table(path)
    names = list(table.names)
    for name in (split.label, *split.exclude):
        if name not in names:
            raise SpecError(f"{path}: {suggest(name, names, 'column')}")
    label, left = names.index(split.label), {split.label, *split.exclude}
    features = [index for index, name in enumerate(names) if name not in left]
    if not features:
        raise DataError(f"{path}: no column is left to learn from")
    rows, texts = [], []
    for batch in table.batches(numbers=features, texts=[label]):
        columns = [batch.numbers(index)[0] for index in features]
        for index, values in zip(features, columns, strict=True):
            if len(bad := np.flatnonzero(~np.isfinite(values))):
                where = table.where(batch.line(int(bad[0])), index)
                cell = batch.texts(index)[bad[0]]
                raise DataError(
                    f"{where}: column {names[index]!r}: {cell!r} is not a number to learn from; "
                    f"mend it, or leave the column out: --exclude {names[index]!r}"
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

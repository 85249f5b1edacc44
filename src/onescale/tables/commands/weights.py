"""What the rows of a table weigh, where one of its columns says so."""

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.commands.selection import TableInput
from onescale.tables.numbers import shorten
from onescale.tables.reading.batch import Batch


class Weights:
    """The weights of a table, a batch after the other."""

    def __init__(self, source: TableInput):
        self.source, self._all_zero = source, True

    def of(self, batch: Batch) -> np.ndarray:
        """A number a row of a batch. Raises DataError at the first that is missing or no weight."""
        table, index = self.source.table, self.source.weights
        values, odd = batch.numbers(index)
        wrong = ~(np.isfinite(values) & (values >= 0))
        wrong[odd] = True
        if wrong.any():
            row = int(np.argmax(wrong))
            cell = shorten(batch.texts(index)[row]) if table.name else repr(float(values[row]))
            raise DataError(
                f"{table.where(batch.line(row), index)}: column {self.source.weights_name!r}: "
                f"{cell} is no weight (a number, 0 or more)"
            )
        self._all_zero = self._all_zero and not values.any()
        return values

    def check(self) -> None:
        """At the end. Raises DataError where no row counts."""
        if self._all_zero:
            name = self.source.table.name
            raise DataError(f"{f'{name}: ' if name else ''}all weights are zero")

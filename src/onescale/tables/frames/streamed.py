"""Lazy frames as tables of many batches, so that they are scanned and fitted as files are.

An engine hands over Arrow batches of the columns that are asked for, never the whole; exact sums
make the order and the size of the batches irrelevant. On Spark each partition is fitted where it
lies, and the fits are merged.
"""

import json
from collections.abc import Callable, Collection, Iterator
from itertools import chain
from typing import Any

import narwhals as nw

from onescale.core.errors import DataError, SpecError
from onescale.tables.commands.scan import scan
from onescale.tables.commands.selection import TableInput
from onescale.tables.frames.batch import EagerFrame, Unnamed
from onescale.tables.frames.kinds import Chosen, chosen_names, wrap
from onescale.tables.scaling import fit_file
from onescale.tables.scaling.fit import Fit
from onescale.tables.scaling.methods import Method
from onescale.tables.scaling.plan import Plan

ROWS = 1 << 16  # a batch, where an engine lets us say
Parts = Callable[[], Iterator[nw.DataFrame]]


class StreamedTable(Unnamed):
    """A table of which `parts` gives the rows, again and again.

    names: of all its columns. chosen: which are meant; `parts` may hold those alone. spark: the
    frame of Spark that it is, if it is one.
    """

    in_memory = False

    def __init__(self, names: list[str], chosen: Chosen, parts: Parts, spark: Any = None):
        self.names, self.width, self.chosen = names, len(names), chosen
        self._parts, self.spark = parts, spark
        place = {name: index for index, name in enumerate(names)}
        by = () if chosen.by is None else (place[chosen.by],)
        weights = None if chosen.weights is None else place[chosen.weights]
        indices = [place[name] for name in chosen.columns]
        self.source = TableInput(self, indices, by=by, weights=weights)

    def batches(
        self, numbers: Collection[int] = (), texts: Collection[int] = ()
    ) -> Iterator[EagerFrame]:
        rows = 0
        for part in self._parts():
            if len(part):
                batch = EagerFrame(part, self.chosen, gaps=True, names=self.names, first=rows)
                rows += batch.rows
                yield batch


def streamed(frame: nw.LazyFrame, chosen: Chosen) -> StreamedTable:
    """A lazy frame as a table. Raises DataError and SpecError on columns that make no sense."""
    schema = frame.collect_schema()
    if not (chosen.weights is None or isinstance(chosen.weights, str)):
        raise SpecError("the weights of a lazy frame are a column of it: give its name")
    chosen = chosen._replace(columns=chosen_names(schema, chosen))
    if not chosen.columns:
        raise DataError("no column of numbers to scale")
    part = frame.select([n for n in schema if n in {*chosen.columns, chosen.by, chosen.weights}])
    spark = part.to_native() if frame.implementation.is_pyspark() else None
    return StreamedTable(list(schema), chosen, lambda: map(wrap, parts_of(part)), spark)


def fit_table(table: Any, method: Method | Plan, constant: str) -> Fit:
    """`method` fitted to a table of frames, for this and other tables."""
    if getattr(table, "spark", None) is not None and method.merges:
        return _fit_in_partitions(table, method, constant)
    methods = method.methods_of(table.names, table.source.candidates)
    scanned = scan(table.source, "distinct", gaps=True, methods=methods)
    return scanned.fit(method, constant)


def _fit_in_partitions(table: StreamedTable, method: Method | Plan, constant: str) -> Fit:
    """Each partition of a frame of Spark fitted where it lies, and the fits merged."""
    names, chosen = table.names, table.chosen

    def fitted(batches: Iterator) -> Iterator:
        """The fit of a partition, or what is wrong with it; nothing of one without rows."""
        import pyarrow as pa

        rows = (wrap(pa.Table.from_batches([one])) for one in batches if one.num_rows)
        text = error = None
        for first in rows:
            part = StreamedTable(names, chosen, lambda: chain([first], rows))  # noqa: B023
            try:
                text = fit_file.text(fit_table(part, method, "zero"))
            except DataError as wrong:
                error = str(wrong)
            made = {"fit": pa.array([text], "string"), "error": pa.array([error], "string")}
            yield pa.RecordBatch.from_pydict(made)
            return

    parts = table.spark.mapInArrow(fitted, "fit string, error string").collect()
    for part in parts:
        if part["error"] is not None:
            raise DataError(f"in a partition, whose rows count from 0: {part['error']}")
    if not parts:
        raise DataError("no rows")
    fits = [fit_file.of_mapping(json.loads(part["fit"])) for part in parts]
    merged = fit_file.merge(fits, [f"partition {k}" for k, _ in enumerate(fits)])
    columns = [(column.name, column.index, column.statistics) for column in merged.columns]
    fit = Fit(method, columns, constant, merged.by, merged.groups)
    fit.read = merged.read
    return fit


def parts_of(frame: nw.LazyFrame) -> Iterator[Any]:
    """The rows of a lazy frame as eager frames, a batch at a time where its engine can."""
    import pyarrow as pa

    native, kind = frame.to_native(), frame.implementation
    if kind.is_polars() and hasattr(native, "collect_batches"):
        yield from native.collect_batches(chunk_size=ROWS, maintain_order=True)
    elif kind.is_duckdb():
        read = getattr(native, "to_arrow_reader", None) or native.fetch_record_batch
        for batch in read(ROWS):
            yield pa.Table.from_batches([batch])
    elif kind.is_ibis():
        for batch in native.to_pyarrow_batches(chunk_size=ROWS):
            yield pa.Table.from_batches([batch])
    elif kind.is_pyspark():
        for row in native.mapInArrow(_as_bytes, "batch binary").toLocalIterator():
            yield pa.ipc.open_stream(row["batch"]).read_all()
    elif kind.is_dask():
        for partition in native.partitions:
            yield partition.compute()
    else:
        yield frame.collect().to_native()


def _as_bytes(batches: Iterator) -> Iterator:
    """Arrow batches as bytes, which rows of Spark can hold."""
    import pyarrow as pa

    for batch in batches:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as stream:
            stream.write_batch(batch)
        yield pa.RecordBatch.from_pydict({"batch": [sink.getvalue().to_pybytes()]})

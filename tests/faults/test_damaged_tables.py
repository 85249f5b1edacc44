"""A bit turned, some bytes replaced or the end cut off a table that is not text: its values, or one
line, and never the end of the process."""

import gzip
import io
import os
import random

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import xlsxwriter

from onescale.core.errors import DataError
from onescale.tables.reading.dataset import open_files

FRAME = pd.DataFrame(
    {"who": [f"a{k}é" for k in range(300)], "x": np.arange(300) * 0.1, "y": range(300)}
)
TIMES = 800 if "ONESCALE_FAULTS" in os.environ else 60  # make faults


def _arrow() -> bytes:
    table, sink = pa.Table.from_pandas(FRAME), io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _workbook() -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([FRAME.columns, *FRAME.values.tolist()[:40]]):
            sheet.write_row(number, 0, row)
    return sink.getvalue()


def _zst() -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(FRAME.to_csv(index=False).encode())
    return sink.getvalue().to_pybytes()


KINDS = {
    "table.parquet": FRAME.to_parquet,
    "table.arrow": _arrow,
    "table.xlsx": _workbook,
    "table.csv.gz": lambda: gzip.compress(FRAME.to_csv(index=False).encode()),
    "table.csv.zst": _zst,
}


def damaged(whole: bytes, draw: random.Random) -> bytes:
    place, how = draw.randrange(len(whole)), draw.random()
    if how < 0.1:
        return whole[:place]
    if how < 0.2:
        return whole[:place] + draw.randbytes(4) + whole[place + 4 :]
    return whole[:place] + bytes([whole[place] ^ 1 << draw.randrange(8)]) + whole[place + 1 :]


def read(path) -> list[str]:
    table = open_files([str(path)])
    every = range(table.width)
    return [cell for batch in table.batches() for k in every for cell in batch.texts(k)]


@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_table_is_its_values_or_one_line(name, tmp_path):
    whole, path, draw = KINDS[name](), tmp_path / name, random.Random(name)
    path.write_bytes(whole)
    right, refused = read(path), 0
    assert len(right) >= 3 * 40
    for _ in range(TIMES):
        path.write_bytes(damaged(whole, draw))
        try:
            read(path)
        except DataError as error:
            assert name in str(error) and "\n" not in str(error)
            refused += 1
    assert refused > TIMES / 6

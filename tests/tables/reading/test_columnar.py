"""Parquet and arrow files: types, dictionaries, nested columns, bytes, and what is broken."""

import ctypes

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

EXPECTED = b"who,x,x_standardized\na,1,-1.0\nb,3,1.0\n"


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_columnar_files(onescale, table, tmp_path, form):
    path = tmp_path / f"t.{form}"
    onescale("minmax", table("who,x,n\na,1,007\nb,,8\nc,3,9\n"), "-c", "x", "-o", path)
    ran = onescale("standardize", path, "-c", "x")
    assert ran.out == ("who,x,n,x_minmax,x_standardized\na,1,007,0.0,-1.0\nb,,8,,\nc,3,9,1.0,1.0\n")
    assert onescale("standardize", "-", "-c", "x", stdin=path.read_bytes()).raw == ran.raw
    assert onescale("describe", path, "--delimiter", ",", fails=True).status == 2


def test_types_that_columnar_files_have(onescale, tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(
        pa.table(
            {
                "who": pa.array([b"a", None, b"c"]),
                "kind": pa.array(["u", "v", None]).dictionary_encode(),
                "x": pa.array([1.5, None, 2.5], pa.float32()),
                "flag": [True, False, None],
            }
        ),
        path,
    )
    ran = onescale("standardize", path)
    assert ran.out == (
        "who,kind,x,flag,x_standardized\na,u,1.5,true,-1.0\n,v,,false,\nc,,2.5,,1.0\n"
    )
    (second,) = onescale("standardize", path, "--format", "jsonl").out.splitlines()[1:2]
    assert second == (
        '{"who": null, "kind": "v", "x": null, "flag": false, "x_standardized": null}'
    )
    ran = onescale("standardize", path, "-c", "flag", fails=True)
    assert ":1: column 'flag': 'true'" in ran.err and "of type bool" in ran.err


def test_bytes_that_are_no_text_pass(onescale, tmp_path):
    path, out = tmp_path / "t.parquet", tmp_path / "out.parquet"
    raw = pa.table({"raw": [b"t", b"\xff\x00", None]})
    pq.write_table(raw.append_column("x", pa.array([1.0, 2.0, 3.0])), path)
    assert "in formats of text as base64: 'raw'" in onescale("minmax", path, "-o", out).err
    assert pq.read_table(out).select(["raw"]).equals(raw)
    assert onescale("minmax", path).column("raw") == ["dA==", "/wA=", ""]


def test_dictionaries_that_differ_between_batches(onescale, tmp_path):
    path, out = tmp_path / "t.arrow", tmp_path / "out.arrow"
    kinds = pa.chunked_array([pa.array([k, k]).dictionary_encode() for k in (7, 8)])
    table = pa.table({"kind": kinds, "x": [1, 2, 3, 4]})
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table)
    onescale("minmax", path, "-o", out)
    assert onescale("describe", out, "--format", "jsonl").out.startswith(
        '{"column": "kind", "position": 1, "rows": 4, "missing": 0, "count": 4, "mean": 7.5,'
    )


def test_nested_columns_pass(onescale, tmp_path):
    path, out = tmp_path / "t.parquet", tmp_path / "out.parquet"
    nested = pa.table({"who": [[1, 2], None, []], "at": [{"x": "é"}, {"x": None}, None]})
    pq.write_table(nested.append_column("v", pa.array([1, None, 3])), path)
    onescale("minmax", path, "-o", out)
    assert pq.read_table(out).select(["who", "at"]).equals(nested)
    ran = onescale("minmax", path)
    assert ran.column("who") == ["[1, 2]", "", "[]"]
    assert ran.column("at") == ['{"x": "é"}', '{"x": null}', ""]
    assert onescale("minmax", path, "--format", "jsonl").out.splitlines()[0] == (
        '{"who": [1, 2], "at": {"x": "é"}, "v": 1, "v_minmax": 0.0}'
    )


def test_arrow_streams_by_their_content(onescale, tmp_path):
    path, frame = tmp_path / "t.arrows", pa.table({"who": ["a", "b"], "x": [1, 3]})
    with pa.ipc.new_stream(path, frame.schema) as writer:
        writer.write_table(frame)
    assert onescale("standardize", path).raw == EXPECTED
    assert onescale("standardize", "-", stdin=path.read_bytes()).raw == EXPECTED


def test_pages_of_parquet_that_do_not_match_their_checksum(onescale, tmp_path):
    path = tmp_path / "t.parquet"
    frame = pa.table({"x": [1.5, 2.5, 4.5]})
    pq.write_table(frame, path, write_page_checksum=True, compression="none", use_dictionary=False)
    whole = path.read_bytes()
    assert onescale("standardize", path).column("x") == ["1.5", "2.5", "4.5"]
    place = whole.index(np.float64(2.5).tobytes())
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    assert "the file is broken (could not verify" in onescale("rank", path, fails=True).err


@pytest.mark.parametrize("nested", [False, True])
def test_types_that_pyarrow_has_no_arrays_of(onescale, tmp_path, nested):
    path, exported = tmp_path / "t.arrow", (ctypes.c_void_p * 9)()
    pa.month_day_nano_interval()._export_to_c(ctypes.addressof(exported))
    ctypes.memmove(exported[0], b"tiM", 3)  # its name where languages meet; pyarrow makes none
    months = pa.DataType._import_from_c(ctypes.addressof(exported))
    kind = pa.list_(pa.field("span", months)) if nested else months
    pa.ipc.new_file(path, pa.schema({"x": pa.int64(), "span": kind})).close()
    ran = onescale("standardize", path, fails=True)
    assert "column 'span' of type month_interval cannot be read; leave it out" in ran.err

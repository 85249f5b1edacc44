"""Sheets of workbooks: the cells that a CSV file of the sheet would hold, and where they stand."""

import datetime
import io
import sys
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from onescale.tables.reading import workbook as workbooks
from onescale.tables.reading.workbook_errors import error_cells

DAY, TIME = datetime.date(2024, 2, 29), datetime.time(7, 5)
ROWS = [
    ["who", "x", "day", "time", "long", "yes", "rate", "kind"],
    ["a", 1, DAY, TIME, datetime.timedelta(hours=30), True, 0.12, "007"],
    [None, None, None, None, None, None, None, None],
    ["b", 3, DAY, TIME, datetime.timedelta(hours=2), False, 0.5, 8],
    ["c", None, None, None, None, None, 1e-7, "n/a"],
]
TEXT = """who,x,day,time,long,yes,rate,kind
a,1,2024-02-29,07:05:00,30:00:00,TRUE,0.12,007
b,3,2024-02-29,07:05:00,2:00:00,FALSE,0.5,8
c,,,,,,1e-07,n/a
"""


@pytest.fixture
def book(tmp_path):
    """Write a workbook; sheets are rows of cells from a corner on. An error begins with #."""

    def write(sheets: dict[str, list], corner=(0, 0), name: str = "book.xlsx"):
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as file:
            formats = {
                datetime.date: file.add_format({"num_format": "d.m.yyyy"}),
                datetime.time: file.add_format({"num_format": "hh:mm"}),
                datetime.timedelta: file.add_format({"num_format": "[h]:mm:ss"}),
                float: file.add_format({"num_format": "0 %"}),
            }
            for title, rows in sheets.items():
                sheet = file.add_worksheet(title)
                for r, row in enumerate(rows, corner[0]):
                    for c, cell in enumerate(row, corner[1]):
                        if isinstance(cell, str) and cell.startswith("#"):
                            sheet.write_formula(r, c, "=1/0", None, cell)
                        elif isinstance(cell, str):
                            sheet.write_string(r, c, cell)
                        else:
                            sheet.write(r, c, cell, formats.get(type(cell)))
                if title.startswith("hidden"):
                    sheet.hide()
                else:
                    sheet.activate()
        return path

    return write


def scaled(onescale, path, *options, **more):
    return onescale("standardize", path, "-c", "x", "-c", "rate", *options, **more)


@pytest.mark.parametrize("cells", [1 << 19, 8])  # of a batch
def test_a_sheet_is_what_its_csv_file_is(onescale, table, book, monkeypatch, cells):
    monkeypatch.setattr(workbooks, "CELLS", cells)
    path, text = book({"Data": ROWS}, corner=(2, 1)), table(TEXT)
    for options in ((), ("--by", "yes"), ("--format", "jsonl"), ("--missing", "3")):
        assert scaled(onescale, path, *options).raw == scaled(onescale, text, *options).raw
    assert scaled(onescale, "-", stdin=path.read_bytes()).raw == scaled(onescale, text).raw
    for options in (("describe",), ("overview", "-c", "x")):
        assert onescale(*options, path).raw == onescale(*options, text).raw


def test_the_types_of_cells_are_kept(onescale, book, tmp_path):
    path, out = book({"Data": ROWS}), tmp_path / "out.parquet"
    ran = onescale("standardize", path, "-o", out)
    kept = pq.read_table(out)
    assert kept.schema.field("x").type == pa.int64()
    assert kept["x"].to_pylist() == [1, 3, None]
    assert kept["rate"].to_pylist() == [0.12, 0.5, 1e-7]
    assert kept["kind"].to_pylist() == ["007", "8", "n/a"]
    assert "scaled 3 columns (x, rate, kind)" in ran.err
    assert ran.err.endswith("; kind: numbers that are stored as text\n")


def test_places_are_those_of_the_spreadsheet(onescale, book):
    rows = [["who", "x"], ["a", "$4"], ["a", 3]]
    path = book({"First one": rows, "hidden": [], "2": ROWS}, corner=(4, 26))
    where = f"{path}, sheet 'First one'"
    ran = onescale("standardize", path, "-c", "x", fails=True)
    assert ran.status == 3
    assert ran.err.startswith(
        f"onescale: {where}, AB6: column 'x': '$4' is not a number (--currency"
    )
    ran = onescale("minmax", path, "--currency")
    assert ran.column("x_minmax") == ["1.0", "0.0"]
    assert ran.err == (
        f"onescale: {where}: scaled 1 column (x); passed 1 of text (who); "
        "x: numbers that are stored as text; not read: sheet 2 (--sheet)\n"
    )
    ran = onescale("stand", path, "a", "--currency", fails=True)
    assert f"{where}: AA6 and AA7 are both 'a'" in ran.err


def test_sheets_by_name_and_number(onescale, book):
    path = book({"hidden 1": [["a"], [9]], "One": [["a"], [1]], "3": ROWS, "Four": [["a"], [4]]})
    assert onescale("minmax", path).column("a") == ["1"]
    assert onescale("minmax", path, "--sheet", "4").column("a") == ["4"]
    assert onescale("minmax", path, "--sheet", "3").column("who") == ["a", "b", "c"]
    assert onescale("minmax", path, "--sheet", "hidden 1").column("a") == ["9"]
    ran = onescale("minmax", path, "--sheet", "Ones", fails=True)
    assert "unknown sheet 'Ones'; did you mean 'One'?" in ran.err


def test_names_that_the_reader_garbles_are_told(onescale, book, monkeypatch):
    monkeypatch.setattr(workbooks, "_text", lambda cell, mark: "".join(f"{c}\0" for c in str(cell)))
    ran = onescale("minmax", book({"Data": ROWS}), fails=True)
    assert "sheet 'Data': its text cannot be read right; save it as .xlsx" in ran.err


def test_what_stands_above_and_beside_a_table(onescale, book):
    path = book({"Data": [["Sales of 2024", None, None, None], *ROWS]})
    assert "row 2: the table seems to begin on this line (--skip-lines 1)" in (
        onescale("minmax", path, fails=True).err
    )
    assert scaled(onescale, path, "--skip-lines", 1).rows()[:3] == [
        [*ROWS[0], "x_standardized", "rate_standardized"],
        *scaled(onescale, book({"Data": ROWS}, name="other.xlsx")).rows()[1:3],
    ]
    rows = [[1, None, 2], [3, None, 4]]
    assert (
        onescale("minmax", book({"Data": rows}), "--no-header").out == "1,2,0.0,0.0\n3,4,1.0,1.0\n"
    )
    ran = onescale("minmax", book({"Data": []}), fails=True)
    assert "sheet 'Data': no cell holds anything" in ran.err


def test_errors_in_cells_are_told_of_and_kept(onescale, book):
    path = book({"a": [[]], "Data": [["who", "x"], ["a", "#DIV/0!"], ["b", 1], ["c", "#N/A"]]})
    ran = onescale("standardize", path, "-c", "x", "--sheet", "Data", fails=True)
    assert ", B2: column 'x': '#DIV/0!' is not a number (--missing-like common" in ran.err
    ran = onescale("minmax", path, "--sheet", "Data", "--missing-like", "common")
    assert ran.out == "who,x,x_minmax\na,#DIV/0!,\nb,1,0.0\nc,#N/A,\n"


def test_numbers_in_cells_have_the_decimal_mark_of_the_table(onescale, book):
    path = book({"Data": [["x"], [1.5], ["2,5"]]})
    ran = onescale("standardize", path, "--decimal", ",")
    assert ran.out == 'x,x_standardized\n"1,5","-1,0"\n"2,5","1,0"\n'


def test_open_documents(onescale, tmp_path):
    """As LibreOffice writes them: repeated cells and rows, errors as text that is only shown."""
    empty = '<table:table-cell table:number-columns-repeated="2"/>'
    error = '<table:table-cell office:value-type="string" office:string-value="" '
    error += 'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'

    def text(cell):
        cell = f"<text:p>{cell}</text:p></table:table-cell>"
        return '<table:table-cell office:value-type="string">' + cell

    def row(cells, times=1):
        return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'

    one = '<table:table-cell office:value-type="float" office:value="1.5"/>'
    rows = row(empty + text("who") + text("x")), row(empty + text("a") + one, 2)
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    names += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = f"""<office:document-content {names}><office:body><office:spreadsheet>
        <table:table table:name="Data">{"".join(rows)}{row(empty + text("b") + error, 2)}
        </table:table></office:spreadsheet></office:body></office:document-content>"""
    path = tmp_path / "book.ods"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", content)
        file.writestr("META-INF/manifest.xml", "<manifest/>")
    ran = onescale("minmax", path, "-c", "x", fails=True)
    assert "sheet 'Data', D4: column 'x': '#N/A' is not a number" in ran.err
    ran = onescale("minmax", path, "--missing", "#N/A")
    assert ran.out == "who,x,x_minmax\na,1.5,0.0\na,1.5,0.0\nb,#N/A,\nb,#N/A,\n"
    # A cell that says it is repeated without end is so to the end of its sheet.
    with zipfile.ZipFile(path, "w") as file:
        content = content.replace(
            "calcext:v", 'table:number-columns-repeated="9999999999" calcext:v'
        )
        file.writestr("content.xml", content.replace('"2">' + empty + text("b"), '"99999999">'))
    found = error_cells(io.BytesIO(path.read_bytes()), "Data")
    assert len(found) == 2**20 - 3 and {len(row) for row in found.values()} == {2**14}


def test_what_is_no_workbook_that_can_be_read(onescale, book, tmp_path, monkeypatch):
    path = book({"Data": ROWS})
    ran = onescale("minmax", path, "--delimiter", ",", fails=True)
    assert ran.status == 2 and "no text; options about text do not apply" in ran.err
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(path.read_bytes()[:3000])
    assert "no workbook that can be read" in onescale("minmax", broken, fails=True).err
    with zipfile.ZipFile(broken, "w") as file:
        file.writestr("table.csv", TEXT)
    assert "a zip file: unpack it" in onescale("minmax", broken, fails=True).err
    with monkeypatch.context() as small:
        small.setattr("onescale.tables.reading.workbook.LARGEST", 1000)
        ran = onescale("minmax", path, fails=True)
        assert ran.status == 3 and "onescale takes 1,000 of a workbook; save the sheet" in ran.err
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    ran = onescale("minmax", path, fails=True)
    assert ran.status == 3 and "pip install 'onescale[excel]'" in ran.err


def test_a_sheet_of_what_has_none(onescale, table):
    ran = onescale("minmax", table(TEXT), "--sheet", "Data", fails=True)
    assert ran.status == 2 and "is no workbook; --sheet does not apply" in ran.err

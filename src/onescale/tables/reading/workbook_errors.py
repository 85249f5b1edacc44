"""Which cells of a workbook hold an error (#N/A, #DIV/0!): calamine gives them as empty.

They stand as text in the XML of .xlsx and .ods files, which is looked through only where it holds
such a cell at all. The binary .xls and .xlsb are not looked into.
"""

import posixpath
import zipfile
from collections import defaultdict
from typing import BinaryIO
from xml.etree import ElementTree

BLOCK = 1 << 20
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14  # of any sheet; a cell may say that it has more
Errors = dict[int, dict[int, str]]  # by number of the row from 1, by index of the column from 0


def error_cells(file: BinaryIO, sheet: str) -> Errors | None:
    """The errors in a sheet; None where the kind of file does not tell."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
            if "content.xml" in names:
                return _of_ods(packed, sheet)
            book = next((n for n in names if n.lower().endswith("workbook.xml")), None)
            return None if book is None else _of_xlsx(packed, book, sheet)
    except Exception:  # of a damaged one, of which zipfile, zlib and XML have many
        return None


def _of_xlsx(packed: zipfile.ZipFile, book: str, sheet: str) -> Errors:
    member = _member(packed, book, sheet)
    errors: Errors = defaultdict(dict)
    if not _holds(packed, member, b't="e"') and not _holds(packed, member, b"t='e'"):
        return errors
    row, column = 0, -1
    for event, element in _elements(packed, member):
        name = _local(element.tag)
        if event == "start" and name == "row":
            row, column = int(element.get("r", row + 1)), -1
        elif event == "end" and name == "c":
            at = element.get("r")
            column = column + 1 if at is None else _column(at)
            if element.get("t") == "e":
                errors[row][column] = "".join(
                    part.text or "" for part in element if _local(part.tag) == "v"
                )
        elif event == "end" and name == "row":
            element.clear()
    return errors


def _member(packed: zipfile.ZipFile, book: str, sheet: str) -> str:
    """The file of a sheet in the package. Raises KeyError where there is none."""
    identifiers = {
        one.get("name"): value
        for one in _tree(packed, book).iter()
        if _local(one.tag) == "sheet"
        for key, value in one.attrib.items()
        if _local(key) == "id"
    }
    folder, name = posixpath.split(book)
    relations = _tree(packed, f"{folder}/_rels/{name}.rels".lstrip("/"))
    targets = {one.get("Id"): one.get("Target") for one in relations}
    return posixpath.normpath(posixpath.join("/", folder, targets[identifiers[sheet]]))[1:]


def _of_ods(packed: zipfile.ZipFile, sheet: str) -> Errors:
    errors: Errors = defaultdict(dict)
    if not _holds(packed, "content.xml", b'value-type="error"'):
        return errors
    inside, row, column = False, 0, 0
    for event, element in _elements(packed, "content.xml"):
        name, get = _local(element.tag), _by_local(element)
        if name == "table" and event == "start":
            inside, row = get("name") == sheet, 0
        elif name == "table-row" and event == "start":
            column = 0
        elif name in ("table-cell", "covered-table-cell") and event == "end":
            repeated = min(int(get("number-columns-repeated") or 1), _MOST_COLUMNS - column)
            if inside and "error" in (v for k, v in element.attrib.items() if "calc" in k):
                text = "".join(element.itertext())
                for i in range(repeated):
                    errors[row + 1][column + i] = text
            column += repeated
        elif name == "table-row" and event == "end":
            repeated = min(int(get("number-rows-repeated") or 1), _MOST_ROWS - row)
            if row + 1 in errors:
                for i in range(1, repeated):
                    errors[row + 1 + i] = errors[row + 1]
            row += repeated
            element.clear()
    return errors


def _holds(packed: zipfile.ZipFile, member: str, sign: bytes) -> bool:
    """Whether some bytes are in a file of the package."""
    rest = b""
    with packed.open(member) as stream:
        while block := stream.read(BLOCK):
            if sign in rest + block:
                return True
            rest = block[-len(sign) :]
    return False


# Expat, from 2.4.1 on (2021), refuses entities that unfold without end, and resolves none from
# outside: what `defusedxml` would guard against.
def _tree(packed: zipfile.ZipFile, member: str) -> ElementTree.Element:
    return ElementTree.fromstring(packed.read(member))  # noqa: S314


def _elements(packed: zipfile.ZipFile, member: str):
    with packed.open(member) as stream:
        yield from ElementTree.iterparse(stream, ("start", "end"))  # noqa: S314


def _local(tag: str) -> str:
    """A name without its namespace, which strict and older files have others of."""
    return tag.rpartition("}")[2]


def _by_local(element):
    attributes = {_local(key): value for key, value in element.attrib.items()}
    return attributes.get


def _column(reference: str) -> int:
    """The index of the column of a cell such as C7."""
    column = 0
    for letter in reference.rstrip("0123456789"):
        column = 26 * column + ord(letter) - ord("A") + 1
    return column - 1

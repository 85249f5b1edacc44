"""Every digit that the chapter prints of the class ages, from every form of the file."""

import json
from pathlib import Path

import pytest

from places import AGES

PRINTED = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "class_ages_printed.json").read_text()
)
COMMANDS = {
    "minmax": ("minmax",),
    "chapter": ("scale", "--method", "chapter"),
    "batch_norm": ("scale", "--method", "batch_norm"),
}
OFFSETS = [3, 4, 4, 4, 3, 4, 5, 8, 5, 4, 2, 3, 0, 3, 3, 2, 1, 3, 8, 17, 5, 7, 10, 4, 9, 4, 3]


def agrees(value: str, printed: str) -> bool:
    """Whether `value`, rounded to as many decimals as are printed, is what is printed."""
    decimals = len(printed.partition(".")[2])
    return abs(float(value) - float(printed)) <= 0.5000001 * 10**-decimals


def test_the_file_holds_the_ages_that_the_printed_vectors_fix():
    lines = AGES.read_bytes().decode().split("\n")
    expected = [f"학생{k:02d},{24 + age}" for k, age in enumerate(OFFSETS, 1)]
    assert lines == ["name,age", *expected, ""]


@pytest.mark.parametrize("method", COMMANDS)
def test_every_printed_digit(onescale, method):
    ran = onescale(*COMMANDS[method], AGES, "--labelled")
    assert ran.column("name") == [f"학생{k:02d}" for k in range(1, 28)]
    printed = PRINTED[method].split()
    values = ran.column(f"age_{method}")
    assert len(values) == len(printed) == 27
    assert [v for v, p in zip(values, printed, strict=True) if not agrees(v, p)] == []


def test_the_printed_vectors_can_tell_a_wrong_digit():
    assert agrees("0.17647058823529413", "0.17647059")
    assert not agrees("0.17647060823529413", "0.17647059")


def test_nought_to_a_hundred_is_a_hundred_times_the_printed_vector(onescale):
    ran = onescale("minmax", AGES, "--range", 0, 100)
    for value, printed in zip(ran.column("age_minmax"), PRINTED["minmax"].split(), strict=True):
        assert abs(float(value) - 100 * float(printed)) <= 5.000001e-7


def test_where_the_oldest_stands(onescale):
    (place,) = json.loads(onescale("stand", AGES, "학생20", "--format", "json").out)
    assert (place["value"], place["minmax100"]) == (41.0, 100.0)
    assert (place["rank"], place["of"]) == (1, 27)
    assert place["percentile"] == pytest.approx(100 * 26.5 / 27)


FORMS = {
    "slash": (lambda t: t.replace(",", "/"), "utf-8", ()),
    "tab": (lambda t: t.replace(",", "\t"), "utf-8", ()),
    "two characters": (lambda t: t.replace(",", "::"), "utf-8", ("--delimiter", "::")),
    "cp949": (lambda t: t, "cp949", ("--encoding", "cp949")),
    "euc-kr, CRLF": (lambda t: t.replace("\n", "\r\n"), "euc-kr", ("--encoding", "euc-kr")),
    "UTF-8 with a mark": (lambda t: t, "utf-8-sig", ()),
    "UTF-16": (lambda t: t, "utf-16", ()),
    "UTF-32, slashes": (lambda t: t.replace(",", "/"), "utf-32", ()),
    "CR": (lambda t: t.replace("\n", "\r"), "utf-8", ()),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("command", ["standardize", "minmax"])
def test_other_forms_of_the_file_give_the_same_bytes(onescale, table, form, command):
    change, encoding, options = FORMS[form]
    copy = table(change(AGES.read_text(encoding="utf-8")), encoding=encoding)
    assert onescale(command, copy, *options).raw == onescale(command, AGES).raw


@pytest.mark.parametrize("mark", [",", "/"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_without_a_header_line(onescale, table, mark, encoding):
    text = AGES.read_text(encoding="utf-8").partition("\n")[2].replace(",", mark)
    copy = table(text, encoding=encoding)
    ran = onescale("standardize", copy, "--no-header", "--encoding", encoding)
    assert ran.raw == onescale("standardize", AGES).raw.partition(b"\n")[2]


def test_an_unnamed_encoding_is_an_error_that_names_it(onescale, table):
    copy = table(AGES.read_text(encoding="utf-8"), encoding="cp949")
    ran = onescale("standardize", copy, fails=True)
    assert ran.status == 3
    assert ran.err.startswith(f"onescale: {copy}:2: ")
    assert "--encoding cp949" in ran.err and ran.err.count("\n") == 1

"""What is a number, by the format that design and README state; how one is written."""

import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onescale.core.errors import SpecError
from onescale.tables.arrow import number_texts
from onescale.tables.hints import advice
from onescale.tables.numbers import NumberFormat, write
from onescale.tables.reading.arrow_numbers import parse_column

PLAIN = NumberFormat()
GERMAN = NumberFormat(decimal=",", thousands=".")
SWISS = NumberFormat(thousands="'")
PERCENT = NumberFormat(percent=True)
CURRENCY = NumberFormat(thousands=",", currency=True)
BRACKETS = NumberFormat(parentheses=True)
EVERY = NumberFormat(thousands=",", percent=True, currency=True, parentheses=True)
COMMON_TOKENS = NumberFormat(common=True)
CASES = [
    (PLAIN, "12", 12.0),
    (PLAIN, " 12\t", 12.0),
    (PLAIN, "+1.5e-3", 0.0015),
    (PLAIN, "-.5", -0.5),
    (PLAIN, "5.", 5.0),
    (PLAIN, "007", 7.0),
    (PLAIN, "1E5", 1e5),
    (PLAIN, "-0", -0.0),
    (PLAIN, "9007199254740993", 9007199254740992.0),
    (PLAIN, "1e-400", 0.0),
    (PLAIN, "1_000", None),
    (PLAIN, "0x1F", None),
    (PLAIN, "１２", None),
    (PLAIN, "٣", None),
    (PLAIN, "inf", None),
    (PLAIN, "-Infinity", None),
    (PLAIN, "1e400", None),
    (PLAIN, "1,5", None),
    (PLAIN, "1 000", None),
    (PLAIN, "--1", None),
    (PLAIN, "1e", None),
    (PLAIN, ".", None),
    (PLAIN, "-nan", None),
    (PLAIN, "nan(1)", None),
    (PLAIN, "12abc", None),
    (PLAIN, "\u00a012", None),
    (PLAIN, "1\n", None),
    (PLAIN, "true", None),
    (PLAIN, "5%", None),
    (PLAIN, "+", None),
    (PLAIN, "", math.nan),
    (PLAIN, "  ", math.nan),
    (PLAIN, "NA", math.nan),
    (PLAIN, "n/A", math.nan),
    (PLAIN, "NaN", math.nan),
    (PLAIN, "Null", math.nan),
    (PLAIN, " none ", math.nan),
    (PLAIN, "N.A.", None),
    (PLAIN, "-", None),
    (GERMAN, "1.234,5", 1234.5),
    (GERMAN, "1234,5", 1234.5),
    (GERMAN, "-1.234.567", -1234567.0),
    (GERMAN, "1.23,5", None),
    (GERMAN, "1.5", None),
    (GERMAN, "1234.567", None),
    (GERMAN, ",5", 0.5),
    (GERMAN, "1,234.5", None),
    (GERMAN, "1,5e3", 1500.0),
    (SWISS, "1'234.5", 1234.5),
    (SWISS, "12'34", None),
    (SWISS, "1''234", None),
    (GERMAN, "0.123", None),
    (PLAIN, "\u221212", -12.0),
    (PLAIN, "1e\u22123", 0.001),
    (PERCENT, "12%", 12.0),
    (PERCENT, "12 %", 12.0),
    (PERCENT, "12", 12.0),
    (PERCENT, "%12", None),
    (CURRENCY, "$4,000 ", 4000.0),
    (CURRENCY, "-$5", -5.0),
    (CURRENCY, "$-5", -5.0),
    (CURRENCY, "$ \u22125.50", -5.5),
    (CURRENCY, "5 €", 5.0),
    (CURRENCY, "US$5", 5.0),
    (CURRENCY, "USD 1E3", 1000.0),
    (CURRENCY, "12 원", 12.0),
    (CURRENCY, "kr. 7", 7.0),
    (CURRENCY, "XYZ 7", None),
    (CURRENCY, "$", None),
    (BRACKETS, "(1.5)", -1.5),
    (BRACKETS, "( 1.5 )", -1.5),
    (BRACKETS, "(-1.5)", None),
    (BRACKETS, "(1.5", None),
    (BRACKETS, "1.5)", None),
    (EVERY, "$(1,000.5)", -1000.5),
    (EVERY, "($1,000)", -1000.0),
    (EVERY, "(5%)", -5.0),
    (EVERY, "(5)%", -5.0),
    (EVERY, "(1e3 €)", -1000.0),
    (COMMON_TOKENS, "#N/A", math.nan),
    (COMMON_TOKENS, " - ", math.nan),
    (COMMON_TOKENS, "Unknown", math.nan),
    (COMMON_TOKENS, "\\N", math.nan),
    (COMMON_TOKENS, "-5", -5.0),
    (PLAIN, "#N/A", None),
    (NumberFormat(missing=("-999", "x")), "-999", math.nan),
    (NumberFormat(missing=("-999",)), "-9.99e2", math.nan),
    (NumberFormat(missing=("0",)), "-0.00", math.nan),
    (NumberFormat(missing=("-999",)), "-999.5", -999.5),
    (NumberFormat(",", missing=("-1,50",)), "-1,5", math.nan),
    (NumberFormat(missing=("x",)), " x", math.nan),
    (NumberFormat(missing=("x",)), "X", None),
    (NumberFormat(missing=("-999",)), "-999.0", math.nan),
]


@pytest.mark.parametrize(("number_format", "text", "value"), CASES)
def test_both_readers_take_the_same_for_numbers(number_format, text, value):
    parsed = number_format.parse(text)
    values, odd = parse_column(pa.array([text]), number_format)
    if value is None:
        assert parsed is None and odd.tolist() == [0]
    else:
        assert repr(parsed) == repr(value) == repr(float(values[0]))
        assert odd.tolist() == []


@given(st.text(st.sampled_from("0123456789.,'eE+- \tnNaAiInf_x%$€()?*\u2212\u00a0KR"), max_size=8))
def test_both_readers_agree_on_any_text(text):
    for number_format in (PLAIN, GERMAN, SWISS, EVERY, COMMON_TOKENS, NumberFormat(missing=("1",))):
        values, odd = parse_column(pa.array([text]), number_format)
        parsed = number_format.parse(text)
        if parsed is None:
            assert odd.tolist() == [0]
        else:
            assert odd.tolist() == [] and repr(float(values[0])) == repr(parsed)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_as_repr_does(value):
    assert write(value) == repr(value)
    assert number_texts(pa.array([value]).to_numpy()).to_pylist() == [repr(value)]


@pytest.mark.parametrize("exponent", range(-12, 20))
def test_the_fast_writer_at_every_size(exponent):
    values = [k * 10.0**exponent for k in (1.0, 1.5, -2.25, 9.999999999999999, 1 / 3)]
    assert number_texts(pa.array(values).to_numpy()).to_pylist() == list(map(repr, values))


def test_missing_is_written_empty():
    assert write(math.nan) == ""
    assert number_texts(pa.array([math.nan, 1.0]).to_numpy()).to_pylist() == ["", "1.0"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,5", "--decimal ,"),
        ("1,234.5", "--thousands ,"),
        ("1.234,5", "--decimal , --thousands ."),
        ("inf", "infinity"),
        ("1e999", "beyond"),
        ("１２", "digits 0 to 9"),
        ("unknown", "--missing-like common"),
        ("Kim", "--missing Kim"),
        ("not known", "--missing 'not known'"),
        ("5세", "mend the cell"),
        ("it's", '--missing "it\'s"'),
        ("1 000", "--thousands ' '"),
        ("1\u00a0234,5", r"--decimal , --thousands $'\u00a0'"),
        ("1'234.5", '--thousands "\'"'),
    ],
)
def test_the_hint_says_what_to_do(text, says):
    assert says in advice(PLAIN, [text, "7"])


def test_a_misplaced_thousands_mark_is_called_so():
    assert "misplaced" in advice(GERMAN, ["1.23,5"]) and "misplaced" in advice(SWISS, ["12'34"])


@pytest.mark.parametrize("marks", [("", ""), (",", ","), ("5", ""), (".", "ab"), ("-", "")])
def test_marks_that_cannot_be(marks):
    with pytest.raises(SpecError):
        NumberFormat(*marks)

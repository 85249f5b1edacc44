"""Options that are JSON: read whole, or refused in one line."""

from dataclasses import dataclass

import pytest

from onescale.core.errors import SpecError
from onescale.core.settings import build, number, read_mapping


def test_an_option_is_json_or_a_file_of_it(tmp_path):
    text = '{"title": "학생", "level": 0.05}'
    (tmp_path / "spec.json").write_text(text, encoding="utf-8")
    expected = {"title": "학생", "level": 0.05}
    for given in (text, f"@{tmp_path / 'spec.json'}"):
        assert read_mapping(given, "--spec", ["level", "title", "more"]) == expected
        assert read_mapping(given) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "--figure: not JSON at line 1, column 1"),
        ('{"kind":\n grid}', "--figure: not JSON at line 2, column 2"),
        ("[1]", "--figure: [1] must be a mapping with kind, x"),
        ('{"kin": 1}', "--figure: unknown key 'kin'; did you mean 'kind'?"),
        ('{"x": NaN}', "--figure: NaN is not strict JSON"),
        ('{"x":' * 100_000, "--figure: nested too deeply"),
        ("@absent.json", "--figure: absent.json: No such file or directory"),
    ],
)
def test_an_option_that_cannot_be_meant(text, words):
    with pytest.raises(SpecError) as error:
        read_mapping(text, "--figure", ["kind", "x"])
    assert str(error.value).startswith(words)


def test_a_field_that_was_not_made_a_setting_is_told_as_such():
    @dataclass
    class Half:
        rate: float = 0.1
        decay: float = number(0.9, "[0, 1)")

    assert build(Half, {"decay": 0.5}, "optimizer") == Half(decay=0.5)
    with pytest.raises(
        SpecError, match=r"^optimizer.rate: a field of Half, but no setting; number"
    ):
        build(Half, {"rate": 0.2}, "optimizer")

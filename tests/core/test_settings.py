"""JSON from the command line and from files of ours: read whole, or refused in one line."""

import pytest

from onescale.core.errors import DataError, SpecError
from onescale.core.json_files import read_json, write_json
from onescale.core.settings import read_mapping


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


def test_a_file_comes_back_as_it_was_written(tmp_path):
    content = {"name": "학생", "values": [0.1, None, 1e-300], "deep": {"0": True}}
    write_json(tmp_path / "a.json", content)
    assert read_json(tmp_path / "a.json", "onescale x", content.keys()) == content
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "b.json", {"x": float("inf")})
    assert not (tmp_path / "b.json").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'{"name": "a",\n "x" 1}', r"a\.json:2: not JSON"),
        (b'{"name": NaN}', "NaN is not strict JSON; an undefined figure is null"),
        (b"[]", "not what 'onescale x' writes: it must be a mapping with name, x"),
        (b'{"name": "a"}', "not what 'onescale x' writes: it lacks 'x'"),
        (b'{"name": "a", "x": 1, "nam": 2}', "writes: unknown key 'nam'"),
        (b"\xff", "cannot be read as a file of 'onescale x'"),
        (None, "no such file; 'onescale x … -o .*a.json' writes it"),
    ],
)
def test_a_file_of_another_kind(text, words, tmp_path):
    path = tmp_path / "a.json"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(DataError, match=words) as error:
        read_json(path, "onescale x", ["name", "x"])
    assert str(path) in str(error.value)

"""JSON files of ours: they come back as they were written, or are refused in one line."""

import pytest

from onescale.core.errors import DataError
from onescale.core.json_files import read_json, write_json


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

"""The manifest names what changed, and nothing else."""

import json

import pytest

from onescale.core import manifest
from onescale.core.errors import DataError, VerificationError


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("given.csv", "result.csv", "result.png"):
        (tmp_path / name).write_text(name)
    manifest.write("manifest.json", ["given.csv"], ["result.csv", "result.png"], {"seeds": [0]})
    return tmp_path


def test_what_did_not_change_is_verified(made):
    content = json.loads((made / "manifest.json").read_text())
    assert content["configuration"] == {"seeds": [0]}
    # The SHA-256 of b"given.csv", by sha256sum of GNU coreutils.
    digest = "cc071e9e2c24ec76f8de234bd739015db39b3ff5a12c9333320c24a48c49ba07"
    assert content["inputs"] == {"given.csv": digest}
    assert "onescale/core/manifest.py" in content["sources"]
    for named in ("manifest.json", "."):
        assert manifest.verify(named) == 3 + len(content["sources"])


def test_no_password_of_the_configuration_stands_in_it(made):
    signed = "https://example.org/x?X-Amz-Signature={}&download=1"
    mirrors = ["data/mnist", "https://me:secret@example.org/mnist/", signed.format("5ec2e7")]
    manifest.write("manifest.json", [], [], {"datasets": {"mnist": {"sources": mirrors}}})
    content = json.loads((made / "manifest.json").read_text("utf-8"))
    shown = ["data/mnist", "https://…@example.org/mnist/", signed.format("…")]
    assert content["configuration"] == {"datasets": {"mnist": {"sources": shown}}}


def test_what_changed_is_named(made):
    (made / "result.csv").write_text("touched")
    (made / "given.csv").unlink()
    content = json.loads((made / "manifest.json").read_text())
    content["sources"]["onescale/gone.py"] = content["sources"].pop("onescale/training/trainer.py")
    content["versions"]["numpy"] = "1.0"
    (made / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(VerificationError) as told:
        manifest.verify("manifest.json")
    lines = [line.strip() for line in str(told.value).splitlines()[1:]]
    assert lines[:-1] == [
        "missing: given.csv",
        "new: onescale/training/trainer.py",
        "missing: onescale/gone.py",
        "changed: result.csv",
    ]
    assert lines[-1].startswith("version: numpy 1.0 then, ")


def test_a_name_in_it_is_one_line_and_a_device_no_file(made):
    content = json.loads((made / "manifest.json").read_text())
    content["outputs"]["a\n  changed: b\x1b[2J"] = "0"
    (made / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(VerificationError) as told:
        manifest.verify("manifest.json")
    assert str(told.value).splitlines()[1:] == ["  missing: a␊  changed: b␛[2J"]
    with pytest.raises(DataError, match="/dev/zero: is a device"):
        manifest.write("other.json", ["/dev/zero"], [], {})


WHOLE = {key: {} for key in ("inputs", "sources", "outputs", "versions", "configuration")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "json:1: not JSON, so not what 'onescale manifest' wrote"),
        ("[]", "json: not what 'onescale manifest' writes: it must be a mapping"),
        ('{"inputs": {}}', "json: not what 'onescale manifest' writes: it lacks 'sources'"),
        (
            json.dumps(WHOLE | {"inputs": 3}),
            "json: not what 'onescale manifest' writes: 'inputs': 3 is no mapping",
        ),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path, text, words):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DataError, match=words):
        manifest.verify(tmp_path / "manifest.json")


def test_where_there_is_none_those_in_folders_beside_are_named(tmp_path):
    """`make quick` alone leaves results/quick/manifest.json."""
    with pytest.raises(DataError, match="no such file; 'onescale manifest"):
        manifest.verify(tmp_path / "manifest.json")
    for name in ("quick", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{}")
    with pytest.raises(DataError, match=r"no such file; there is \S+out/\S+ and \S+quick/\S+$"):
        manifest.verify(tmp_path / "manifest.json")

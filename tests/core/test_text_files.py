"""Whatever reads a file of ours: without an end it is refused before memory is full."""

import contextlib
import os
import threading

import pytest

from onescale import cli
from onescale.core import text_files
from onescale.core.errors import OnescaleError

READ = [
    "verify /dev/zero",
    "apply /dev/zero t.csv",
    "merge f.json /dev/zero -o g.json",
    "compare /dev/zero",
    "compare @/dev/zero",
    "trials /dev/zero",
    "train --spec @/dev/zero -o x.json",
    "train --spec {} --chosen /dev/zero -o x.json",
    "manifest /dev/zero --configuration {} -o m.json",
    "manifest t.csv --configuration @/dev/zero -o m.json",
    "figures standing /dev/zero -o s",
    "confirmation /dev/zero /dev/zero --seeds 1",
]


@pytest.mark.parametrize("words", READ)
def test_a_device_is_no_file(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open("t.csv", "w") as table:
        table.write("x\n1\n2\n")
    cli.cli.main(["fit", "t.csv", "-q", "-o", "f.json"], standalone_mode=False)
    with pytest.raises(OnescaleError, match=r"/dev/zero: .*is a device, not a file"):
        cli.cli.main(words.split(), standalone_mode=False)
    assert sorted(os.listdir()) == ["f.json", "t.csv"]


@pytest.mark.parametrize(("most", "whole"), [(5_000_000, True), (3_000_000, False)])
def test_a_pipe_is_a_file_up_to_what_any_has(most, whole, tmp_path, monkeypatch):
    monkeypatch.setattr(text_files, "LARGEST", most)
    os.mkfifo(tmp_path / "pipe")
    text = "가나다\r\n" * 350_000

    def write():
        with contextlib.suppress(BrokenPipeError):
            (tmp_path / "pipe").write_bytes(text.encode())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        if whole:
            assert text_files.read_text(tmp_path / "pipe") == text
        else:
            with pytest.raises(ValueError, match="more than the 3,000,000 bytes that any has"):
                text_files.read_text(tmp_path / "pipe")
    finally:
        writer.join()

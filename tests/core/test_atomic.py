"""Files that appear whole or not at all, and what is no file."""

import os
import threading

import pytest

from onescale.core.atomic import Together, atomic_write
from onescale.core.json_files import write_json


def test_a_failure_leaves_all_as_it_was(tmp_path):
    path = tmp_path / "new folder" / "result.txt"
    with pytest.raises(ZeroDivisionError), atomic_write(path) as stream:
        stream.write("half")
        stream.flush()
        _ = 1 / 0
    assert list(path.parent.iterdir()) == []
    write_json(path, [1])
    with pytest.raises(ValueError):
        write_json(path, float("nan"))
    assert path.read_text() == "[\n 1\n]\n" and list(path.parent.iterdir()) == [path]


def test_files_appear_together(tmp_path):
    paths = [tmp_path / f"{k}.txt" for k in range(3)]
    paths[1].write_text("old")
    paths[1].chmod(0o600)
    for fails in (True, False):
        try:
            with Together() as together:
                for path in paths:
                    with atomic_write(path, together=together) as stream:
                        stream.write("new")
                    assert not paths[0].exists() and paths[1].read_text() == "old"
                _ = 1 / (not fails)
        except ZeroDivisionError:
            assert fails and [*tmp_path.iterdir()] == [paths[1]]
    assert [path.read_text() for path in sorted(tmp_path.iterdir())] == ["new"] * 3
    assert paths[1].stat().st_mode & 0o777 == 0o600


def test_a_file_keeps_its_mode(tmp_path):
    path = tmp_path / "private"
    path.write_text("old")
    path.chmod(0o600)
    with atomic_write(path) as stream:
        stream.write("new")
    assert path.read_text() == "new" and path.stat().st_mode & 0o777 == 0o600


def test_another_name_of_a_file_that_is_replaced_is_told_of(tmp_path):
    path, other = tmp_path / "one.txt", tmp_path / "other.txt"
    path.write_text("old")
    os.link(path, other)
    told = pytest.warns(UserWarning, match=r"one\.txt: had 1 other name \(hard link\), which keeps")
    with told, atomic_write(path) as stream:
        stream.write("new")
    assert (path.read_text(), other.read_text()) == ("new", "old")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_keeps_its_owner(tmp_path):
    path = tmp_path / "theirs"
    path.write_text("old")
    os.chown(path, 1234, 4321)
    with atomic_write(path) as stream:
        stream.write("new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


def test_a_full_disk_is_named():
    with pytest.raises(OSError, match="/dev/full"), atomic_write("/dev/full") as stream:
        stream.write("much")


def test_a_file_beyond_what_is_allowed_is_named(tmp_path):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with (
            pytest.raises(OSError, match=r"large.*out\.txt"),
            atomic_write(tmp_path / "out.txt") as s,
        ):
            s.write("x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "real.txt", tmp_path / "link.txt"
    link.symlink_to(target)
    for text in ("first", "second"):
        with atomic_write(link) as stream:
            stream.write(text)
        assert link.is_symlink() and target.read_text() == text


def test_a_name_may_be_as_long_as_names_can_be(tmp_path):
    path = tmp_path / ("가" * 85)
    with atomic_write(path) as stream:
        stream.write("whole")
    assert path.read_text() == "whole" and [*tmp_path.iterdir()] == [path]
    with pytest.raises(OSError, match="too long"), atomic_write(f"{path}x"):
        pytest.fail("told of once it is written")


def test_a_pipe_is_written_to_and_no_device_is_replaced(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reading = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reading.start()
    with atomic_write(pipe, "wb") as stream:
        stream.write(b"all of it")
    reading.join()
    assert read == [b"all of it"] and not pipe.is_file()
    with atomic_write(os.devnull) as stream:
        stream.write("nothing")
    assert not os.path.isfile(os.devnull)


def test_what_cannot_be_written_is_named_as_it_was_given(tmp_path):
    for name in (tmp_path, "/proc/none/file"):
        with pytest.raises(OSError) as told, atomic_write(name) as stream:
            stream.write("never")
        assert os.fspath(name) in str(told.value)

"""A bit turned anywhere in an archive, or its end cut off: its arrays, or one kind of error."""

import numpy as np
import pytest

from onescale.core import archives

ARRAY = np.arange(3.0)


@pytest.fixture
def path(tmp_path):
    np.savez(tmp_path / "a.npz", x=ARRAY)
    return tmp_path / "a.npz"


def read(path):
    with archives.opened(path) as arrays:
        return {name: arrays[name] for name in arrays.files}


def test_a_damaged_file_is_the_same_arrays_or_refused(path):
    whole = path.read_bytes()
    damaged = [whole[:size] for size in range(len(whole))]
    for place in range(0, 8 * len(whole), 3):
        turned = bytearray(whole)
        turned[place // 8] ^= 1 << place % 8
        damaged.append(bytes(turned))
    refused = 0
    for content in damaged:
        path.write_bytes(content)
        try:
            found = read(path)
        except ValueError:
            refused += 1
        else:
            assert found.keys() == {"x"} and found["x"].tobytes() == ARRAY.tobytes()
    assert len(whole) + 2 * ARRAY.nbytes < refused < len(damaged)


def test_what_is_not_there_and_what_is_none(path):
    with pytest.raises(FileNotFoundError):
        read(path.with_name("b.npz"))
    with pytest.raises(KeyError), archives.opened(path) as arrays:
        arrays["y"]
    with open(path, "wb") as stream:
        np.save(stream, ARRAY)
    with pytest.raises(ValueError, match="no archive of NumPy's"):
        read(path)

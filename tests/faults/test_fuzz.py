"""Some tables of `make fuzz`, and what it found."""

import pytest

from faults import fuzz


@pytest.mark.parametrize("seed", range(16))
def test_what_commands_make_of_random_tables_is_right(seed, tmp_path):
    assert fuzz.one(seed, tmp_path) == ""


def test_an_oracle_that_is_wrong_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(fuzz, "root", lambda value: fuzz.Fraction(float(value) ** 0.5 * 1.000001))
    assert any(fuzz.one(seed, tmp_path) for seed in range(4))


def test_a_spread_below_the_smallest_float_is_one(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("x\n5e-324\n0\n-0.0\n")
    out = fuzz.run(0, "standardize", str(path), "--replace", "-q").split()
    assert out == ["x", "1.4142135623730951", "-0.7071067811865476", "-0.7071067811865476"]

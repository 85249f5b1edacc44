"""Distinct values survive the file of a fit, to the bit, as a list and packed."""

import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onescale.core.errors import DataError
from onescale.tables.scaling import packed
from onescale.tables.statistics.ranks import RankTable

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@example([-1e308, 1e308], 0)  # whose difference no double holds
@given(st.lists(FINITE, max_size=50), st.sampled_from([0, 10_000]))
def test_values_and_counts_come_back(values, keeps):
    table = RankTable.of(np.array(values, float))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "KEEPS", keeps)
        text = json.dumps(packed.written(table) | {"count": len(values)})
    again = packed.read(json.loads(text))
    assert isinstance(json.loads(text)["values"], str) == (keeps == 0 and len(values) > 0)
    assert again.values.tolist() == table.values.tolist()
    assert again.counts.tolist() == table.counts.tolist()


@pytest.mark.parametrize("edit", [lambda t: t[:-8], lambda t: "AAAA" + t, lambda t: t[4:], len])
def test_broken_text_is_refused(monkeypatch, edit):
    monkeypatch.setattr(packed, "KEEPS", 3)
    entry = packed.written(RankTable.of(np.arange(9.0))) | {"count": 9}
    for key in ("values", "counts"):
        with pytest.raises((DataError, ValueError, TypeError)):
            packed.read(entry | {key: edit(entry[key])})
    with pytest.raises(DataError, match="do not add up"):
        packed.read(entry | {"count": 10})

"""A fit written down, read back, added up: the same, whatever its groups are called."""

import json

import polars as pl
import pytest

from onescale import Scaler
from onescale.core.errors import DataError
from onescale.tables.scaling import fit_file

FRAME = pl.DataFrame({"g": ["a", None, None, "a", "b"], "x": [1.0, 5.0, 7.0, 3.0, 4.0]})
METHODS = ["standardize", "minmax", "robust", "mad", "maxabs", "rank", "batch_norm"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("by", [None, "g"])
@pytest.mark.filterwarnings("ignore:column 'x' has no spread")
def test_reading_undoes_writing(tmp_path, method, by):
    fit = Scaler(method, by=by).fit(FRAME).fit_
    fit_file.save(fit, tmp_path / "fit.json")
    assert fit_file.to_mapping(fit_file.load(tmp_path / "fit.json")) == fit_file.to_mapping(fit)
    assert (tmp_path / "fit.json").read_text() == fit_file.text(fit)


@pytest.mark.filterwarnings("ignore:column 'x' has no spread")
def test_missing_groups_add_up_as_a_group_of_their_own():
    parts = Scaler(by="g").fit(FRAME[:2]).partial_fit(FRAME[2:])
    assert fit_file.to_mapping(parts.fit_) == fit_file.to_mapping(Scaler(by="g").fit(FRAME).fit_)


BAD = [
    ({"form": 2}, "a fit of form 2; this onescale reads 1"),
    ({"method": "rank", "options": {}}, "a broken fit"),
    ({"method": "chapter", "options": {"ddof": 0}}, "chapter is of whole columns"),
    ({"more": 1}, "unknown key 'more'"),
    ({"options": {"low": 0.0}}, "a broken fit"),
]


@pytest.mark.parametrize(("changed", "says"), BAD, ids=[says for _, says in BAD])
def test_a_file_that_is_no_fit(tmp_path, changed, says):
    content = fit_file.to_mapping(Scaler().fit(FRAME).fit_) | changed
    (tmp_path / "fit.json").write_text(json.dumps(content))
    with pytest.raises(DataError, match=says):
        fit_file.load(tmp_path / "fit.json")


EDITED = [("values", [1.0, 3.0, 4.0, 5.0, 6.0]), ("counts", [2, 0, 1, 1, 1]), ("counts", [1])]


@pytest.mark.parametrize(("key", "value"), EDITED)
def test_ranks_that_their_sums_contradict(tmp_path, key, value):
    content = fit_file.to_mapping(Scaler("rank").fit(FRAME).fit_)
    content["columns"][0]["statistics"][0][key] = value
    (tmp_path / "fit.json").write_text(json.dumps(content))
    with pytest.raises(DataError):
        fit_file.load(tmp_path / "fit.json")

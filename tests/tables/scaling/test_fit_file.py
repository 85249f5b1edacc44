"""A fit written down, read back, added up: the same, whatever its groups are called."""

import contextlib
import json

import numpy as np
import polars as pl
import pytest

from onescale import Scaler
from onescale.core.errors import DataError
from onescale.tables.scaling import fit_file

FRAME = pl.DataFrame({"g": ["a", None, None, "a", "b"], "x": [1.0, 5.0, 7.0, 3.0, 4.0]})
METHODS = ["standardize", "minmax", "robust", "mad", "maxabs", "rank", "batch_norm"]


def content_of(fit):
    return json.loads(fit_file.text(fit))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("by", [None, "g"])
@pytest.mark.filterwarnings("ignore:column 'x' has no spread")
def test_reading_undoes_writing(tmp_path, method, by):
    fit = Scaler(method, by=by).fit(FRAME).fit_
    fit_file.save(fit, tmp_path / "fit.json")
    assert content_of(fit_file.load(tmp_path / "fit.json")) == content_of(fit)
    assert (tmp_path / "fit.json").read_text() == fit_file.text(fit)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.filterwarnings("ignore:column 'x' has no spread")
def test_entries_of_many_groups_are_read_where_they_are_asked_for(tmp_path, monkeypatch, method):
    path = tmp_path / "fit.json"
    fit_file.save(Scaler(method, by="g").fit(FRAME).fit_, path)
    fit = fit_file.load(path)
    monkeypatch.setattr(fit_file, "MANY", 2)
    many = fit_file.load(path)
    needs_values = many.columns[0].method.needs != "moments"
    assert isinstance(many.columns[0].statistics, list) == needs_values
    assert fit_file.text(many) == path.read_text()
    twice = [fit_file.text(fit_file.merge([one, one], ["a", "b"])) for one in (fit, many)]
    assert twice[0] == twice[1]
    unseen = [one.for_unseen("global") for one in (fit, many)]
    values, codes = FRAME["x"].to_numpy(), np.array([0, 1, 1, 3, 2])
    scaled = [one.transform(one.columns[0], values, codes).tolist() for one in unseen]
    assert scaled[0] == scaled[1]
    path.write_text(path.read_text().replace('"rows": 1', '"rows": 2'))
    with pytest.raises(DataError, match="was edited after it was written"):
        fit_file.load(path)


@pytest.mark.filterwarnings("ignore:column 'x' has no spread")
def test_missing_groups_add_up_as_a_group_of_their_own():
    parts = Scaler(by="g").fit(FRAME[:2]).partial_fit(FRAME[2:])
    assert content_of(parts.fit_) == content_of(Scaler(by="g").fit(FRAME).fit_)


BAD = [
    ({"form": 3}, "a fit of form 3; this onescale reads 1 and 2"),
    ({"method": "rank", "options": {}}, "a broken fit"),
    ({"method": "chapter", "options": {"ddof": 0}}, "chapter is of whole columns"),
    ({"more": 1}, "unknown key 'more'"),
    ({"options": {"low": 0.0}}, "a broken fit"),
]


@pytest.mark.parametrize(("changed", "says"), BAD, ids=[says for _, says in BAD])
def test_a_file_that_is_no_fit(tmp_path, changed, says):
    content = content_of(Scaler().fit(FRAME).fit_) | changed
    (tmp_path / "fit.json").write_text(json.dumps(content))
    with pytest.raises(DataError, match=says):
        fit_file.load(tmp_path / "fit.json", trust_edited=True)


EDITED = [("values", [1.0, 3.0, 4.0, 5.0, 6.0]), ("counts", [2, 0, 1, 1, 1]), ("counts", [1])]


@pytest.mark.parametrize(("key", "value"), EDITED)
def test_ranks_that_their_sums_contradict(tmp_path, key, value):
    content = content_of(Scaler("rank").fit(FRAME).fit_)
    content["columns"][0]["statistics"][0][key] = value
    (tmp_path / "fit.json").write_text(json.dumps(content))
    with pytest.raises(DataError):
        fit_file.load(tmp_path / "fit.json", trust_edited=True)


LEAVES = [None, True, -1, 0.5, 1e308, 10**300, "", "x", "1*2^99999999", [], {}, [[]], "nan"]


def places(value, path=()):
    """The way to every value of a JSON document, the containers included."""
    yield path
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in inner:
            yield from places(one, (*path, key))


@pytest.mark.parametrize("method", ["standardize", "robust", "rank"])
@pytest.mark.filterwarnings("ignore:column 'x' has no spread")
def test_every_edited_value_is_refused_and_none_is_a_bug(tmp_path, method):
    """Each value by every other kind of value: refused as edited, or, trusted, read or refused."""
    text, path = fit_file.text(Scaler(method, by="g").fit(FRAME).fit_), tmp_path / "fit.json"
    tried = 0
    for way in list(places(json.loads(text)))[1:]:
        for leaf in LEAVES:
            content = inner = json.loads(text)
            for key in way[:-1]:
                inner = inner[key]
            if inner[way[-1]] == leaf and type(inner[way[-1]]) is type(leaf):
                continue
            inner[way[-1]], tried = leaf, tried + 1
            path.write_text(json.dumps(content))
            with pytest.raises(DataError) as told:
                fit_file.load(path)
            assert len(str(told.value).splitlines()) == 1
            with contextlib.suppress(DataError):
                fit_file.load(path, trust_edited=True)
    assert tried > 300


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, '{"a": 1e999}', "1" * 5000])
def test_what_no_file_of_ours_holds_is_one_line(tmp_path, text):
    (tmp_path / "fit.json").write_text(text)
    with pytest.raises(DataError) as told:
        fit_file.load(tmp_path / "fit.json")
    assert len(str(told.value).splitlines()) == 1 and len(str(told.value)) < 400

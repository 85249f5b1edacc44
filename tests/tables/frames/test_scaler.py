"""Scaler where a scikit-learn transformer would stand; its file is that of the command line."""

import html
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.validation import check_is_fitted

import onescale as package
from onescale import Scaler
from onescale.core.errors import DataError, SpecError
from onescale.tables.scaling.methods import option_fields

R = np.random.default_rng(0)
X = R.normal(50, 7, (80, 3))
NEW = R.normal(50, 9, (20, 3))
PEERS = {
    "standardize": StandardScaler(),
    "minmax": MinMaxScaler(),
    "robust": RobustScaler(),
    "maxabs": MaxAbsScaler(),
}


@pytest.mark.parametrize("method", PEERS)
def test_as_scikit_learn_does(method):
    ours, peer = Scaler(method).fit(X), PEERS[method].fit(X)
    assert np.allclose(ours.transform(NEW), peer.transform(NEW), rtol=1e-12, atol=1e-13)
    assert np.abs(ours.inverse_transform(ours.transform(NEW)) - NEW).max() < 1e-12 * 100
    given = X.copy()
    scaled = ours.fit_transform(given)
    assert (scaled == ours.transform(X)).all() and (given == X).all()
    assert (getattr(package, method)(given) == scaled).all() and (given == X).all()


def test_clip_and_range():
    ours = Scaler("minmax", range=(0, 10), clip=True).fit(X)
    peer = MinMaxScaler((0, 10), clip=True).fit(X)
    assert np.allclose(ours.transform(NEW), peer.transform(NEW), rtol=1e-12)


@pytest.mark.parametrize(
    "method", ["standardize", "minmax", "maxabs", "rank", "robust", "mad", "batch_norm"]
)
def test_parts_give_the_bits_of_the_whole(method):
    whole = Scaler(method).fit(X)
    step = Scaler(method).partial_fit(X[:9]).partial_fit(X[9:70]).partial_fit(X[70:])
    merged = Scaler(method).fit(X[50:]).merge(Scaler(method).fit(X[:50]))
    for other in (step, merged):
        assert (other.transform(NEW) == whole.transform(NEW)).all()


@pytest.mark.parametrize("by", [None, "g"])
def test_save_load_and_the_command_line(onescale, tmp_path, by):
    frame = pd.DataFrame(X, columns=list("abc")).assign(g=["u", "v"] * 40)
    scaler = Scaler(by=by, ddof=1).fit(frame)
    scaler.save(tmp_path / "s.json")
    loaded = Scaler.load(tmp_path / "s.json")
    assert loaded.transform(frame).equals(scaler.transform(frame))
    assert loaded.get_params()["ddof"] == 1
    frame.to_csv(tmp_path / "t.csv", index=False)
    ran = onescale("apply", tmp_path / "s.json", tmp_path / "t.csv", "--replace")
    assert list(map(float, ran.column("b"))) == scaler.transform(frame)["b"].tolist()
    ran = onescale("fit", tmp_path / "t.csv", "--ddof", 1, *(["--by", by] if by else []))
    (tmp_path / "cli.json").write_text(ran.out)
    assert Scaler.load(tmp_path / "cli.json").transform(frame).equals(scaler.transform(frame))


def test_in_pipelines_and_searches():
    y = X @ [1.0, 2.0, 3.0]
    pipeline = make_pipeline(Scaler(), LinearRegression()).fit(X, y)
    check_is_fitted(pipeline)
    assert pipeline.score(X, y) == pytest.approx(1)
    assert pipeline[:-1].get_feature_names_out().tolist() == ["x0", "x1", "x2"]
    search = GridSearchCV(pipeline, {"scaler__method": ["standardize", "minmax"]}, cv=3).fit(X, y)
    assert search.best_score_ == pytest.approx(1)
    copy = clone(Scaler("minmax", range=(0, 5)))
    assert copy.get_params()["range"] == (0, 5) and not hasattr(copy, "fit_")


def test_frames_keep_other_columns_and_names():
    frame = pl.DataFrame({"name": ["a", "b"], "x": [1.0, 3.0]})
    scaler = Scaler().fit(frame)
    out = scaler.transform(frame)
    assert out.to_dict(as_series=False) == {"name": ["a", "b"], "x": [-1.0, 1.0]}
    assert scaler.get_feature_names_out().tolist() == ["name", "x"]


@pytest.mark.parametrize("method", ["standardize", "minmax", "robust", "maxabs", "batch_norm"])
def test_lazy_frames(method):
    frame = pl.DataFrame(X, schema=["a", "b", "c"])
    scaler = Scaler(method).fit(frame.lazy())
    out = scaler.transform(frame.lazy())
    assert isinstance(out, pl.LazyFrame)
    eager = scaler.transform(frame).to_numpy()
    assert np.allclose(out.collect().to_numpy(), eager, rtol=1e-13)
    back = scaler.inverse_transform(out).collect().to_numpy()
    assert np.abs(back - X).max() < 1e-11


def test_a_plan_with_steps_on_lazy_frames():
    frame = pl.DataFrame(np.abs(X), schema=["a", "b", "c"])
    scaler = Scaler({"a": "log,mad", "b": "log,log,robust"}).fit(frame)
    lazily = scaler.transform(frame.lazy())
    assert np.allclose(lazily.collect(), scaler.transform(frame), rtol=1e-13)
    assert np.allclose(scaler.inverse_transform(lazily).collect(), frame, rtol=1e-12)
    for other in (Scaler("rank"), Scaler(before=["asinh"])):
        with pytest.raises(SpecError, match="collect"):
            other.fit(frame).transform(frame.lazy())


MANY = np.arange(30_003.0).reshape(-1, 3)
BAD = [
    (lambda: Scaler().transform(X), DataError, "fit first"),
    (lambda: Scaler("nope").fit(X), SpecError, "unknown method"),
    (lambda: Scaler("chapter").fit(X), SpecError, "cannot be"),
    (lambda: Scaler("rank").fit(X).scale_, AttributeError, "no one scale"),
    (lambda: Scaler("rank", constant="missing").fit(X), SpecError, "no meaning for rank"),
    (lambda: Scaler("minmax", ddof=1).fit(X), SpecError, "takes no ddof"),
    (lambda: Scaler().fit(X).transform(X[:, :2]), DataError, "3 columns"),
    (lambda: Scaler().fit(X).transform(pd.DataFrame(X)), DataError, "fitted to an array"),
    (lambda: Scaler("robust").fit(MANY).partial_fit(X), DataError, "cannot be merged"),
    (lambda: Scaler().fit(X).merge(Scaler("minmax").fit(X)), DataError, "another method"),
    (lambda: Scaler().set_params(nope=1), SpecError, "unknown parameter"),
    (lambda: Scaler().fit(X).get_feature_names_out(["a"]), DataError, "3 other columns"),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_errors(case):
    call, error, says = BAD[case]
    with pytest.raises(error, match=says):
        call()


def test_unseen_groups_and_missing_columns():
    frame = pl.DataFrame({"g": ["a", "a", "b", "b"], "x": [1.0, 2.0, 3.0, 5.0]})
    scaler = Scaler(by="g").fit(frame)
    with pytest.raises(DataError, match="unknown group 'c'"):
        scaler.transform(pl.DataFrame({"g": ["c"], "x": [1.0]}))
    with pytest.raises(DataError, match="unknown column 'x'"):
        scaler.transform(pl.DataFrame({"g": ["a"], "y": [1.0]}))
    assert scaler.transform(frame.lazy()).collect().equals(scaler.transform(frame))
    for back in (frame, frame.lazy().collect()):
        assert (
            scaler.inverse_transform(back.lazy()).collect().equals(scaler.inverse_transform(back))
        )
    with pytest.raises(DataError, match="unknown group 'c'"):
        scaler.transform(pl.LazyFrame({"g": ["c"], "x": [1.0]}))


# What scikit-learn's checks want and we do otherwise, and why.
EXPECTED = {
    "check_estimator_sparse_array": "sets with_mean, as any class called Scaler has it",
    "check_estimator_sparse_matrix": "sets with_mean, as any class called Scaler has it",
    "check_fit1d": "an array of shape (n,) is one column",
    "check_dtype_object": "an object that is no number is a DataError (ValueError), no TypeError",
}


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_own_checks_pass():
    results = check_estimator(Scaler(), on_fail=None, on_skip=None)
    failed = {one["check_name"] for one in results if one["status"] == "failed"}
    assert failed == set(EXPECTED)


def test_every_option_of_a_method_is_a_parameter():
    assert set(Scaler().get_params()) == {"method", "columns", "by", "constant", *option_fields()}


def test_what_scikit_learn_s_scalers_know():
    scaler, peer = Scaler().fit(X), StandardScaler().fit(X)
    assert np.allclose(scaler.mean_, peer.mean_) and np.allclose(scaler.scale_, peer.scale_)
    assert not hasattr(Scaler("minmax").fit(X), "mean_")
    with pytest.raises(NotFittedError):
        Scaler().transform(X)
    framed = Scaler().set_output(transform="pandas").fit_transform(X)
    assert list(framed) == ["x0", "x1", "x2"] and (framed.to_numpy() == scaler.transform(X)).all()


def test_lists_objects_series_and_single_precision():
    expected = Scaler().fit_transform(X)
    assert (Scaler().fit_transform(X.tolist()) == expected).all()
    assert (Scaler().fit_transform(X.astype(object)) == expected).all()
    for series in (pd.Series(X[:, 0]), pl.Series(X[:, 0])):
        assert (Scaler().fit_transform(series) == expected[:, 0]).all()
    single = Scaler().fit_transform(X.astype(np.float32))
    assert single.dtype == np.float32 and np.allclose(single, expected, atol=1e-4)


def test_some_of_the_fitted_columns_will_do():
    frame = pd.DataFrame(X, columns=list("abc"))
    scaler = Scaler().fit(frame)
    assert scaler.transform(frame[["b"]])["b"].equals(scaler.transform(frame)["b"])


def shown(scaler: Scaler) -> list[list[str]]:
    """The cells of what a notebook shows of it."""
    told = scaler._repr_html_().partition("</code>")[2]
    return [[cell.text for cell in row] for row in ElementTree.fromstring(told).iter("tr")]


def test_a_notebook_shows_what_was_learnt():
    frame = pd.DataFrame({"<x>": [1.0, 2.0, 6.0, None], "y": [0, 2, 1, 3], "g": [*"aab\x1b"]})
    assert Scaler("robust")._repr_html_() == f"<code>{html.escape(repr(Scaler('robust')))}</code>"
    head, *rows = shown(Scaler("minmax").fit(frame))
    assert head == ["column", "count", "min", "max"]
    assert rows == [["<x>", "3", "1", "6"], ["y", "4", "0", "3"]]
    head, *rows = shown(Scaler({"<x>": "minmax", "y": "mad"}, by="g").fit(frame[:2]))
    assert head == ["column", "method", "g", "count", "min", "max", "median", "mad"]
    assert rows[0] == ["<x>", "minmax", "a", "2", "1", "2", "–", "–"]
    many = pd.DataFrame({"x": range(900), "g": [f"{k % 90}" for k in range(900)]})
    assert Scaler(by="g").fit(many)._repr_html_().endswith("<p>and 30 more</p>")
    assert "␛" in Scaler("rank", by="g").fit(frame)._repr_html_()

"""`Scaler`: a fit as an object, where a scikit-learn transformer would stand.

It has the methods that scikit-learn's pipelines and searches call, without depending on it, and the
file that it saves is the one that `onescale apply`, `invert` and `merge` read.
"""

import html
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import partial
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np
from numpy.typing import ArrayLike

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.frames import lazy
from onescale.tables.frames.batch import EagerTable, as_table, eager_table
from onescale.tables.frames.expressions import expressions
from onescale.tables.frames.kinds import Chosen, Columns, Labels, Weights, names_of, wrap
from onescale.tables.frames.notebook import as_html
from onescale.tables.frames.streamed import StreamedTable, fit_table, streamed
from onescale.tables.scaling import fit_file
from onescale.tables.scaling.fit import Fit
from onescale.tables.scaling.methods import Method, make, option_fields
from onescale.tables.scaling.plan import Plan, parse_plan

AnyTable: TypeAlias = EagerTable | StreamedTable


class Scaler:
    """A method with statistics learnt from one table, to be used on others.

    method: "standardize", "minmax", "robust", "mad", "maxabs", "rank" or "batch_norm", or a plan
    of methods by column as `onescale.scale` takes it. columns: names (of arrays: indices from 0);
    default: all numbers. by: the group column of a frame. constant: as for
    `onescale.standardize`. options: the method's own (ddof; range and clip; quantiles;
    factor; mergeable; epsilon, gamma and beta); None is its default.

    Learnt: `n_features_in_`, `feature_names_in_` (of frames), `fit_`.

    >>> scaler = Scaler().fit(np.array([[1.0], [3.0]]))
    >>> scaler.transform(np.array([[5.0]])).tolist()
    [[3.0]]
    """

    def __init__(
        self,
        method: str | Mapping[str, str | Sequence[str]] | Plan = "standardize",
        *,
        columns: Columns = None,
        by: Labels = None,
        constant: str = "zero",
        before: Sequence[str] | None = None,
        ddof: int | None = None,
        to: tuple[float, float] | None = None,
        range: tuple[float, float] | None = None,
        clip: bool | None = None,
        quantiles: tuple[float, float] | None = None,
        factor: float | None = None,
        mergeable: bool | None = None,
        epsilon: float | None = None,
        gamma: float | None = None,
        beta: float | None = None,
    ) -> None:
        self.method, self.columns, self.by, self.constant = method, columns, by, constant
        self.before, self.ddof, self.to, self.range, self.clip = before, ddof, to, range, clip
        self.quantiles, self.factor, self.mergeable = quantiles, factor, mergeable
        self.epsilon, self.gamma, self.beta = epsilon, gamma, beta

    def _method(self) -> Method | Plan:
        given = {key: getattr(self, key, None) for key in option_fields()}
        given = {key: value for key, value in given.items() if value is not None}
        if isinstance(self.method, Plan):
            return self.method
        method: Method | Plan
        if isinstance(self.method, Mapping):
            method = parse_plan(self.method, given)
        else:
            method = make(self.method, **given)
        if not method.reusable:
            raise SpecError(f"a Scaler cannot be of method {self.method!r}; use the function")
        return method

    def fit(self, X: Any, y: Any = None, sample_weight: Weights = None) -> "Scaler":
        """Learn the statistics of X, a frame or an array; what was learnt before is forgotten.

        sample_weight: what each row counts, a number a row or the name of a frame's column.
        """
        self._fit_to(as_table(X), sample_weight)
        return self

    def _fit_to(self, X: Any, weights: Weights) -> AnyTable:
        """`fit`; returns X as a table."""
        method, columns = self._method(), self.columns
        if isinstance(method, Plan):
            columns = method.columns(names_of(X))
        table = self._table(X, columns, weights)
        self._learn(self._fit(table))
        self.n_features_in_ = table.width
        self.__dict__.pop("feature_names_in_", None)
        if not isinstance(X, np.ndarray):
            self.feature_names_in_ = np.asarray(table.names, dtype=object)
        return table

    def partial_fit(self, X: Any, y: Any = None, sample_weight: Weights = None) -> "Scaler":
        """Learn of more rows; the result is that of one `fit` of all, to the bit."""
        if not hasattr(self, "fit_"):
            return self.fit(X, sample_weight=sample_weight)
        X = as_table(X)
        self._same_kind(X)
        more = self._fit(self._table(X, self._own(), sample_weight))
        self._learn(fit_file.merge([self.fit_, more], ["the fit", "these rows"]))
        return self

    def merge(self, other: "Scaler") -> "Scaler":
        """Take in what `other` has learnt of other rows; to the bit as if of all at once."""
        fits = [self._fitted(), other._fitted()]
        self._learn(fit_file.merge(fits, ["this scaler", "the other"]))
        return self

    def transform(self, X: Any) -> Any:
        """X with its columns scaled, in their places; the same kind comes back."""
        return self._framed(self._through(X, inverse=False))

    def _framed(self, scaled: Any) -> Any:
        """An array as `set_output` has it."""
        kind: Any = getattr(self, "_output", "default")
        if kind == "default" or not isinstance(scaled, np.ndarray):
            return scaled
        columns = dict(zip(self.get_feature_names_out(), scaled.T, strict=True))
        return nw.from_dict(columns, backend=kind).to_native()

    def fit_transform(self, X: Any, y: Any = None, sample_weight: Weights = None) -> Any:
        """`fit(X)`, then `transform(X)`."""
        X = as_table(X)
        table = self._fit_to(X, sample_weight)
        if not isinstance(X, np.ndarray) or not isinstance(table, EagerTable):
            return self.transform(X)
        return self._framed(self._scaled(table, inverse=False))

    def inverse_transform(self, X: Any) -> Any:
        """The original values of scaled ones."""
        return self._through(X, inverse=True)

    def expressions(self, frame: Any) -> dict[str, Any]:
        """The scaling of each column as an expression of `frame`'s engine, by the column's name.

        frame: a lazy frame, or one that knows expressions (polars, DuckDB, Ibis, PySpark, Dask).
        They are ((x − mean) − rest)/std and the like in doubles, each operation rounded: within 2
        units in the last place of x − mean divided by std, where `transform` rounds once. Raises
        SpecError on what has no one expression: fits by groups or of ranks, other engines.
        """
        return expressions(wrap(frame), self._fitted())

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> np.ndarray:
        """The names of the columns that `transform` returns: those of its input."""
        self._fitted()
        known = getattr(self, "feature_names_in_", None)
        if input_features is None:
            if known is None:
                known = [f"x{i}" for i in np.arange(self.n_features_in_)]
            return np.asarray(known, dtype=object)
        names = np.asarray(input_features, dtype=object)
        if len(names) != self.n_features_in_ or (known is not None and list(names) != list(known)):
            raise DataError(f"the scaler was fitted to {self.n_features_in_} other columns")
        return names

    def save(self, path: str | os.PathLike) -> None:
        """Write the fit as JSON, whole or not at all: what `onescale apply` reads."""
        fit_file.save(self._fitted(), path)

    @classmethod
    def load(cls, path: str | os.PathLike, *, trust_edited: bool = False) -> "Scaler":
        """Read a fit that `save` or `onescale fit` wrote. Raises DataError where it is none, or was
        edited since and that is not trusted."""
        fit = fit_file.load(path, trust_edited)
        by = fit.by[0] if len(fit.by) == 1 else fit.by or None
        own = fit.method
        scaler = cls(own if isinstance(own, Plan) else own.name, by=by, constant=fit.constant)
        if isinstance(own, Method):
            scaler.set_params(**{f.name: getattr(own, f.name) for f in fields(own)})
        scaler.fit_ = fit
        scaler.columns = scaler._own()
        scaler.n_features_in_ = fit.read.get("width", max(c.index for c in fit.columns) + 1)
        return scaler

    def _table(self, X: Any, columns: Columns, weights: Weights = None) -> AnyTable:
        chosen = Chosen(columns, self.by, weights)
        return eager_table(X, chosen) or streamed(wrap(X), chosen)

    def _fit(self, table: AnyTable) -> Fit:
        return fit_table(table, self._method(), self.constant)

    def _learn(self, fit: Fit) -> None:
        self.fit_ = fit
        for message in fit.warnings:
            warnings.warn(message, UserWarning, stacklevel=3)

    def _fitted(self) -> Fit:
        if not hasattr(self, "fit_"):
            error: type[Exception] = DataError
            if theirs := sys.modules.get("sklearn.exceptions"):  # then it is their error too
                error = type("NotFittedError", (DataError, theirs.NotFittedError), {})
            raise error("this Scaler has learnt nothing yet: call fit first")
        return self.fit_

    def _figure(self, name: str) -> np.ndarray:
        fit = self._fitted()
        if fit.groups is not None or any(name not in column.learnt for column in fit.columns):
            raise AttributeError(f"a fit of {fit.method.name} has no one {name} a column")
        return np.array([column.learnt[name][0] for column in fit.columns])

    @property
    def mean_(self) -> np.ndarray:
        """The mean of each scaled column, where the method knows one."""
        return self._figure("mean")

    @property
    def scale_(self) -> np.ndarray:
        """What the values of each scaled column are divided by; 1 where it has no spread."""
        if self._fitted().groups is not None or self.fit_.method.needs == "order":
            raise AttributeError("a fit by groups, or of ranks, has no one scale a column")
        return np.array([column.width[0][0] for column in self.fit_.columns])

    def set_output(self, *, transform: str | None = None) -> "Scaler":
        """What `transform` makes of arrays: "default", "pandas" or "polars" (None: as it was)."""
        if transform is not None:
            self._output = transform
        return self

    def _own(self) -> list:
        """The fit's columns, as the kind of table that it is of knows them."""
        array = self.fit_.read.get("array")
        return [column.index if array else column.name for column in self.fit_.columns]

    def _same_kind(self, X: Any) -> None:
        array = isinstance(X, np.ndarray)
        if array != bool(self.fit_.read.get("array")):
            kinds = ("a frame", "an array") if array else ("an array", "a frame")
            raise DataError(f"the scaler was fitted to {kinds[0]}, this is {kinds[1]}")
        if array and X.reshape(len(X), -1).shape[1] != self.n_features_in_:
            own = self.n_features_in_
            reshape = " Reshape your data." if X.ndim == 1 else ""
            raise DataError(
                f"X has {X.reshape(len(X), -1).shape[1]} features, but Scaler is expecting {own} "
                f"features as input: the scaler was fitted to {own} columns.{reshape}"
            )

    def _through(self, X: Any, inverse: bool) -> Any:
        fit, X = self._fitted(), as_table(X)
        self._same_kind(X)
        own = self._own()
        if not isinstance(X, np.ndarray):  # some of the columns that were fitted will do
            there = set(names_of(X))
            own = [name for name in own if name in there] or own
        table = eager_table(X, Chosen(own, self.by), gaps=True)
        if table is None:
            return lazy.through(wrap(X), fit, inverse)
        return self._scaled(table, inverse)

    def _scaled(self, table: EagerTable, inverse: bool) -> Any:
        fit = self._fitted()
        codes = table.codes(fit.groups)
        fitted = {column.name: column for column in fit.columns}
        work = fit.inverse if inverse else partial(fit.transform, in_place=table.copied)
        scaled = {i: work(fitted[table.names[i]], x, codes) for i, x in table.values.items()}
        return table.with_columns(scaled)

    # What scikit-learn asks of an estimator, without its base class.

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("method", "columns", "by", "constant", *option_fields())
        return {name: getattr(self, name, None) for name in names}

    def set_params(self, **params: Any) -> "Scaler":
        """Set arguments of the constructor. Raises SpecError on unknown ones."""
        known = self.get_params()
        for key, value in params.items():
            if key not in known:
                raise SpecError(suggest(key, known, "parameter"))
            setattr(self, key, value)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "fit_")

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type=None,
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(),
            input_tags=InputTags(allow_nan=True),
        )

    def __repr__(self) -> str:
        given = [f"{k}={v!r}" for k, v in self.get_params().items() if v is not None]
        return f"Scaler({', '.join(given)})"

    def _repr_html_(self) -> str:
        told = f"<code>{html.escape(repr(self))}</code>"
        return told + as_html(self.fit_) if hasattr(self, "fit_") else told

"""`Scaler`: a fit as an object, where a scikit-learn transformer would stand.

It has the methods that scikit-learn's pipelines and searches call, without depending on it, and the
file that it saves is the one that `onescale apply`, `invert` and `merge` read.
"""

import os
import warnings
from dataclasses import fields
from typing import Any

import numpy as np

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.frames import lazy
from onescale.tables.frames.eager import Data, as_data
from onescale.tables.frames.kinds import is_lazy, wrap
from onescale.tables.scaling import fit_file
from onescale.tables.scaling.fit import Fit, FittedColumn
from onescale.tables.scaling.methods import make

_SETTINGS = ("ddof", "range", "clip", "epsilon", "gamma", "beta")


class Scaler:
    """A method with statistics learnt from one table, to be used on others.

    method: "standardize", "minmax", "robust", "maxabs" or "batch_norm". columns: names (of arrays:
    indices from 0); default: all numbers. by: the group column of a frame. constant: as for
    `onescale.standardize`. The rest are the method's own options; None is its default.

    Learnt: `n_features_in_`, `feature_names_in_` (of frames), `fit_`.

    >>> scaler = Scaler().fit(np.array([[1.0], [3.0]]))
    >>> scaler.transform(np.array([[5.0]])).tolist()
    [[3.0]]
    """

    def __init__(
        self,
        method: str = "standardize",
        *,
        columns=None,
        by=None,
        constant: str = "zero",
        ddof=None,
        range=None,
        clip=None,
        epsilon=None,
        gamma=None,
        beta=None,
    ):
        self.method, self.columns, self.by, self.constant = method, columns, by, constant
        self.ddof, self.range, self.clip = ddof, range, clip
        self.epsilon, self.gamma, self.beta = epsilon, gamma, beta

    def _made(self):
        given = {key: getattr(self, key) for key in _SETTINGS}
        given = {key: value for key, value in given.items() if value is not None}
        method = make(self.method, **given)
        if not method.reusable:
            raise SpecError(f"a Scaler cannot be of method {self.method!r}; use the function")
        return method

    def fit(self, X, y=None) -> "Scaler":
        """Learn the statistics of X, a frame or an array; what was learnt before is forgotten."""
        data = self._data(X)
        self._learn(data.fit(self._made(), self.constant, self.by), data)
        return self

    def partial_fit(self, X, y=None) -> "Scaler":
        """Learn of more rows; the result is that of one `fit` of all, to the bit."""
        if not hasattr(self, "fit_"):
            return self.fit(X)
        self._same_kind(X)
        chosen = [column.name for column in self.fit_.columns]
        data = self._data(X, self._own(chosen))
        more = data.fit(self._made(), self.constant, self.by)
        self._learn(fit_file.merge([self.fit_, more], ["the fit", "these rows"]))
        return self

    def merge(self, other: "Scaler") -> "Scaler":
        """Take in what `other` has learnt of other rows; to the bit as if of all at once."""
        fits = [self._fitted(), other._fitted()]
        self._learn(fit_file.merge(fits, ["this scaler", "the other"]))
        return self

    def transform(self, X):
        """X with its columns scaled, in their places; the same kind comes back."""
        return self._through(X, inverse=False)

    def fit_transform(self, X, y=None):
        """`fit(X)`, then `transform(X)`."""
        return self.fit(X).transform(X)

    def inverse_transform(self, X):
        """The original values of scaled ones."""
        return self._through(X, inverse=True)

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
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
    def load(cls, path: str | os.PathLike) -> "Scaler":
        """Read a fit that `save` or `onescale fit` wrote. Raises DataError where it is none."""
        fit = fit_file.load(path)
        names = [column.name for column in fit.columns]
        settings = {f.name: getattr(fit.method, f.name) for f in fields(fit.method)}
        array = bool(fit.read.get("array"))
        columns = [column.index for column in fit.columns] if array else names
        scaler = cls(fit.method.name, columns=columns, by=fit.by, constant=fit.constant, **settings)
        scaler.fit_ = fit
        scaler.n_features_in_ = fit.read.get("width", max(c.index for c in fit.columns) + 1)
        if not array and "names" in fit.read:
            scaler.feature_names_in_ = np.asarray(fit.read["names"], dtype=object)
        return scaler

    def _data(self, X, columns=None) -> Data:
        """The numbers of X; a lazy frame is collected."""
        columns = self.columns if columns is None else columns
        data = as_data(X, columns, self.by)
        if data is None:
            data = as_data(wrap(X).collect().to_native(), columns, self.by)
        return data

    def _learn(self, fit: Fit, data: Data | None = None) -> None:
        self.fit_ = fit
        for message in fit.warnings:
            warnings.warn(message, UserWarning, stacklevel=3)
        if data is None:
            return
        if data.frame is None:
            self.n_features_in_ = data.array.reshape(len(data.array), -1).shape[1]
            self.__dict__.pop("feature_names_in_", None)
            fit.read |= {"array": True, "width": self.n_features_in_}
        else:
            self.feature_names_in_ = np.asarray(data.frame.columns, dtype=object)
            self.n_features_in_ = len(self.feature_names_in_)

    def _fitted(self) -> Fit:
        if not hasattr(self, "fit_"):
            raise DataError("this Scaler has learnt nothing yet: call fit first")
        return self.fit_

    def _own(self, names: list[str]):
        """Columns as `as_data` wants them for the kind of table that the fit is of."""
        if hasattr(self, "feature_names_in_") or not self.fit_.read.get("array"):
            return names
        return [column.index for column in self.fit_.columns]

    def _same_kind(self, X) -> None:
        array = isinstance(X, np.ndarray)
        if array != bool(self.fit_.read.get("array")):
            kinds = ("a frame", "an array") if array else ("an array", "a frame")
            raise DataError(f"the scaler was fitted to {kinds[0]}, this is {kinds[1]}")
        if array and X.reshape(len(X), -1).shape[1] != self.n_features_in_:
            raise DataError(
                f"the scaler was fitted to {self.n_features_in_} columns, these are {X.shape}"
            )

    def _through(self, X, inverse: bool):
        fit = self._fitted()
        self._same_kind(X)
        if not isinstance(X, np.ndarray):
            wrapped = wrap(X)
            if is_lazy(wrapped):
                return lazy.through(wrapped, fit, inverse)
        names = [column.name for column in fit.columns]
        data = as_data(X, self._own(names), self.by, known=fit.groups, gaps=True)
        if data.groups is not None and len(data.groups) > len(fit.groups):
            new = data.groups[len(fit.groups)]
            raise DataError(f"{suggest(new, fit.groups[:100], 'group')} (the fit has not seen it)")
        fitted = {column.name: column for column in fit.columns}
        work = fit.inverse if inverse else fit.transform
        scaled = []
        for column in data.columns:
            _refuse_empty(fitted[column.name], column.values, data.codes)
            scaled.append(work(fitted[column.name], column.values, data.codes))
        return data.result([column.name for column in data.columns], scaled)

    # What scikit-learn asks of an estimator, without its base class.

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The constructor's arguments."""
        return {k: getattr(self, k) for k in ("method", "columns", "by", "constant", *_SETTINGS)}

    def set_params(self, **params) -> "Scaler":
        """Set arguments of the constructor. Raises SpecError on unknown ones."""
        for key, value in params.items():
            if key not in self.get_params():
                raise SpecError(suggest(key, self.get_params(), "parameter"))
            setattr(self, key, value)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "fit_")

    def __sklearn_tags__(self):
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


def _refuse_empty(column: FittedColumn, values: np.ndarray, codes) -> None:
    """Values cannot be scaled by a column (or group of it) in which the fit saw no number."""
    if column.empty.any():
        present = ~np.isnan(values)
        if (column.empty[0] & present if codes is None else column.empty[codes] & present).any():
            raise DataError(f"the fit saw no number in column {column.name!r} (of this group)")

"""A fit written down: a small JSON file that a person can read and `merge` can add to.

It holds what was counted (Σx and Σx² exactly, as `mantissa*2^exponent`), and beside it what follows
(mean, std), for the reader; on loading the figures must follow from the sums, so an edited file is
refused rather than believed.
"""

import dataclasses
import json
import math
import os
from typing import Any

from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError, OnescaleError
from onescale.tables.scaling.fit import Fit
from onescale.tables.scaling.methods import make
from onescale.tables.statistics.exact import Exact, Moments
from onescale.tables.statistics.summary import Statistics

FORM = 1


def to_mapping(fit: Fit) -> dict[str, Any]:
    """The content of the file."""
    from importlib.metadata import version

    return {
        "onescale": version("onescale"),
        "form": FORM,
        "method": fit.method.name,
        "options": _written(dataclasses.asdict(fit.method)),
        "constant": fit.constant,
        "by": fit.by,
        "read": fit.read,
        "columns": [
            {
                "name": column.name,
                "position": column.index + 1,
                "statistics": [
                    _entry(fit, column, group) for group in range(len(column.statistics))
                ],
            }
            for column in fit.columns
        ],
    }


def _written(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a method as the file has them: a range by its ends."""
    low, high = options.pop("range", (None, None))
    return options if low is None else {"low": low, "high": high} | options


def _read(options: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `_written`."""
    if "low" in options:
        options = options | {"range": (options["low"], options["high"])}
    return {key: value for key, value in options.items() if key not in ("low", "high")}


def _entry(fit: Fit, column, group: int) -> dict[str, Any]:
    """One column's figures (in one group), the sums among them."""
    one = column.statistics[group]
    learnt = {k: float(v[group]) for k, v in column.learnt.items() if k not in ("min", "max")}
    entry: dict[str, Any] = {} if fit.groups is None else {"group": fit.groups[group]}
    entry |= {"rows": one.rows, "missing": one.missing, "count": one.count}
    entry |= {"min": one.min, "max": one.max} | learnt
    entry |= {"sum": str(one.moments.sum), "sum_of_squares": str(one.moments.squares)}
    return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in entry.items()}


def save(fit: Fit, path: str | os.PathLike) -> None:
    """Write a fit to `path`, whole or not at all."""
    with atomic_write(path) as stream:
        stream.write(text(fit))


def text(fit: Fit) -> str:
    """The file as text."""
    return json.dumps(to_mapping(fit), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def load(path: str | os.PathLike) -> Fit:
    """Read a fit. Raises DataError where the file is none, or does not agree with itself."""
    name = os.fspath(path)
    try:
        with open(path, encoding="utf-8") as stream:
            content = json.load(stream)
    except FileNotFoundError:
        raise DataError(f"{name}: no such file") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataError(f"{name}: not a fit of onescale (not JSON: {error})") from None
    return from_mapping(content, name)


def from_mapping(content: Any, name: str = "the fit") -> Fit:
    """The inverse of `to_mapping`; `name` is what errors call it."""
    if not isinstance(content, dict) or "columns" not in content or "method" not in content:
        raise DataError(f"{name}: not a fit of onescale (make one with 'onescale fit')")
    if content.get("form") != FORM:
        raise DataError(
            f"{name}: a fit of form {content.get('form')!r}; this onescale reads {FORM}"
        )
    try:
        method = make(content["method"], **_read(content["options"]))
        if not method.reusable:
            raise DataError(f"{method.name} works on whole columns; it is no fit for other rows")
        columns = [_column(one, name) for one in content["columns"]]
        if not columns:
            raise DataError("a fit without columns")
        by = content["by"]
        groups = None
        if by is not None:
            groups = [one["group"] for one in content["columns"][0]["statistics"]]
        fit = Fit(method, columns, content["constant"], by, groups)
        fit.read = content["read"]
        _agree(fit, content, name)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise DataError(f"{name}: a broken fit ({type(error).__name__}: {error})") from None
    except OnescaleError as error:
        raise DataError(f"{name}: {str(error).removeprefix(f'{name}: ')}") from None
    return fit


def _column(entry: dict, name: str) -> tuple[str, int, list[Statistics]]:
    statistics = [_statistics(one, name, entry["name"]) for one in entry["statistics"]]
    return entry["name"], entry["position"] - 1, statistics


def _statistics(entry: dict, name: str, column: str) -> Statistics:
    moments = Moments()
    moments.count = entry["count"]
    try:
        moments.sum = Exact.parse(entry["sum"])
        moments.squares = Exact.parse(entry["sum_of_squares"])
    except ValueError:
        raise DataError(f"{name}: column {column!r}: a broken sum") from None
    if moments.count:
        moments.min, moments.max = float(entry["min"]), float(entry["max"])
    quartiles = None
    if "median" in entry:
        figures = (entry["25%"], entry["median"], entry["75%"])
        quartiles = tuple(math.nan if f is None else float(f) for f in figures)
    return Statistics(entry["rows"], moments, quartiles)


def _agree(fit: Fit, content: dict, name: str) -> None:
    """Refuse figures that do not follow from the sums, and groups that differ between columns."""
    for column, given in zip(fit.columns, content["columns"], strict=True):
        if fit.groups is not None and [s["group"] for s in given["statistics"]] != fit.groups:
            raise DataError(f"{name}: column {column.name!r} has other groups than the first")
        for group, entry in enumerate(given["statistics"]):
            ours, one = _entry(fit, column, group), column.statistics[group]
            if one.count and not one.min <= one.mean[0] <= one.max:
                raise DataError(
                    f"{name}: column {column.name!r}: the mean does not lie between min and max; "
                    "fit again rather than edit"
                )
            wrong = [key for key in ours if key not in entry or ours[key] != entry[key]]
            if wrong:
                raise DataError(
                    f"{name}: column {column.name!r}: {wrong[0]} is {entry.get(wrong[0])!r} but "
                    f"{ours[wrong[0]]!r} follows from its sums; fit again rather than edit"
                )


def merge(fits: list[Fit], names: list[str]) -> Fit:
    """The fit of all parts together, to the bit that of one pass over them.

    Raises DataError where the fits are not of one kind, and for methods whose figures cannot be
    merged (quartiles).
    """
    first = fits[0]
    for fit, name in zip(fits, names, strict=True):
        if fit.method.needs != "moments":
            raise DataError(
                f"{name}: a fit of {fit.method.name} cannot be merged: quartiles of parts do not "
                "give those of the whole; fit the whole table"
            )
        _same_kind(first, fit, names[0], name)
    groups = None
    if first.groups is not None:
        groups = list(dict.fromkeys(group for fit in fits for group in fit.groups))
    columns = []
    for place, column in enumerate(first.columns):
        merged = [_join(fits, place, group) for group in (groups or [None])]
        columns.append((column.name, column.index, merged))
    merged = Fit(first.method, columns, first.constant, first.by, groups)
    merged.read = first.read
    return merged


def _join(fits: list[Fit], place: int, group: str | None) -> Statistics:
    """The statistics of one column (in one group) of all parts."""
    moments, rows = Moments(), 0
    for fit in fits:
        statistics = fit.columns[place].statistics
        if group is None:
            one = statistics[0]
        elif group in fit.number_of:
            one = statistics[fit.number_of[group]]
        else:
            continue
        moments.merge(one.moments)
        rows += one.rows
    return Statistics(rows, moments)


def _same_kind(first: Fit, other: Fit, name: str, other_name: str) -> None:
    for what, a, b in (
        ("method", first.method, other.method),
        ("policy for columns without spread", first.constant, other.constant),
        ("group column", first.by, other.by),
        ("columns", [c.name for c in first.columns], [c.name for c in other.columns]),
        ("header", first.read.get("header"), other.read.get("header")),
    ):
        if a != b:
            raise DataError(f"{other_name}: another {what} than {name}: {b!r}, not {a!r}")

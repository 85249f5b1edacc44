"""A fit written down: a small JSON file that a person can read and `merge` can add to.

It holds what was counted (Σx and Σx² exactly, as `mantissa*2^exponent`), and beside it what follows
(mean, std), for the reader; on loading the figures must follow from the sums, and all of it has a
checksum, so an edited file is refused rather than believed.
"""

import dataclasses
import hashlib
import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError, OnescaleError
from onescale.core.json_files import ANY, read_json, require_shape
from onescale.tables.scaling import entries, packed
from onescale.tables.scaling.entries import opened
from onescale.tables.scaling.fit import Fit, FittedColumn, of_distinct, together
from onescale.tables.scaling.method import KEEPS
from onescale.tables.scaling.methods import Method, make
from onescale.tables.scaling.plan import Plan
from onescale.tables.statistics.exact import Exact, Moments
from onescale.tables.statistics.many_groups import ManyStatistics
from onescale.tables.statistics.ranks import RankTable
from onescale.tables.statistics.summary import Statistics
from onescale.tables.statistics.weighted import WeightedMoments

FORM = 2  # 1: the same without a checksum
KEYS = ("onescale", "form", "method", "options", "constant", "by", "read", "columns")
_SHAPE = ANY | {
    "method": (str, list),
    "options": {...: (str, int, float, bool, list)},
    "constant": str,
    "by": (str, list, type(None)),
    "read": {...: (str, int, float, bool, list, type(None))},
    "columns": [ANY | {"name": str, "position": int, "statistics": list}],
}
_PART = ("columns", "method", "options")  # of a plan
_FOLLOWING = ("std_low", "flat", "spread")  # figures learnt that the file does without
MANY = 1 << 13  # groups
_DIGITS = 16  # of the checksum
_sorted = json.JSONEncoder(sort_keys=True).encode
_LIST = re.compile(r"\[\n[-+.e\d,\s]*\]")


def _head(fit: Fit) -> dict[str, Any]:
    """What the file says before its columns."""
    from importlib.metadata import version

    method: str | list[dict[str, Any]]
    options: dict[str, Any]
    if isinstance(fit.method, Plan):
        parts = [(pattern, *_written(own)) for pattern, own in fit.method.methods]
        method, options = [dict(zip(_PART, part, strict=True)) for part in parts], {}
    else:
        method, options = _written(fit.method)
    by = fit.by[0] if len(fit.by) == 1 else list(fit.by) or None
    values = (version("onescale"), FORM, method, options, fit.constant, by, fit.read)
    return dict(zip(KEYS[:-1], values, strict=True))


def _checksum(content: dict[str, Any]) -> str:
    """Of all but itself, however it is laid out."""
    digest = hashlib.sha256()
    for piece in _in_order({key: value for key, value in content.items() if key != "checksum"}):
        digest.update(piece.encode())
    return digest.hexdigest()[:_DIGITS]


def _in_order(content: dict[str, Any]) -> Iterator[str]:
    """What `_sorted` says of it, an entry at a time."""
    for number, key in enumerate(sorted(content)):
        yield f"{', ' if number else '{'}{_sorted(key)}: "
        value = content[key]
        if key not in ("columns", "statistics") or not isinstance(value, list):
            yield _sorted(value)
            continue
        for k, one in enumerate(value):
            yield ", " if k else "["
            if key == "columns" and isinstance(one, dict) and one:
                yield from _in_order(one)
            else:
                yield _sorted(opened(one))
        yield "]" if value else "[]"
    yield "}"


def _cells(given: Any) -> Any:
    """A group of the file: a cell, or a tuple of several."""
    return tuple(given) if isinstance(given, list) else given


def _written(method: Method) -> tuple[str, dict[str, Any]]:
    """A method's name, and those of its options that say something; a range by its ends."""
    options = {k: v for k, v in dataclasses.asdict(method).items() if v not in (None, ())}
    if "range" in options:
        low, high = options.pop("range")
        options = {"low": low, "high": high} | options
    return method.name, options


def _read(name: str, options: dict[str, Any]) -> Method:
    """The inverse of `_written`."""
    options = dict(options)
    if "low" in options:
        options["range"] = options.pop("low"), options.pop("high")
    return make(name, **options)


def _plan(parts: list[dict[str, Any]]) -> Plan:
    for part in parts:
        if tuple(part) != _PART:
            raise DataError(f"a part of its plan has {', '.join(part)}, not {', '.join(_PART)}")
    return Plan(tuple((part[_PART[0]], _read(part[_PART[1]], part[_PART[2]])) for part in parts))


def _entries(fit: Fit, column: FittedColumn) -> Iterator[tuple[Statistics, dict[str, Any]]]:
    """The statistics of a column, one a group, and what is written of them, the sums among it;
    undefined figures as None."""
    for group, one in enumerate(column.statistics):
        entry: dict[str, Any] = {} if fit.groups is None else {"group": fit.groups[group]}
        entry |= {"rows": one.rows, "missing": one.missing, "count": one.count}
        entry |= {"min": one.min, "max": one.max}
        learnt = {k: float(v[group]) for k, v in column.learnt.items() if k not in _FOLLOWING}
        entry |= learnt
        if "distinct" in one.figures:
            entry |= packed.written(one.figures["distinct"])
        if isinstance(one.moments, WeightedMoments):
            entry["weight"] = str(one.moments.weight)
        entry |= {"sum": str(one.moments.sum), "sum_of_squares": str(one.moments.squares)}
        nan = [k for k, v in entry.items() if isinstance(v, float) and math.isnan(v)]
        yield one, entry | dict.fromkeys(nan)


def save(fit: Fit, path: str | os.PathLike) -> None:
    """Write a fit to `path`, whole or not at all."""
    with atomic_write(path) as stream:
        stream.writelines(pieces(fit))


def text(fit: Fit) -> str:
    """The file as text."""
    return "".join(pieces(fit))


def pieces(fit: Fit) -> Iterator[str]:
    """The file as text piece by piece, an entry a group: of very many, nothing holds all.

    Laid out as by `json.dumps(…, indent=1)`, but lists of numbers on a line.
    """
    head = _head(fit)
    first, last = (
        {k: v for k, v in head.items() if (k < "columns") == low} for low in (True, False)
    )
    digest = hashlib.sha256(f'{_sorted(first)[:-1]}, "columns": ['.encode())  # as of `_checksum`
    yield _laid_out(head, "")[:-2] + ',\n "columns": ['
    for number, column in enumerate(fit.columns):
        about = {"name": column.name, "position": column.index + 1}
        comma = "," if number else ""
        digest.update(f'{comma and ", "}{_sorted(about)[:-1]}, "statistics": ['.encode())
        yield f'{comma}\n  {_laid_out(about, "  ")[:-4]},\n   "statistics": ['
        comma = ""
        for _, entry in _entries(fit, column):
            digest.update(f"{comma and ', '}{_sorted(entry)}".encode())
            yield f"{comma}\n    {_laid_out(entry, '    ')}"
            comma = ","
        digest.update(b"]}")
        yield "\n   ]\n  }"
    digest.update(f"], {_sorted(last)[1:]}".encode())
    yield f'\n ],\n "checksum": "{digest.hexdigest()[:_DIGITS]}"\n}}\n'


def _laid_out(content: dict[str, Any], indent: str) -> str:
    """A mapping as it stands in the file, behind so many blanks."""
    if any(isinstance(value, (list, tuple, dict)) for value in content.values()):
        whole = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
        short = _LIST.sub(lambda found: f"[{' '.join(found[0][1:-1].split())}]", whole)
        return short.replace("\n", f"\n{indent}")
    between = f"\n{indent} "  # by the encoder in C, which knows no indent
    flat = json.dumps(
        content, separators=(f",{between}", ": "), ensure_ascii=False, allow_nan=False
    )
    return f"{{{between}{flat[1:-1]}\n{indent}}}"


def load(path: str | os.PathLike, trust_edited: bool = False) -> Fit:
    """Read a fit. Raises DataError where the file is none, does not agree with itself, or was
    edited and that is not trusted."""
    content = read_json(path, "onescale fit", KEYS, ["checksum"], entries.reader())
    try:
        form, checksum = content["form"], content.pop("checksum", None)
        if form not in (1, FORM) or isinstance(form, bool):
            raise DataError(f"a fit of form {form!r}; this onescale reads 1 and {FORM}")
        if not trust_edited and checksum != (_checksum(content) if form == FORM else None):
            raise DataError(
                "was edited after it was written: its checksum is another; fit again, or say "
                "--trust-edited (in Python trust_edited=True)"
            )
        require_shape(content, _SHAPE, "a broken fit")
        return of_mapping(content)
    except OnescaleError as error:
        raise DataError(f"{path}: {error}") from None
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise DataError(f"{path}: a broken fit ({type(error).__name__}: {error})") from None


def of_mapping(content: dict[str, Any]) -> Fit:
    """The fit that a file's content describes, held against its own sums."""
    method = content["method"]
    method = _plan(method) if isinstance(method, list) else _read(method, content["options"])
    if not method.reusable:
        raise DataError(f"{method.name} is of whole columns: nothing learnt of one fits another")
    columns = content["columns"]
    if not columns:
        raise DataError("a fit without columns")
    learnt = [
        (c["name"], c["position"] - 1, _every(c["statistics"], method.of(c["name"])))
        for c in columns
    ]
    by, groups = content["by"] or (), None
    if by:
        by = tuple(by) if isinstance(by, list) else (by,)
        if not all(isinstance(name, str) for name in by):
            raise DataError("'by' names no columns")
        groups = [_cells(opened(one)["group"]) for one in columns[0]["statistics"]]
    fit = Fit(method, learnt, content["constant"], by, groups)
    fit.read = content["read"]
    for column, given in zip(fit.columns, columns, strict=True):
        _agree(column, given["statistics"], _entries(fit, column))
    return fit


def _every(given: list, method: Method) -> Sequence[Statistics]:
    """The statistics of all groups; of very many, worked out where they are asked for."""

    def part(start: int, stop: int) -> list[Statistics]:
        return [_statistics(opened(entry), method) for entry in given[start:stop]]

    statistics = ManyStatistics(len(given), part)
    return statistics if len(given) > MANY and method.needs == "moments" else list(statistics)


def _statistics(entry: dict[str, Any], method: Method) -> Statistics:
    moments = WeightedMoments() if "weight" in entry else Moments()
    moments.count = entry["count"]
    moments.wide = True  # whoever made the fit was told what float64 had rounded
    try:
        if isinstance(moments, WeightedMoments):
            moments.weight = Exact.parse(entry["weight"])
            if moments.count and moments.weight.mantissa <= 0:
                raise ValueError("a weight of 0 or less")
        moments.sum = Exact.parse(entry["sum"])
        moments.squares = Exact.parse(entry["sum_of_squares"])
    except ValueError:
        raise DataError("a broken sum") from None
    if moments.count:
        moments.min, moments.max = float(entry["min"]), float(entry["max"])
    if method.needs == "order" or "values" in entry:
        figures = of_distinct(method, _rank_table(entry, moments))
        return Statistics(entry["rows"], moments, figures)
    figures = {key: entry[key] for key in (method.figures(np.zeros(0)) if method.figures else ())}
    figures = {key: math.nan if f is None else float(f) for key, f in figures.items()}
    return Statistics(entry["rows"], moments, figures)


def _rank_table(entry: dict[str, Any], moments: Moments) -> RankTable:
    """The values of an entry. Raises DataError where its sums are not theirs."""
    table = packed.read(entry)
    again = Moments().add(np.repeat(table.values, table.counts))
    if (again.sum, again.squares) != (moments.sum, moments.squares):
        raise DataError("its sums are not those of its values; fit again rather than edit")
    return table


def _agree(
    column: FittedColumn, given: list[dict], ours: Iterable[tuple[Statistics, dict]]
) -> None:
    """Refuse figures that do not follow from the sums, and groups that differ between columns."""
    where = f"column {column.name!r}"
    if len(given) != len(column.statistics):
        raise DataError(f"{where} has other groups than the first")
    for entry, (one, own) in zip(given, ours, strict=True):
        theirs = opened(entry)
        theirs = theirs | {"group": _cells(theirs.get("group"))}
        if theirs["group"] != own.get("group"):
            raise DataError(f"{where} has other groups than the first")
        if one.count and not one.min <= one.mean[0] <= one.max:
            raise DataError(
                f"{where}: the mean does not lie between min and max; fit again rather than edit"
            )
        for key, figure in own.items():
            if key not in theirs or theirs[key] != figure:
                raise DataError(
                    f"{where}: {key} is {theirs.get(key)!r} but {figure!r} follows from its sums; "
                    "fit again rather than edit"
                )


def merge(fits: list[Fit], names: list[str]) -> Fit:
    """The fit of all parts together, to the bit that of one pass over them.

    Raises DataError where the fits are not of one kind, and where quantiles would take values that
    one of them does not keep.
    """
    first = fits[0]
    for fit, name in zip(fits, names, strict=True):
        _same_kind(first, fit, names[0], name)
        for column in fit.columns:
            if not column.merges:
                raise DataError(
                    f"{name}: this fit of {column.method.name} cannot be merged: it does not keep "
                    f"the distinct values of column {column.name!r} (over {KEEPS:,}, or an earlier "
                    "version); fit each part with --mergeable (mergeable=True), or all at once"
                )
    by_group: list[dict] = [{} for _ in first.columns]
    for fit in fits:
        for parts, column in zip(by_group, fit.columns, strict=True):
            for group, one in zip(fit.groups or [None], column.statistics, strict=True):
                parts.setdefault(group, []).append(one)
    groups = None if first.groups is None else list(by_group[0])
    columns = [
        (column.name, column.index, _merged(column.method, parts.values()))
        for column, parts in zip(first.columns, by_group, strict=True)
    ]
    merged = Fit(first.method, columns, first.constant, first.by, groups)
    merged.read = first.read
    return merged


def _merged(method: Method, groups: Iterable[list[Statistics]]) -> list[Statistics]:
    """The parts of each group as one; more distinct values than a fit keeps are not kept."""
    merged = [together(parts, method) for parts in groups]
    tables = [one.figures.get("distinct") for one in merged]
    if sum(len(table.values) for table in tables if table is not None) > method.keeps:
        for one in merged:
            del one.figures["distinct"]
    return merged


def _same_kind(first: Fit, other: Fit, name: str, other_name: str) -> None:
    def weighted(fit: Fit) -> str:
        return "with weights" if "weights" in fit.read else "without weights"

    for what, a, b in (
        ("method", first.method, other.method),
        ("policy for columns without spread", first.constant, other.constant),
        ("group column", first.by, other.by),
        ("kind of rows", *map(weighted, (first, other))),
        ("columns", [c.name for c in first.columns], [c.name for c in other.columns]),
        ("header", first.read.get("header"), other.read.get("header")),
    ):
        if a != b:
            raise DataError(f"{other_name}: another {what} than {name}: {b!r}, not {a!r}")

"""Variants by the dozen from a few lines: a base, and axes along which it varies.

An axis is a key of a variant with its values, or any name with labelled values: then each label
brings the keys that it sets. Every combination is a point: a specification, and where it stands on
each axis. Studies train their points; tuning tries them.
"""

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from onescale.core.errors import SpecError
from onescale.training.variant import Variant

_MOST = 100_000
_KEYS = {field.name for field in fields(Variant)}


@dataclass(frozen=True)
class GridPoint:
    """One combination. `values`: where it stands, axis by axis, a number or a label. `spec`: the
    mapping of a variant. `suffix`: the values as a part of a name."""

    values: dict[str, Any]
    spec: dict[str, Any]
    suffix: str


def points(base: Mapping[str, Any], vary: Mapping[str, Any]) -> list[GridPoint]:
    """Every combination of the axes, the last axis fastest.

    vary: axis → list of values of the variant's key of that name (with dots, such as
        `dropout.ratio`; null is: without that block), or axis → {label: value of that key}, or,
        where the axis is no key, {label: {key: value, …}}.

    >>> [p.suffix for p in points({}, {"dropout.ratio": [None, 0.5]})]
    ['none', '0_5']
    >>> points({}, {"method": {"slow": {"optimizer.rate": 0.1}}})[0].spec
    {'optimizer': {'rate': 0.1}}
    """
    axes = [list(_settings(axis, values)) for axis, values in vary.items()]
    if (count := math.prod(map(len, axes))) > _MOST:
        raise SpecError(f"vary: {count:,} combinations are more than the {_MOST:,} that can be")
    combined = []
    for combination in itertools.product(*axes):
        spec = dict(base)
        for _, keys in combination:
            for key, value in keys.items():
                spec = put(spec, key, value)
        values = dict(zip(vary, (value for value, _ in combination), strict=True))
        combined.append(GridPoint(values, spec, "_".join(_suffix(v) for v in values.values())))
    suffixes = Counter(point.suffix for point in combined)
    if twice := [suffix for suffix, times in suffixes.items() if times > 1]:
        raise SpecError(f"vary: {min(twice)!r} comes twice")
    return combined


def put(spec: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """`spec` with one key set; `a.b` sets b in the block a, and null there switches the block off.

    >>> put({"optimizer": {"name": "adam"}}, "optimizer.rate", 0.01)
    {'optimizer': {'name': 'adam', 'rate': 0.01}}
    """
    block, _, inner = key.partition(".")
    if not inner:
        return {**spec, block: value}
    if value is None:
        return {**spec, block: None}
    old = spec.get(block)
    return {**spec, block: {**(old if isinstance(old, Mapping) else {}), inner: value}}


def _settings(axis: str, values: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """(value or label, keys it sets) for each value of an axis."""
    if isinstance(values, list) and values:
        for value in values:
            if isinstance(value, Mapping | list):
                raise SpecError(f"vary.{axis}: {value!r} needs a label: {{label: {value!r}}}")
            yield value, {axis: value}
    elif isinstance(values, Mapping) and values:
        for label, value in values.items():
            own = axis.partition(".")[0] in _KEYS or not isinstance(value, Mapping)
            yield str(label), ({axis: value} if own else dict(value))
    else:
        raise SpecError(f"vary.{axis}: {values!r} must be a list of values or labels with values")


def _suffix(value: Any) -> str:
    text = "none" if value is None else value if isinstance(value, str) else json.dumps(value)
    return re.sub(r"[^a-z0-9]+", "_", text.lower())

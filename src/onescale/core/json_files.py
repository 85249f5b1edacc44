"""JSON that onescale writes and reads back: strict, whole, and refused where it is something else.

Strict means without NaN and infinities, which other readers refuse; an undefined figure is null.
"""

import json
import math
import os
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError, suggest
from onescale.core.text import brief
from onescale.core.text_files import read_text


def write_json(path: str | os.PathLike, value: Any) -> None:
    """Write strict JSON (NaN and infinities are a ValueError), whole or not at all."""
    with atomic_write(path) as stream:
        stream.write(strict_json(value))


def strict_json(value: Any) -> str:
    """A file of strict JSON as text. Raises ValueError of NaN and infinities."""
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The mapping of these pairs. Raises ValueError where a key stands there twice, of which one
    would be forgotten."""
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise ValueError(f"{brief(twice, 40)!r} stands twice in a mapping")
    return mapping


def read_json(
    path: str | os.PathLike,
    command: str,
    keys: Collection[str],
    optional: Collection[str] = (),
    mapping: Callable[[list[tuple[str, Any]]], Any] = once,
) -> dict[str, Any]:
    """The mapping in a file that `command` wrote: with all of `keys`, and no others but `optional`.

    keys: a mapping tells the shape of each as well (`require_shape`).
    mapping: what makes the mappings of their pairs.
    Raises DataError, naming the file, and the line where it is no JSON.
    """
    try:
        content = parse_json(read_text(path), mapping)
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; '{command} … -o {path}' writes it") from None
    except json.JSONDecodeError as error:
        reason = f"not JSON, so not what '{command}' wrote: {error.msg}"
        raise DataError(f"{path}:{error.lineno}: {reason}") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as a file of '{command}': {error}") from None
    where = f"{path}: not what '{command}' writes"
    if isinstance(keys, dict):
        require_shape(content, keys, where)
    else:
        require_keys(content, keys, where, optional)
    return content


def require_keys(
    content: Any, keys: Collection[str], where: str, optional: Collection[str] = ()
) -> None:
    """DataError, which begins with `where`, unless content is a mapping with exactly these keys."""
    if not isinstance(content, dict):
        raise DataError(f"{where}: it must be a mapping with {', '.join(keys)}")
    for key in keys:
        if key not in content:
            raise DataError(f"{where}: it lacks {key!r}")
    for key in content:
        if key not in keys and key not in optional:
            raise DataError(f"{where}: {suggest(key, keys, 'key')}")


NUMBER = (int, float)
FIGURE = (int, float, type(None))  # None where it is undefined
ANY = {...: object}  # a mapping of whatever


def require_shape(value: Any, shape: Any, where: str) -> None:
    """DataError, which says where, unless a JSON value has a shape: one of some types (True is no
    number, all is an `object`), `[shape]` of each in a list, or a mapping of exactly these keys to
    theirs; where `...` is one of them, which is of those of any name, none must be there."""
    if isinstance(shape, dict):
        if ... not in shape:
            require_keys(value, shape, where)
        elif not isinstance(value, dict):
            raise DataError(f"{where}: {brief(repr(value), 40)} is no mapping")
        for key, inner in value.items():
            require_shape(inner, shape.get(key, shape.get(...)), f"{where}: {key!r}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise DataError(f"{where}: {brief(repr(value), 40)} is no list")
        (of_each,) = shape
        nested = isinstance(of_each, dict | list)
        for place, inner in enumerate(value, 1):
            require_shape(inner, of_each, f"{where}, entry {place}" if nested else where)
    elif not isinstance(value, shape) or (isinstance(value, bool) and not _holds_flags(shape)):
        raise DataError(f"{where}: {brief(repr(value), 40)} is not what stands there")


def _holds_flags(shape: Any) -> bool:
    return not {bool, object}.isdisjoint(shape if isinstance(shape, tuple) else [shape])


def parse_json(text: str, mapping: Callable[[list[tuple[str, Any]]], Any] = once) -> Any:
    """The value of strict JSON, each key once. Raises json.JSONDecodeError, or another
    ValueError."""
    try:
        return json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_bounded,
            object_pairs_hook=mapping,
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _finite(text: str) -> float:
    if not math.isfinite(value := float(text)):
        raise ValueError(f"{text[:40]} is larger than any number here")
    return value


def _bounded(text: str) -> int:
    if len(text) > 300 and not math.isfinite(float(text)):
        raise ValueError(f"{text[:40]}… is larger than any number here")
    return int(text)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not strict JSON; an undefined figure is null")

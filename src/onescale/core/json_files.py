"""JSON that onescale writes and reads back: strict, whole, and refused where it is something else.

Strict means without NaN and infinities, which other readers refuse; an undefined figure is null.
"""

import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError, suggest


def write_json(path: str | os.PathLike, value: Any, indent: int | None = 1) -> None:
    """Write strict JSON (NaN and infinities are a ValueError), whole or not at all."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    with atomic_write(path) as stream:
        stream.write(text + "\n")


def read_json(path: str | os.PathLike, command: str, keys: Collection[str]) -> dict[str, Any]:
    """The mapping in a file that `command` wrote: it has all of `keys` and no others.

    Raises DataError, naming the file, and the line where it is no JSON.
    """
    try:
        content = parse_json(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; '{command} … -o {path}' writes it") from None
    except json.JSONDecodeError as error:
        reason = f"not JSON, so not what '{command}' wrote: {error.msg}"
        raise DataError(f"{path}:{error.lineno}: {reason}") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as a file of '{command}': {error}") from None
    require_keys(content, keys, f"{path}: not what '{command}' writes")
    return content


def require_keys(content: Any, keys: Collection[str], where: str) -> None:
    """DataError, which begins with `where`, unless content is a mapping with exactly these keys."""
    if not isinstance(content, dict):
        raise DataError(f"{where}: it must be a mapping with {', '.join(keys)}")
    for key in keys:
        if key not in content:
            raise DataError(f"{where}: it lacks {key!r}")
    for key in content:
        if key not in keys:
            raise DataError(f"{where}: {suggest(key, keys, 'key')}")


def parse_json(text: str) -> Any:
    """The value of strict JSON. Raises json.JSONDecodeError, or another ValueError."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not strict JSON; an undefined figure is null")

"""Named values with bounds: how a mapping from a configuration file becomes a checked dataclass.

Optimisers, schedules and the blocks of a variant all declare their settings in the same way, one
field each with its default and what it may be. From these declarations come the checks (an error
names the key, what was found and what is allowed), the canonical mapping that a run's record holds,
and the JSON schema of the configuration. Options of the
command line that are JSON are read here too. Standard library only.
"""

import dataclasses
import json
import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

from onescale.core.errors import SpecError, suggest
from onescale.core.json_files import parse_json

T = TypeVar("T")


def number(default: float | None, within: str, about: str = "") -> Any:
    """A float inside an interval such as "[0, 1)"; a round bracket leaves its end out."""
    return dataclasses.field(
        default=default, metadata={"kind": "number", "within": within, "about": about}
    )


def integer(default: int | None, within: str, about: str = "") -> Any:
    """A whole number inside an interval. With default None, None (null) is allowed too."""
    return dataclasses.field(
        default=default, metadata={"kind": "integer", "within": within, "about": about}
    )


def flag(default: bool, about: str = "") -> Any:
    """True or false."""
    return dataclasses.field(default=default, metadata={"kind": "boolean", "about": about})


def choice(default: str, allowed: tuple[str, ...], about: str = "") -> Any:
    """One of a few words."""
    return dataclasses.field(
        default=default, metadata={"kind": "choice", "allowed": allowed, "about": about}
    )


def declared(cls: type) -> dict[str, dataclasses.Field]:
    """The settings of a class by their key in a mapping (`in_` stands for the keyword `in`)."""
    return {f.name.rstrip("_"): f for f in dataclasses.fields(cls) if "kind" in f.metadata}


def build(cls: type[T], mapping: Mapping[str, Any], where: str) -> T:
    """An instance of `cls` from a mapping; keys left out take their defaults.

    Raises SpecError, naming `where` and the key, for unknown keys and values out of bounds.
    """
    known = declared(cls)
    closed(mapping, known, where)
    return cls(
        **{known[k].name: check(known[k], value, f"{where}.{k}") for k, value in mapping.items()}
    )


def check(field: dataclasses.Field, value: Any, where: str) -> Any:
    """`value` in its canonical type. Raises SpecError if the field does not allow it."""
    kind = field.metadata["kind"]
    if value is None and field.default is None:
        return None
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        raise SpecError(f"{where}: {_shown(value)} must be true or false")
    if kind == "choice":
        if value in field.metadata["allowed"]:
            return value
        raise SpecError(f"{where}: {suggest(str(value), field.metadata['allowed'], 'value')}")
    return check_number(value, kind, field.metadata["within"], where)


def check_number(value: Any, kind: str, within: str, where: str) -> float | int:
    """A number or whole number of an interval, else SpecError."""
    low, high, open_low, open_high = bounds(within)
    noun = "a whole number" if kind == "integer" else "a number"
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if good and kind == "integer":
        good = value == int(value)
    if good:
        good = (low < value or (low == value and not open_low)) and (
            value < high or (value == high and not open_high)
        )
    if not good:
        raise SpecError(f"{where}: {_shown(value)} must be {noun} {in_words(within)}")
    return int(value) if kind == "integer" else float(value)


def bounds(within: str) -> tuple[float, float, bool, bool]:
    """(low, high, low left out, high left out) of an interval written as "[0, 1)"."""
    low, high = within[1:-1].split(",")
    return float(low), float(high), within[0] == "(", within[-1] == ")"


def in_words(within: str) -> str:
    """An interval as a person says it.

    >>> in_words("[0, 1)"), in_words("(0, inf)")
    ('from 0 to below 1', 'above 0')
    """
    low, high, open_low, open_high = bounds(within)
    start = f"above {low:g}" if open_low else f"from {low:g}"
    if math.isinf(high):
        return start if open_low else f"of at least {low:g}"
    return f"{start} to {'below ' if open_high else ''}{high:g}"


def closed(mapping: Any, allowed: Collection[str] | None, where: str) -> None:
    """SpecError unless `mapping` is a mapping with none but the `allowed` keys (None: any)."""
    if not isinstance(mapping, Mapping):
        keys = f" with {', '.join(allowed)}" if allowed else ""
        raise SpecError(f"{where}: {_shown(mapping)} must be a mapping{keys}")
    for key in mapping:
        if allowed is not None and key not in allowed:
            raise SpecError(f"{where}: {suggest(str(key), allowed, 'key')}")


def read_mapping(
    text: str, option: str = "--spec", keys: Collection[str] | None = None
) -> dict[str, Any]:
    """The mapping that the JSON of an option stands for, or the JSON in the file after an `@`.

    keys: those that it may have; None: any. Raises SpecError, which names the option.
    """
    where = option
    try:
        if text.startswith("@"):
            where = f"{option}: {text[1:]}"
            text = Path(text[1:]).read_text(encoding="utf-8")
        found = parse_json(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise SpecError(f"{where}: not JSON at {place}: {error.msg}") from None
    except OSError as error:
        raise SpecError(f"{where}: {error.strerror or error}") from None
    except ValueError as error:
        raise SpecError(f"{where}: {error}") from None
    closed(found, keys, where)
    return found


def as_mapping(settings: Any) -> dict[str, Any]:
    """Every setting by its key: the inverse of `build`."""
    return {key: getattr(settings, field.name) for key, field in declared(type(settings)).items()}


def schema(cls: type) -> dict[str, Any]:
    """The JSON schema of the settings of `cls`: a closed object."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: field_schema(field) for key, field in declared(cls).items()},
    }


def field_schema(field: dataclasses.Field) -> dict[str, Any]:
    """The JSON schema of one setting, with its bounds, default and description."""
    data = field.metadata
    if data["kind"] == "choice":
        found: dict[str, Any] = {"enum": list(data["allowed"])}
    else:
        found = {"type": data["kind"]}
    if "within" in data:
        low, high, open_low, open_high = bounds(data["within"])
        found["exclusiveMinimum" if open_low else "minimum"] = _short(low)
        if math.isfinite(high):
            found["exclusiveMaximum" if open_high else "maximum"] = _short(high)
    if field.default is None:
        found["type"] = [found["type"], "null"]
    if data.get("about"):
        found["description"] = data["about"]
    return found | {"default": field.default}


def _short(bound: float) -> float | int:
    return int(bound) if bound.is_integer() else bound


def _shown(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return repr(value)

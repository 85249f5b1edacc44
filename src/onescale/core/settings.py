"""Named values with bounds: how a mapping from a configuration file becomes a checked dataclass.

Optimisers, schedules, variants and their blocks declare their settings in the same way, one field
each with its default and what it may be. From these declarations come the checks (an error names
the key, what was found and what is allowed), the canonical mapping that a run's record holds, and
the JSON schema of the configuration. Options of the command line that are JSON are read here too.
Standard library only.
"""

import dataclasses
import itertools
import json
import math
from collections.abc import Callable, Collection, Mapping
from numbers import Real
from typing import Any, TypeVar

from onescale.core.errors import SpecError, suggest
from onescale.core.json_files import parse_json
from onescale.core.text import brief
from onescale.core.text_files import read_text

T = TypeVar("T")
_MOST, _DEEPEST = 2_000_000, 50  # values of a configuration, and how deep they nest


def setting(default: Any, check: Callable[[Any, str], Any], schema: dict[str, Any]) -> Any:
    """A field of a settings class.

    check: makes the canonical value of a value and the name of its key, or raises SpecError.
    schema: the JSON schema of what it may be.
    """
    return dataclasses.field(default=default, metadata={"check": check, "schema": schema})


def number(default: float | None, within: str, about: str = "", kind: str = "number") -> Any:
    """A float inside an interval such as "[0, 1)"; a round bracket leaves its end out. With default
    None, None (null) is allowed too."""

    def check(value: Any, where: str) -> float | int | None:
        if value is None and default is None:
            return None
        return check_number(value, kind, within, where)

    schema = bounded(kind, within)
    if default is None:
        schema["type"] = [kind, "null"]
    return setting(default, check, schema | _described(about, default))


def integer(default: int | None, within: str, about: str = "") -> Any:
    """A whole number inside an interval; None as for `number`."""
    return number(default, within, about, "integer")


def flag(default: bool, about: str = "") -> Any:
    """True or false."""

    def check(value: Any, where: str) -> bool:
        if isinstance(value, bool):
            return value
        raise SpecError(f"{where}: {shown(value)} must be true or false")

    return setting(default, check, {"type": "boolean"} | _described(about, default))


def choice(default: str, allowed: Collection[str], about: str = "") -> Any:
    """One of a few words."""

    def check(value: Any, where: str) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        raise SpecError(f"{where}: {suggest(str(value), allowed, 'value')}")

    return setting(default, check, {"enum": list(allowed)} | _described(about, default))


def named(default: str, table: Mapping[str, type]) -> Any:
    """{"name": …} with the settings of the class that the name has in `table`; a name alone takes
    every default."""

    def check(value: Any, where: str) -> dict[str, Any]:
        instance = build_named(table, value, where)
        name = value if isinstance(value, str) else value["name"]
        return {"name": name} | as_mapping(instance)

    return setting(default, check, {"oneOf": named_schemas(table)})


def block(cls: type, empty: Mapping[str, Any] | None = None) -> Any:
    """The settings of `cls`, or None for off; `empty` is what an empty mapping stands for."""

    def check(value: Any, where: str) -> Any:
        if value is None or isinstance(value, cls):
            return value
        return build(cls, empty if empty and value == {} else value, where)

    return setting(None, check, schema(cls) | {"type": ["object", "null"]})


def declared(cls: type) -> dict[str, dataclasses.Field]:
    """The settings of a class by their key in a mapping (`in_` stands for the keyword `in`)."""
    return {f.name.rstrip("_"): f for f in dataclasses.fields(cls) if "check" in f.metadata}


def build(cls: type[T], mapping: Mapping[str, Any], where: str) -> T:
    """An instance of `cls` from a mapping; keys left out take their defaults.

    Raises SpecError, naming `where` and the key, for unknown keys and values out of bounds.
    """
    known = declared(cls)
    plain = {field.name for field in dataclasses.fields(cls) if "check" not in field.metadata}
    if isinstance(mapping, Mapping) and (names := plain & mapping.keys()):
        how = "number(default, interval, description) makes it one"
        raise SpecError(f"{where}.{min(names)}: a field of {cls.__name__}, but no setting; {how}")
    closed(mapping, known, where)
    return cls(
        **{
            known[key].name: known[key].metadata["check"](value, f"{where}.{key}")
            for key, value in mapping.items()
        }
    )


def build_named(table: Mapping[str, type[T]], value: Any, where: str) -> T:
    """An instance of the class in `table` that {"name": …} with its settings, or a name, asks for.

    Raises SpecError as `build` does, and for a name that is not in the table.
    """
    given = {"name": value} if isinstance(value, str) else value
    if not isinstance(given, Mapping) or "name" not in given:
        raise SpecError(f"{where}: {value!r} must be a mapping with a name: {', '.join(table)}")
    name = given["name"]
    if not isinstance(name, str) or name not in table:
        raise SpecError(f"{where}.name: {suggest(str(name), table)}")
    return build(table[name], {k: one for k, one in given.items() if k != "name"}, where)


def as_mapping(settings: Any) -> dict[str, Any]:
    """Every setting by its key, ready for JSON: the inverse of `build`."""
    mapping = {}
    for key, field in declared(type(settings)).items():
        value = getattr(settings, field.name)
        if dataclasses.is_dataclass(value):
            value = as_mapping(value)
        mapping[key] = list(value) if isinstance(value, tuple) else value
    return mapping


def schema(cls: type) -> dict[str, Any]:
    """The JSON schema of the settings of `cls`: a closed object."""
    parts = {key: dict(field.metadata["schema"]) for key, field in declared(cls).items()}
    return closed_schema(parts)


def named_schemas(table: Mapping[str, type]) -> list[dict[str, Any]]:
    """The JSON schema of {"name": …} with its settings, for each name of `table`."""

    def entry(name: str, cls: type) -> dict[str, Any]:
        properties = {"name": {"const": name}} | schema(cls)["properties"]
        summary = (cls.__doc__ or "").partition("\n")[0]
        return closed_schema(properties) | {"required": ["name"], "description": summary}

    return [entry(*item) for item in table.items()]


def closed_schema(properties: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of an object with none but these properties."""
    return {"type": "object", "additionalProperties": False, "properties": properties}


def bounded(kind: str, within: str) -> dict[str, Any]:
    """The JSON schema of a number or whole number of an interval."""
    low, high, open_low, open_high = bounds(within)
    limits: dict[str, Any] = {"type": kind}
    limits["exclusiveMinimum" if open_low else "minimum"] = _short(low)
    if math.isfinite(high):
        limits["exclusiveMaximum" if open_high else "maximum"] = _short(high)
    return limits


def check_number(value: Any, kind: str, within: str, where: str) -> float | int:
    """A number or whole number of an interval, else SpecError."""
    low, high, open_low, open_high = bounds(within)
    good = isinstance(value, Real) and not isinstance(value, bool) and _is_finite(value)
    good = good and (kind == "number" or value == int(value))
    good = good and (value > low if open_low else value >= low)
    if not good or not (value < high if open_high else value <= high):
        noun = "a whole number" if kind == "integer" else "a number"
        raise SpecError(f"{where}: {shown(value)} must be {noun} {in_words(within)}")
    return int(value) if kind == "integer" else float(value)


def _is_finite(value: Real) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # of a whole number that no float holds
        return False


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
        raise SpecError(f"{where}: {shown(mapping)} must be a mapping{keys}")
    for key in mapping:
        if allowed is not None and key not in allowed:
            raise SpecError(f"{where}: {suggest(str(key), allowed, 'key')}")


def plain(value: Any) -> Any:
    """What YAML read as JSON has it, keys as text. Raises SpecError, naming the place, at what JSON
    has not (dates, sets, bytes, numbers that no float holds) and at what nests or repeats itself
    (`&a [*a, *a]`) beyond every use."""
    count = itertools.count()

    def within(value: Any, place: tuple[str, ...]) -> Any:
        if next(count) > _MOST or len(place) > _DEEPEST:
            raise SpecError(f"{'.'.join(place[:9])}: nested too deeply, or more than any use has")
        if isinstance(value, Mapping):
            return {str(key): within(one, (*place, str(key))) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [within(one, (*place, str(number))) for number, one in enumerate(value)]
        if value is None or isinstance(value, str | bool):
            return value
        if not isinstance(value, int | float) or not _is_finite(value):
            told = f"{type(value).__name__} {brief(str(value), 40)}"
            raise SpecError(f"{'.'.join(place)}: {told} is neither text nor a finite number")
        return value

    return within(value, ())


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
            text = read_text(text[1:])
        mapping = parse_json(text)
    except json.JSONDecodeError as error:
        position = f"line {error.lineno}, column {error.colno}"
        raise SpecError(f"{where}: not JSON at {position}: {error.msg}") from None
    except OSError as error:
        raise SpecError(f"{where}: {error.strerror or error}") from None
    except ValueError as error:
        raise SpecError(f"{where}: {error}") from None
    closed(mapping, keys, where)
    return mapping


def shown(value: Any) -> str:
    """A value as JSON has it, for messages."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return repr(value)


def _described(about: str, default: Any) -> dict[str, Any]:
    return ({"description": about} if about else {}) | {"default": default}


def _short(bound: float) -> float | int:
    return int(bound) if bound.is_integer() else bound

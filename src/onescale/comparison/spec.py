"""What is to be compared with what: the parts of config.yaml that a comparison reads.

Groups and their references, what the chapter reports, and the levels of the statistics. They come
as one JSON mapping, so that a rule and a person can both call `onescale compare`; every key that is
not known is an error, since a misspelt reference would otherwise be a table without differences.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from onescale.comparison.statistics import Statistics
from onescale.core.errors import SpecError, suggest
from onescale.core.settings import closed


@dataclass(frozen=True)
class Group:
    """Variants that are compared with one of them, their reference (or with none)."""

    name: str
    title: str
    variants: list[str]
    reference: str | None = None


@dataclass(frozen=True)
class Reported:
    """A row of what the chapter prints: the strings, and the variants that repeat and mend it."""

    row: str
    train: str | None = None
    test: str | None = None
    as_written: str | None = None
    put_right: str | None = None


@dataclass(frozen=True)
class Spec:
    """Groups, reported rows, levels, and how many tuning trials each variant's rate had."""

    groups: list[Group]
    reported: list[Reported] = field(default_factory=list)
    statistics: Statistics = field(default_factory=Statistics)
    trials: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, variants: Iterable[str], reference: str | None = None) -> "Spec":
        """One group, `all`, of these variants: what a comparison by hand needs."""
        variants = list(variants)
        if reference is not None and reference not in variants:
            raise SpecError(f"reference: {suggest(reference, variants, 'variant')}")
        return cls([Group("all", "All variants", variants, reference)])

    @classmethod
    def from_mapping(cls, mapping: Any) -> "Spec":
        """From keys `comparisons`, `reported`, `statistics`, `trials` as in config.yaml.

        Raises SpecError on a key or value that is not known, naming it and what is allowed.
        """
        closed(mapping, ["comparisons", "reported", "statistics", "trials"], "spec")
        if not isinstance(comparisons := mapping.get("comparisons"), dict) or not comparisons:
            raise SpecError("spec: 'comparisons' must name at least one group of variants")
        groups = [_group(name, group) for name, group in comparisons.items()]
        reported = [_reported(row) for row in mapping.get("reported") or []]
        trials = mapping.get("trials") or {}
        return cls(groups, reported, statistics(mapping.get("statistics") or {}), dict(trials))

    @classmethod
    def from_text(cls, text: str) -> "Spec":
        """From JSON, or from the file that follows an `@`."""
        if text.startswith("@"):
            path = Path(text[1:])
            if not path.is_file():
                raise SpecError(f"spec: {path} is not a file")
            text = path.read_text(encoding="utf-8")
        try:
            return cls.from_mapping(json.loads(text))
        except json.JSONDecodeError as error:
            raise SpecError(f"spec: not JSON: {error}") from None


def _group(name: str, group: Any) -> Group:
    closed(group, ["title", "reference", "variants"], f"comparisons.{name}")
    variants = group.get("variants")
    if not isinstance(variants, list) or not variants:
        raise SpecError(f"comparisons.{name}: 'variants' must list at least one variant")
    if twice := {v for v in variants if variants.count(v) > 1}:
        raise SpecError(f"comparisons.{name}: variant {sorted(twice)[0]!r} stands there twice")
    return Group(name, group.get("title") or name, list(variants), group.get("reference"))


def _reported(row: Any) -> Reported:
    allowed = [f.name for f in fields(Reported)]
    closed(row, allowed, "reported")
    if "row" not in row:
        raise SpecError("reported: every entry needs its 'row'")
    for key in ("train", "test"):
        value = row.get(key)
        try:
            printed = 0.0 if value is None else float(value)
        except (TypeError, ValueError):
            printed = -1.0
        if not 0 <= printed <= 1:
            raise SpecError(
                f"reported {row['row']!r}: {key} {value!r} is not a fraction as printed"
            )
    return Reported(**{key: None if row[key] is None else str(row[key]) for key in row})


def statistics(levels: Any) -> Statistics:
    closed(levels, [f.name for f in fields(Statistics)], "statistics")
    for key, value in levels.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
            raise SpecError(f"statistics.{key}: {value!r} is not a number between 0 and 1")
    if levels.get("level", 0) >= 0.5:
        raise SpecError("statistics.level: must be below 0.5")
    return Statistics(**levels)

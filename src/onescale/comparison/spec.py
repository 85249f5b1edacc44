"""What is to be compared with what: the parts of the configuration that a comparison reads.

Groups and their references, what the chapter reports, and the criteria of the statistics. They come
as one JSON mapping, so that a rule and a person can both call `onescale compare`; every key that is
not known is an error, since a misspelt reference would otherwise be a table without differences.
Standard library only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from onescale.core.errors import SpecError, suggest
from onescale.core.settings import build, closed, number, shown

SMALLEST_RATIO = 1.1  # of steps or seconds, that would be of interest


@dataclass(frozen=True)
class Criteria:
    """By what differences are judged, as `statistics:` in the configuration gives it.

    confidence: of every interval. level: below which a Holm-adjusted p is a difference.
    smallest_difference: of test accuracy, as a fraction, that would be of interest.
    power: at which the seeds needed are reckoned.
    """

    confidence: float = number(0.95, "(0, 1)")
    level: float = number(0.05, "(0, 0.5)")
    smallest_difference: float = number(0.002, "(0, 1)")
    power: float = number(0.8, "(0, 1)")

    @classmethod
    def from_mapping(cls, mapping: Any) -> "Criteria":
        """Raises SpecError on a key or value that cannot be meant."""
        return build(cls, mapping or {}, "statistics")


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
class Technique:
    """A row of what helped: `of` has the technique, `than` is without; group: what it stands under,
    which says what the techniques are held against. fast: the two variants whose steps are counted,
    where others are tuned for speed than for accuracy."""

    label: str
    of: str
    than: str
    group: str
    fast: tuple[str, str] | None = None

    @property
    def for_steps(self) -> tuple[str, str]:
        """With and without it, where steps are counted."""
        return self.fast or (self.of, self.than)

    @property
    def variants(self) -> list[str]:
        """All that it names, once."""
        return list(dict.fromkeys((self.of, self.than, *self.for_steps)))


@dataclass(frozen=True)
class Spec:
    """Groups, reported rows, criteria, and how many tuning trials each variant's rate had."""

    groups: list[Group]
    reported: list[Reported] = field(default_factory=list)
    criteria: Criteria = field(default_factory=Criteria)
    trials: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, variants: Iterable[str], reference: str | None = None) -> "Spec":
        """One group, `all`, of these variants: what a comparison by hand needs."""
        variants = list(variants)
        if reference is not None and reference not in variants:
            raise SpecError(f"reference: {suggest(reference, variants, 'variant')}")
        return cls([Group("all", "All variants", variants, reference)])

    def printed(self, variant: str, measure: str) -> str | None:
        """The fraction that the chapter prints of what this variant repeats or puts right."""
        rows = [row for row in self.reported if variant in (row.as_written, row.put_right)]
        found = (getattr(row, measure) for row in rows)
        return next((fraction for fraction in found if fraction is not None), None)

    @classmethod
    def from_mapping(cls, mapping: Any) -> "Spec":
        """From keys `comparisons`, `reported`, `statistics`, `trials` as in the configuration.

        Raises SpecError on a key or value that is not known, naming it and what is allowed.
        """
        closed(mapping, ["comparisons", "reported", "statistics", "trials"], "spec")
        if not isinstance(comparisons := mapping.get("comparisons"), dict) or not comparisons:
            raise SpecError("spec: 'comparisons' must name at least one group of variants")
        return cls(
            [_group(name, group) for name, group in comparisons.items()],
            [_reported(row) for row in listed(mapping.get("reported") or [], "reported")],
            Criteria.from_mapping(mapping.get("statistics")),
            dict(mapping.get("trials") or {}),
        )


def techniques(given: Any) -> tuple[Technique, ...]:
    """From `effects` as in the configuration. Raises SpecError on what is not known or missing."""
    rows = listed(given or (), "effects")
    return tuple(_technique(f"effects: {place}", row) for place, row in enumerate(rows, 1))


def listed(given: Any, where: str) -> Sequence:
    """A list as it is. Raises SpecError for anything else."""
    if not isinstance(given, list | tuple):
        raise SpecError(f"{where}: {shown(given)} must be a list")
    return given


def _technique(where: str, row: Any) -> Technique:
    closed(row, [f.name for f in fields(Technique)], where)
    for key in ("label", "of", "than", "group"):
        if not isinstance(row.get(key), str):
            raise SpecError(f"{where}: {key!r} must be a text")
    fast = row.get("fast")
    if fast is None:
        return Technique(**row)
    if not isinstance(fast, list) or len(fast) != 2:
        raise SpecError(f"{where}: 'fast' must be two variants, with and without the technique")
    return Technique(**row | {"fast": tuple(fast)})


def _group(name: str, group: Any) -> Group:
    closed(group, ["title", "reference", "variants"], f"comparisons.{name}")
    variants = group.get("variants")
    if not isinstance(variants, list) or not variants:
        raise SpecError(f"comparisons.{name}: 'variants' must list at least one variant")
    if twice := {v for v in variants if variants.count(v) > 1}:
        raise SpecError(f"comparisons.{name}: variant {sorted(twice)[0]!r} stands there twice")
    return Group(name, group.get("title") or name, list(variants), group.get("reference"))


def _reported(row: Any) -> Reported:
    closed(row, [f.name for f in fields(Reported)], "reported")
    if "row" not in row:
        raise SpecError("reported: every entry needs its 'row'")
    for key in ("train", "test"):
        value = row.get(key)
        try:
            fraction = value is None or 0 <= float(value) <= 1
        except (TypeError, ValueError):
            fraction = False
        if not fraction:
            raise SpecError(
                f"reported {row['row']!r}: {key} {value!r} is not a fraction as printed"
            )
    return Reported(**{key: None if row[key] is None else str(row[key]) for key in row})

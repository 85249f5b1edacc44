"""A plan: which method for which columns. Where a method alone is meant, that is used in its place:
both know `of`, `needs`, `merges` and `reusable`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.scaling.method import BEFORE, Method
from onescale.tables.scaling.methods import METHODS, make, option_fields


@dataclass(frozen=True)
class Plan:
    """Methods by the names of their columns, or by patterns of names (`income*`).

    Of several patterns that fit a name the first counts.
    """

    methods: tuple[tuple[str, Method], ...]

    def of(self, name: str) -> Method:
        """The method of a column that it has one for."""
        exact = [m for pattern, m in self.methods if pattern == name]
        for method in (*exact, *self._fitting(name)):
            return method
        raise DataError(f"the plan has no method for column {name!r}")

    def _fitting(self, name: str) -> list[Method]:
        return [m for pattern, m in self.methods if fnmatchcase(str(name), pattern)]

    def methods_of(self, names: Sequence[str], indices: Sequence[int]) -> dict[int, Method]:
        """The methods by the indices of columns."""
        return {i: self.of(names[i]) for i in indices}

    @property
    def needs(self) -> str:
        """What its methods need, at most."""
        return max((m.needs for _, m in self.methods), key=["moments", "values", "order"].index)

    @property
    def merges(self) -> bool:
        return all(method.merges for _, method in self.methods)

    @property
    def reusable(self) -> bool:
        return all(method.reusable for _, method in self.methods)

    @property
    def name(self) -> str:
        return ", ".join(method.name for _, method in self.methods)

    def columns(self, names: Sequence[str], file: str = "") -> list[str]:
        """The columns that it has a method for. Raises DataError at a pattern that fits none."""
        for pattern, _ in self.methods:
            if not any(pattern == name or fnmatchcase(str(name), pattern) for name in names):
                where = f"{file}: " if file else ""
                raise DataError(f"{where}{suggest(pattern, list(names), 'column')}")
        exact = {pattern for pattern, _ in self.methods}
        return [name for name in names if name in exact or self._fitting(name)]


def parse_plan(plan: Mapping[str, str | Sequence[str]], options: Mapping | None = None) -> Plan:
    """A plan of steps by column: "log,robust" or ["log", "robust"], the method last.

    options: of any of the methods, each given to those that take it. Raises SpecError on unknown
    methods, and options that none takes.
    """
    methods: list[tuple[str, Method]] = []
    used: set[str] = set()
    for pattern, steps in plan.items():
        *first, last = steps.split(",") if isinstance(steps, str) else steps
        if last in BEFORE:
            raise SpecError(f"{last} is a step before a method: {last},standardize")
        own = option_fields(last) if last in METHODS else {}
        given = {key: value for key, value in (options or {}).items() if key in own}
        used |= given.keys()
        before = (*first, *given.pop("before", ()))
        methods.append((pattern, make(last, before=before, **given)))
    for key in options or {}:
        if key not in used:
            raise SpecError(f"no method of the plan takes {key}")
    if not methods:
        raise SpecError("a plan needs a column and its method")
    return Plan(tuple(methods))

"""Figures that a configuration asks for by their kind, such as {"kind": "dots", "x": "init"}.

The other keys are those of the kind's function, whose names `x`, `lines` and `panels` stand for the
axes of what was varied or tuned.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from onescale.core.errors import SpecError, suggest
from onescale.figures.style import Figure

_AXES = ("x", "lines", "panels")


def draw(
    asked: Mapping[str, Any], kinds: dict[str, Callable[..., Figure]], axes: Iterable[str], *data
) -> Figure:
    """The figure of `data` that is asked for. Raises SpecError for what cannot be meant."""
    kind = str(asked.get("kind"))
    given = {key: value for key, value in asked.items() if key != "kind"}
    if kind not in kinds:
        raise SpecError(f"--figure: {suggest(kind, kinds, 'kind')}")
    options = list(inspect.signature(kinds[kind]).parameters.values())[len(data) :]
    for key, value in given.items():
        if key not in {option.name for option in options}:
            raise SpecError(f"--figure: {kind} takes no {key!r}")
        if key in _AXES and value is not None and value not in axes:
            raise SpecError(f"--figure: {suggest(str(value), axes, 'axis')}")
    for option in options:
        if option.name not in given and option.default is option.empty:
            raise SpecError(f"--figure: {kind} needs {option.name!r}")
    return kinds[kind](*data, **given)
